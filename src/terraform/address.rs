//! What the `source` of a module call names: a directory, a module of a registry, or a package
//! fetched from elsewhere.

/// A module's address, in a form that compares equal however it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Address {
    /// A path from the calling directory, with `/`.
    Local(String),
    /// `namespace/name/provider` of the public registry, with the host in front for another one, and
    /// `//folder` behind for a module inside the package.
    Registry(String),
    /// `host/path`, with `//folder` behind, and what `?ref=` names.
    Remote(String, Option<String>),
}

/// Hosts of the public registries, which addresses leave out.
const PUBLIC: [&str; 2] = ["registry.terraform.io/", "registry.opentofu.org/"];
/// Hosts of repositories that may be written without a scheme.
const REPOSITORIES: [&str; 3] = ["github.com", "bitbucket.org", "gitlab.com"];

impl Address {
    /// Reads the text of a `source`.
    pub(super) fn parse(source: &str) -> Address {
        let slashed = source.replace('\\', "/");
        if slashed.starts_with("./")
            || slashed.starts_with("../")
            || slashed == "."
            || slashed == ".."
        {
            return Address::Local(slashed);
        }
        registry(source).map_or_else(|| remote(source), Address::Registry)
    }
}

/// The text of a source for people: a password before the host is left out.
pub(super) fn without_user(source: &str) -> String {
    let start = source.find("://").map_or(0, |i| i + 3);
    match source[start..].split_once('@') {
        Some((user, rest)) if start > 0 && !user.contains('/') => {
            format!("{}{rest}", &source[..start])
        }
        _ => source.to_owned(),
    }
}

fn registry(source: &str) -> Option<String> {
    let lower = source.to_lowercase();
    let plain = PUBLIC
        .iter()
        .find_map(|host| lower.strip_prefix(host))
        .unwrap_or(&lower);
    let (package, folder) = plain.split_once("//").unwrap_or((plain, ""));
    let parts: Vec<&str> = package.split('/').collect();
    let host = match parts.len() {
        3 => None,
        4 => Some(parts[0]),
        _ => return None,
    };
    let name = |part: &&str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    };
    let names = &parts[parts.len() - 3..];
    let hosted = host.is_none_or(|h| h.contains('.') && !REPOSITORIES.contains(&h));
    (hosted && names.iter().all(name)).then(|| joined(package, folder))
}

/// Git and archive addresses: `git::ssh://git@host/path.git//folder?ref=x`, `git@host:path`,
/// `host/path`.
fn remote(source: &str) -> Address {
    let text = source.split_once("::").map_or(source, |(_, rest)| rest);
    let (text, query) = text.split_once('?').unwrap_or((text, ""));
    let (scheme, text) = match text.split_once("://") {
        Some((_, rest)) => (true, rest),
        None => (false, text),
    };
    // Users are no part of what is fetched; passwords must not be seen.
    let text = match text.split_once('@') {
        Some((user, rest)) if !user.contains('/') => rest,
        _ => text,
    };
    let text = if scheme {
        text.to_owned()
    } else {
        text.replacen(':', "/", 1)
    };
    let (package, folder) = text.split_once("//").unwrap_or((&text, ""));
    let package = package.strip_suffix(".git").unwrap_or(package);
    let reference = query
        .split('&')
        .find_map(|pair| pair.strip_prefix("ref="))
        .map(str::to_owned);
    Address::Remote(joined(&package.to_lowercase(), folder), reference)
}

fn joined(package: &str, folder: &str) -> String {
    let package = package.trim_end_matches('/');
    match folder.trim_matches('/') {
        "" => package.to_owned(),
        folder => format!("{package}//{folder}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_address_are_equal() {
        let remote = |path: &str, reference: Option<&str>| {
            Address::Remote(path.into(), reference.map(str::to_owned))
        };
        for (source, expected) in [
            ("..\\db", Address::Local("../db".into())),
            (
                "Azure/vnet/azurerm",
                Address::Registry("azure/vnet/azurerm".into()),
            ),
            (
                "registry.terraform.io/Azure/vnet/azurerm//modules/subnet",
                Address::Registry("azure/vnet/azurerm//modules/subnet".into()),
            ),
            (
                "app.example.com/Azure/vnet/azurerm",
                Address::Registry("app.example.com/azure/vnet/azurerm".into()),
            ),
            ("github.com/a/b", remote("github.com/a/b", None)),
            ("github.com/a/b//c", remote("github.com/a/b//c", None)),
            ("github.com/a/b/c", remote("github.com/a/b/c", None)),
            (
                "git::https://github.com/A/b.git?ref=v1.2.0",
                remote("github.com/a/b", Some("v1.2.0")),
            ),
            (
                "git::ssh://git@github.com/a/b.git//sub?ref=main&depth=1",
                remote("github.com/a/b//sub", Some("main")),
            ),
            ("git@github.com:a/b.git", remote("github.com/a/b", None)),
            (
                "https://example.com/module.zip",
                remote("example.com/module.zip", None),
            ),
        ] {
            assert_eq!(Address::parse(source), expected, "{source}");
        }
    }
}
