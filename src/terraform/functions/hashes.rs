//! Hashes, of strings and of files.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::Digest as _;

use super::{files, text, unknown};
use crate::terraform::eval::{World, error};
use crate::value::Value;

pub(super) fn call(world: &dyn World, name: &str, args: &[Value]) -> Option<Value> {
    if name == "uuidv5" {
        return Some(uuid(args));
    }
    let (function, of_file) = match name.strip_prefix("file") {
        Some(function) => (function, true),
        None => (name, false),
    };
    if !matches!(
        function,
        "md5" | "sha1" | "sha256" | "sha512" | "base64sha256" | "base64sha512"
    ) {
        return None;
    }
    let Some(subject) = text(args.first()) else {
        return Some(unknown(name, args));
    };
    if !of_file {
        return Some(hash(function, subject.as_bytes()).into());
    }
    Some(match files::read(world, name, args) {
        Ok(bytes) => hash(function, &bytes).into(),
        Err(value) => value,
    })
}

fn hash(function: &str, bytes: &[u8]) -> String {
    let (function, base64) = match function.strip_prefix("base64") {
        Some(function) => (function, true),
        None => (function, false),
    };
    let digest = match function {
        "md5" => md5::Md5::digest(bytes).to_vec(),
        "sha1" => sha1::Sha1::digest(bytes).to_vec(),
        "sha256" => sha2::Sha256::digest(bytes).to_vec(),
        _ => sha2::Sha512::digest(bytes).to_vec(),
    };
    if base64 {
        return STANDARD.encode(digest);
    }
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn uuid(args: &[Value]) -> Value {
    let (Some(namespace), Some(name)) = (text(args.first()), text(args.get(1))) else {
        return unknown("uuidv5", args);
    };
    let namespace = match namespace {
        "dns" => uuid::Uuid::NAMESPACE_DNS,
        "url" => uuid::Uuid::NAMESPACE_URL,
        "oid" => uuid::Uuid::NAMESPACE_OID,
        "x500" => uuid::Uuid::NAMESPACE_X500,
        other => match uuid::Uuid::parse_str(other) {
            Ok(namespace) => namespace,
            Err(_) => return error("`uuidv5` with a namespace that is none"),
        },
    };
    uuid::Uuid::new_v5(&namespace, name.as_bytes())
        .to_string()
        .into()
}
