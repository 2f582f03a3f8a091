//! What looks like a secret: names of keys, and text that tells one.

/// Keys below a secret one that say nothing secret.
const HARMLESS: &[&str] = &["type", "name", "description", "displayname", "metadata"];
/// Parts of the names of secrets, in lower case without `_` and `-`.
const WORDS: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "token",
    "credential",
    "connectionstring",
    "connstr",
    "accesskey",
    "accountkey",
    "apikey",
    "sharedkey",
    "primarykey",
    "secondarykey",
    "privatekey",
    "masterkey",
    "adminpass",
    "dbpass",
    "sastoken",
    "sasurl",
    "pfx",
];
/// What follows a secret's name inside a string, after blanks and quotes.
const ASSIGNS: &[char] = &['=', ':'];

/// Whether a string under this key is not to be shown.
pub(super) fn is_secret(key: &str, text: &str) -> bool {
    (is_secret_name(key) && !is_plain(text)) || tells_secret(text)
}

/// Whether a key below a secret one says nothing secret.
pub(super) fn is_harmless(key: &str) -> bool {
    HARMLESS.contains(&key.to_lowercase().replace(['_', '-'], "").as_str())
}

/// Whether a key is the name of a secret.
pub(super) fn is_secret_name(name: &str) -> bool {
    let name: String = name
        .chars()
        .filter(|c| !matches!(c, '_' | '-' | ' '))
        .flat_map(char::to_lowercase)
        .collect();
    WORDS.iter().any(|word| name.contains(word)) || name == "pass" || name == "sas"
}

/// Says nothing secret, whatever its key: nothing, a switch, or only a reference.
pub(super) fn is_plain(text: &str) -> bool {
    let lower = text.trim().to_lowercase();
    if matches!(
        lower.as_str(),
        "" | "true" | "false" | "enabled" | "disabled" | "none" | "null"
    ) {
        return true;
    }
    let inside = |start: &str, end: &str| lower.strip_prefix(start)?.strip_suffix(end);
    let reference = |text: &str| !text.contains(['"', '\'', '{', '}', '(']);
    inside("${", "}").is_some_and(reference)
        || inside("[parameters('", "')]").is_some_and(reference)
        || inside("[variables('", "')]").is_some_and(reference)
}

/// The text itself holds `password=…`, a key, or a signature.
pub(super) fn tells_secret(text: &str) -> bool {
    if text.len() < 6 || !text.contains(['=', ':']) {
        return false;
    }
    let lower = text.to_lowercase();
    let assigned = |word: &str| {
        lower.match_indices(word).any(|(at, _)| {
            let after = lower[at + word.len()..].trim_start_matches(['\\', '"', '\'', ' ']);
            after
                .strip_prefix(ASSIGNS)
                .is_some_and(|value| !value.trim_start_matches(['\\', '"', '\'', ' ']).is_empty())
        })
    };
    let user = || {
        let after = lower.split_once("://").map(|(_, after)| after);
        let authority = after.and_then(|after| after.split(['/', '?']).next());
        authority
            .and_then(|authority| authority.rsplit_once('@'))
            .is_some_and(|(user, _)| user.contains(':'))
    };
    WORDS.iter().any(|word| assigned(word)) || assigned("sig") || user()
}
