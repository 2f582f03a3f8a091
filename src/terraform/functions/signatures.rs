//! What each function takes. Terraform converts arguments to the types of parameters, and refuses
//! null and the wrong number of them, before a function sees them.

use crate::terraform::eval::{error, is_error};
use crate::terraform::types::Type;
use crate::value::Value;

/// Functions and their parameters, as `terraform metadata functions -json` lists them: `s`tring,
/// `n`umber, `b`ool, `l`ist of any, `L`ist of strings, `B`ool list, `S`et of any, map of string lists
/// `M`, `a`ny. `?` may be null; `*` after the last: any number of it, also none.
const SIGNATURES: &[(&str, &str)] = &[
    ("abs", "n"),
    ("abspath", "s"),
    ("alltrue", "B"),
    ("anytrue", "B"),
    ("base64decode", "s"),
    ("base64encode", "s"),
    ("base64gzip", "s"),
    ("base64sha256", "s"),
    ("base64sha512", "s"),
    ("basename", "s"),
    ("bcrypt", "sn*"),
    ("ceil", "n"),
    ("chomp", "s"),
    ("chunklist", "ln"),
    ("cidrhost", "sn"),
    ("cidrnetmask", "s"),
    ("cidrsubnet", "snn"),
    ("cidrsubnets", "sn*"),
    ("coalesce", "a?*"),
    ("coalescelist", "a*"),
    ("compact", "L"),
    ("concat", "a*"),
    ("contains", "aa"),
    ("csvdecode", "s"),
    ("dirname", "s"),
    ("distinct", "l"),
    ("element", "an"),
    ("endswith", "ss"),
    ("ephemeralasnull", "a?"),
    ("file", "s"),
    ("filebase64", "s"),
    ("filebase64sha256", "s"),
    ("filebase64sha512", "s"),
    ("fileexists", "s"),
    ("filemd5", "s"),
    ("fileset", "ss"),
    ("filesha1", "s"),
    ("filesha256", "s"),
    ("filesha512", "s"),
    ("flatten", "a"),
    ("floor", "n"),
    ("format", "sa?*"),
    ("formatdate", "ss"),
    ("formatlist", "sa?*"),
    ("indent", "ns"),
    ("index", "aa"),
    ("issensitive", "a?"),
    ("join", "sL*"),
    ("jsondecode", "s"),
    ("jsonencode", "a?"),
    ("keys", "a"),
    ("length", "a"),
    ("log", "nn"),
    ("lookup", "asa?*"),
    ("lower", "s"),
    ("matchkeys", "lll"),
    ("max", "n*"),
    ("md5", "s"),
    ("merge", "a?*"),
    ("min", "n*"),
    ("nonsensitive", "a?"),
    ("one", "a"),
    ("parseint", "an"),
    ("pathexpand", "s"),
    ("plantimestamp", ""),
    ("pow", "nn"),
    ("range", "n*"),
    ("regex", "ss"),
    ("regexall", "ss"),
    ("replace", "sss"),
    ("reverse", "a"),
    ("rsadecrypt", "ss"),
    ("sensitive", "a?"),
    ("setintersection", "SS*"),
    ("setproduct", "a*"),
    ("setsubtract", "SS"),
    ("setunion", "SS*"),
    ("sha1", "s"),
    ("sha256", "s"),
    ("sha512", "s"),
    ("signum", "n"),
    ("slice", "ann"),
    ("sort", "L"),
    ("split", "ss"),
    ("startswith", "ss"),
    ("strcontains", "ss"),
    ("strrev", "s"),
    ("substr", "snn"),
    ("sum", "a"),
    ("templatefile", "sa"),
    ("templatestring", "sa"),
    ("textdecodebase64", "ss"),
    ("textencodebase64", "ss"),
    ("timeadd", "ss"),
    ("timecmp", "ss"),
    ("timestamp", ""),
    ("title", "s"),
    ("tobool", "a?"),
    ("tolist", "a?"),
    ("tomap", "a?"),
    ("tonumber", "a?"),
    ("toset", "a?"),
    ("tostring", "a?"),
    ("transpose", "M"),
    ("trim", "ss"),
    ("trimprefix", "ss"),
    ("trimspace", "s"),
    ("trimsuffix", "ss"),
    ("upper", "s"),
    ("urlencode", "s"),
    ("uuid", ""),
    ("uuidv5", "ss"),
    ("values", "a"),
    ("yamldecode", "s"),
    ("yamlencode", "a?"),
    ("zipmap", "La"),
];

struct Parameter {
    ty: char,
    nullable: bool,
}

/// The arguments as a function gets them, none of them by case.
///
/// # Errors
/// The error value, when Terraform would not call the function, or does not know it.
pub(super) fn arguments(name: &str, args: &[Value]) -> Result<Vec<Value>, Value> {
    let Ok(i) = SIGNATURES.binary_search_by(|(n, _)| (*n).cmp(name)) else {
        // Functions of providers, which run their code.
        let known = name.contains("::") || args.iter().any(is_error);
        return if known {
            Ok(args.to_vec())
        } else {
            Err(error("a function that does not exist"))
        };
    };
    let (parameters, variadic) = parse(SIGNATURES[i].1);
    let fixed = parameters.len() - usize::from(variadic);
    if args.len() < fixed || (args.len() > fixed && !variadic) {
        return Err(error("a function with the wrong number of arguments"));
    }
    let mut out = Vec::with_capacity(args.len());
    for (i, arg) in args.iter().enumerate() {
        let parameter = &parameters[i.min(parameters.len() - 1)];
        if arg.is_null() {
            if !parameter.nullable {
                return Err(error("null where a function does not take it"));
            }
            out.push(arg.clone());
            continue;
        }
        out.push(convert(parameter.ty, arg)?);
    }
    Ok(out)
}

fn parse(text: &str) -> (Vec<Parameter>, bool) {
    let mut out: Vec<Parameter> = Vec::with_capacity(3);
    for c in text.chars().filter(|c| *c != '*') {
        match (c, out.last_mut()) {
            ('?', Some(last)) => last.nullable = true,
            _ => out.push(Parameter {
                ty: c,
                nullable: false,
            }),
        }
    }
    (out, text.ends_with('*'))
}

fn convert(ty: char, arg: &Value) -> Result<Value, Value> {
    let list = |ty| Type::List(Box::new(ty));
    let ty = match ty {
        's' => Type::String,
        'n' => Type::Number,
        'b' => Type::Bool,
        'l' => list(Type::Any),
        'L' => list(Type::String),
        'B' => list(Type::Bool),
        'S' => Type::Set(Box::new(Type::Any)),
        'M' => Type::Map(Box::new(list(Type::String))),
        _ => return Ok(arg.clone()),
    };
    let converted = ty.convert(arg);
    let failed = |v: &Value| is_error(v);
    let inside = match converted.as_list() {
        Some(list) => list.items.iter().find(|v| failed(v)),
        None => None,
    };
    match inside {
        Some(error) => Err(error.clone()),
        None if failed(&converted) => Err(converted),
        None => Ok(converted),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_sorted_and_readable() {
        assert!(SIGNATURES.is_sorted_by_key(|(name, _)| *name));
        for (name, text) in SIGNATURES {
            let (parameters, _) = parse(text);
            let known = parameters.iter().all(|p| "snblLBSMa".contains(p.ty));
            assert!(known, "{name}");
        }
    }
}
