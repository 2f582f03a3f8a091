//! What each function takes. Terraform converts arguments to the types of parameters, and refuses
//! null and the wrong number of them, before a function sees them.

use crate::terraform::eval::{error, is_error, quiet_error};
use crate::terraform::types::Type;
use crate::terraform::unify::unify;
use crate::value::{Data, Members, Number, Value};

/// Functions and their parameters, as `terraform metadata functions -json` lists them, and three of OpenTofu: `s`tring,
/// `n`umber, `i`nteger, `b`ool, `l`ist of any, `L`ist of strings, `B`ool list, `S`et of any, map of string lists
/// `M`, `a`ny. `?` may be null; `*` after the last: any number of it, also none. Then what they give:
/// `s`, `n`, `b`, a `L`ist of strings or of `N`umbers, a set of strings from `F`iles, a `S`et of any; `a` depends on
/// the arguments or is of several types.
const SIGNATURES: &[(&str, &str, char)] = &[
    ("abs", "n", 'n'),
    ("abspath", "s", 's'),
    ("alltrue", "B", 'b'),
    ("anytrue", "B", 'b'),
    ("base64decode", "s", 's'),
    ("base64encode", "s", 's'),
    ("base64gunzip", "s", 's'),
    ("base64gzip", "s", 's'),
    ("base64sha256", "s", 's'),
    ("base64sha512", "s", 's'),
    ("basename", "s", 's'),
    ("bcrypt", "si*", 's'),
    ("ceil", "n", 'n'),
    ("chomp", "s", 's'),
    ("chunklist", "li", 'a'),
    ("cidrcontains", "ss", 'b'),
    ("cidrhost", "si", 's'),
    ("cidrnetmask", "s", 's'),
    ("cidrsubnet", "sii", 's'),
    ("cidrsubnets", "si*", 'L'),
    ("coalesce", "a?*", 'a'),
    ("coalescelist", "a*", 'a'),
    ("compact", "L", 'L'),
    ("concat", "a*", 'a'),
    ("contains", "aa", 'a'),
    ("csvdecode", "s", 'a'),
    ("dirname", "s", 's'),
    ("distinct", "l", 'a'),
    ("element", "ai", 'a'),
    ("endswith", "ss", 'b'),
    ("ephemeralasnull", "a?", 'a'),
    ("file", "s", 's'),
    ("filebase64", "s", 's'),
    ("filebase64sha256", "s", 's'),
    ("filebase64sha512", "s", 's'),
    ("fileexists", "s", 'b'),
    ("filemd5", "s", 's'),
    ("fileset", "ss", 'F'),
    ("filesha1", "s", 's'),
    ("filesha256", "s", 's'),
    ("filesha512", "s", 's'),
    ("flatten", "a", 'a'),
    ("floor", "n", 'n'),
    ("format", "sa?*", 'a'),
    ("formatdate", "ss", 's'),
    ("formatlist", "sa?*", 'L'),
    ("indent", "is", 's'),
    ("index", "aa", 'a'),
    ("issensitive", "a?", 'b'),
    ("join", "sL*", 's'),
    ("jsondecode", "s", 'a'),
    ("jsonencode", "a?", 's'),
    ("keys", "a", 'L'),
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
    ("parseint", "ai", 'a'),
    ("pathexpand", "s", 's'),
    ("plantimestamp", "", 's'),
    ("pow", "nn", 'n'),
    ("range", "n*", 'N'),
    ("regex", "ss", 'a'),
    ("regexall", "ss", 'a'),
    ("replace", "sss", 's'),
    ("reverse", "a", 'a'),
    ("rsadecrypt", "ss", 's'),
    ("sensitive", "a?", 'a'),
    ("setintersection", "SS*", 'S'),
    ("setproduct", "a*", 'a'),
    ("setsubtract", "SS", 'S'),
    ("setunion", "SS*", 'S'),
    ("sha1", "s", 's'),
    ("sha256", "s", 's'),
    ("sha512", "s", 's'),
    ("signum", "n", 'n'),
    ("slice", "aii", 'a'),
    ("sort", "L", 'L'),
    ("split", "ss", 'L'),
    ("startswith", "ss", 'b'),
    ("strcontains", "ss", 'b'),
    ("strrev", "s", 's'),
    ("substr", "sii", 's'),
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
    ("urldecode", "s", 's'),
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

/// What is wrong with a call of a function with this number of arguments, where that is known. Which
/// functions providers have is not known here.
pub(in crate::terraform) fn fault(name: &str, count: Option<usize>) -> Option<String> {
    if matches!(name, "try" | "can") || name.contains("::") {
        return None;
    }
    let Some((_, parameters, _)) = find(name) else {
        return Some(format!("there is no function `{name}`"));
    };
    let count = count.filter(|count| !takes(parameters, *count))?;
    Some(format!("`{name}` does not take {count} arguments"))
}

/// Whether a function of these parameters takes so many arguments.
fn takes(parameters: &str, count: usize) -> bool {
    let (parameters, variadic) = parse(parameters);
    let fixed = parameters.len() - usize::from(variadic);
    count == fixed || count > fixed && variadic
}

/// The type of what a function gives, where it is always the same.
pub(in crate::terraform) fn result(name: &str) -> Option<Type> {
    Some(match find(name)?.2 {
        's' => Type::String,
        'n' => Type::Number,
        'b' => Type::Bool,
        'L' => Type::List(Box::new(Type::String)),
        'N' => Type::List(Box::new(Type::Number)),
        'F' => Type::Set(Box::new(Type::String)),
        'S' => Type::Set(Box::new(Type::Any)),
        _ => return None,
    })
}

/// What a function gives, with the type of its members where it is empty.
pub(super) fn typed(name: &str, args: &[Value], result: Value) -> Value {
    if !result.is_empty() || result.members() != Members::Unsaid {
        return result;
    }
    let types = Vec::from_iter(args.iter().map(Type::of));
    let members = match name {
        "concat" => unify(&types).map(|t| t.members()),
        "setintersection" | "setsubtract" | "setunion" => {
            // Empty ones of no type have no say.
            let open = Type::Set(Box::new(Type::Any));
            unify(types.iter().filter(|t| **t != open)).map(|t| t.members())
        }
        "coalescelist" | "distinct" | "matchkeys" | "reverse" | "slice" | "values" => {
            types.first().map(Type::members)
        }
        _ => self::result(name).map(|t| t.members()),
    };
    result.holding(members.unwrap_or_default())
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
            Err(quiet_error("a function that does not exist"))
        };
    };
    if !takes(parameters, args.len()) {
        return Err(quiet_error("a function with the wrong number of arguments"));
    }
    let (parameters, _) = parse(parameters);
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
    // Terraform does not look at numbers beside what it does not know.
    let fraction = |(i, v): (usize, &Value)| {
        parameters[i.min(parameters.len() - 1)].ty == 'i'
            && matches!(v.data, Data::Number(Number::Float(_)))
    };
    if args.iter().all(Value::is_fully_known) && out.iter().enumerate().any(fraction) {
        return Err(error("a number that is not whole"));
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
        'n' | 'i' => Type::Number,
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
    let inside = match &converted.data {
        Data::List(list) => list.items.iter().find(|v| failed(v)),
        Data::Object(object) => object.entries.iter().map(|e| &e.value).find(|v| failed(v)),
        _ => None,
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
            let known = parameters.iter().all(|p| "snibLlBSMa".contains(p.ty));
            assert!(known && "snbLNFSa".contains(*result), "{name}");
        }
    }
}
