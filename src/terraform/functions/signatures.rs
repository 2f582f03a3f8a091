//! What each function takes. Terraform converts arguments to the types of parameters, and refuses
//! null and the wrong number of them, before a function sees them.

use crate::terraform::eval::{error, is_error};
use crate::terraform::types::Type;
use crate::value::Value;

/// Functions and their parameters, as `terraform metadata functions -json` lists them: `s`tring,
/// `n`umber, `b`ool, `l`ist of any, `L`ist of strings, `B`ool list, `S`et of any, map of string lists
/// `M`, `a`ny. `?` may be null; `*` after the last: any number of it, also none. Then what they give: `s`, `n`, `b`, or
/// what depends on the arguments or is no scalar, `a`.
const SIGNATURES: &[(&str, &str, char)] = &[
    ("abs", "n", 'n'),
    ("abspath", "s", 's'),
    ("alltrue", "B", 'b'),
    ("anytrue", "B", 'b'),
    ("base64decode", "s", 's'),
    ("base64encode", "s", 's'),
    ("base64gzip", "s", 's'),
    ("base64sha256", "s", 's'),
    ("base64sha512", "s", 's'),
    ("basename", "s", 's'),
    ("bcrypt", "sn*", 's'),
    ("ceil", "n", 'n'),
    ("chomp", "s", 's'),
    ("chunklist", "ln", 'a'),
    ("cidrhost", "sn", 's'),
    ("cidrnetmask", "s", 's'),
    ("cidrsubnet", "snn", 's'),
    ("cidrsubnets", "sn*", 'a'),
    ("coalesce", "a?*", 'a'),
    ("coalescelist", "a*", 'a'),
    ("compact", "L", 'a'),
    ("concat", "a*", 'a'),
    ("contains", "aa", 'a'),
    ("csvdecode", "s", 'a'),
    ("dirname", "s", 's'),
    ("distinct", "l", 'a'),
    ("element", "an", 'a'),
    ("endswith", "ss", 'b'),
    ("ephemeralasnull", "a?", 'a'),
    ("file", "s", 's'),
    ("filebase64", "s", 's'),
    ("filebase64sha256", "s", 's'),
    ("filebase64sha512", "s", 's'),
    ("fileexists", "s", 'b'),
    ("filemd5", "s", 's'),
    ("fileset", "ss", 'a'),
    ("filesha1", "s", 's'),
    ("filesha256", "s", 's'),
    ("filesha512", "s", 's'),
    ("flatten", "a", 'a'),
    ("floor", "n", 'n'),
    ("format", "sa?*", 'a'),
    ("formatdate", "ss", 's'),
    ("formatlist", "sa?*", 'a'),
    ("indent", "ns", 's'),
    ("index", "aa", 'a'),
    ("issensitive", "a?", 'b'),
    ("join", "sL*", 's'),
    ("jsondecode", "s", 'a'),
    ("jsonencode", "a?", 's'),
    ("keys", "a", 'a'),
    ("length", "a", 'n'),
    ("log", "nn", 'n'),
    ("lookup", "asa?*", 'a'),
    ("lower", "s", 's'),
    ("matchkeys", "lll", 'a'),
    ("max", "n*", 'n'),
    ("md5", "s", 's'),
    ("merge", "a?*", 'a'),
    ("min", "n*", 'n'),
    ("nonsensitive", "a?", 'a'),
    ("one", "a", 'a'),
    ("parseint", "an", 'a'),
    ("pathexpand", "s", 's'),
    ("plantimestamp", "", 's'),
    ("pow", "nn", 'n'),
    ("range", "n*", 'a'),
    ("regex", "ss", 'a'),
    ("regexall", "ss", 'a'),
    ("replace", "sss", 's'),
    ("reverse", "a", 'a'),
    ("rsadecrypt", "ss", 's'),
    ("sensitive", "a?", 'a'),
    ("setintersection", "SS*", 'a'),
    ("setproduct", "a*", 'a'),
    ("setsubtract", "SS", 'a'),
    ("setunion", "SS*", 'a'),
    ("sha1", "s", 's'),
    ("sha256", "s", 's'),
    ("sha512", "s", 's'),
    ("signum", "n", 'n'),
    ("slice", "ann", 'a'),
    ("sort", "L", 'a'),
    ("split", "ss", 'a'),
    ("startswith", "ss", 'b'),
    ("strcontains", "ss", 'b'),
    ("strrev", "s", 's'),
    ("substr", "snn", 's'),
    ("sum", "a", 'a'),
    ("templatefile", "sa", 'a'),
    ("templatestring", "sa", 's'),
    ("textdecodebase64", "ss", 's'),
    ("textencodebase64", "ss", 's'),
    ("timeadd", "ss", 's'),
    ("timecmp", "ss", 'n'),
    ("timestamp", "", 's'),
    ("title", "s", 's'),
    ("tobool", "a?", 'b'),
    ("tolist", "a?", 'a'),
    ("tomap", "a?", 'a'),
    ("tonumber", "a?", 'n'),
    ("toset", "a?", 'a'),
    ("tostring", "a?", 's'),
    ("transpose", "M", 'a'),
    ("trim", "ss", 's'),
    ("trimprefix", "ss", 's'),
    ("trimspace", "s", 's'),
    ("trimsuffix", "ss", 's'),
    ("upper", "s", 's'),
    ("urlencode", "s", 's'),
    ("uuid", "", 's'),
    ("uuidv5", "ss", 's'),
    ("values", "a", 'a'),
    ("yamldecode", "s", 'a'),
    ("yamlencode", "a?", 's'),
    ("zipmap", "La", 'a'),
];

fn find(name: &str) -> Option<&'static (&'static str, &'static str, char)> {
    let found = SIGNATURES.binary_search_by(|(n, ..)| (*n).cmp(name));
    found.ok().map(|i| &SIGNATURES[i])
}

/// The type of what a function gives, where it is always the same scalar.
pub(in crate::terraform) fn result(name: &str) -> Option<Type> {
    match find(name)?.2 {
        's' => Some(Type::String),
        'n' => Some(Type::Number),
        'b' => Some(Type::Bool),
        _ => None,
    }
}

struct Parameter {
    ty: char,
    nullable: bool,
}

/// The arguments as a function gets them, none of them by case.
///
/// # Errors
/// The error value, when Terraform would not call the function, or does not know it.
pub(super) fn arguments(name: &str, args: &[Value]) -> Result<Vec<Value>, Value> {
    let Some((_, parameters, _)) = find(name) else {
        // Functions of providers, which run their code.
        let known = name.contains("::") || args.iter().any(is_error);
        return if known {
            Ok(args.to_vec())
        } else {
            Err(error("a function that does not exist"))
        };
    };
    let (parameters, variadic) = parse(parameters);
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
        assert!(SIGNATURES.is_sorted_by_key(|(name, ..)| *name));
        for (name, text, result) in SIGNATURES {
            let (parameters, _) = parse(text);
            let known = parameters.iter().all(|p| "snblLBSMa".contains(p.ty));
            assert!(known && "snba".contains(*result), "{name}");
        }
    }
}
