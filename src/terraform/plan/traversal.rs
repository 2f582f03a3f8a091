//! Addresses and references as Terraform writes them: `module.db["a"].azurerm_subnet.x[0].id`.

/// The names and the keys in brackets, in order: `module`, `db`, `["a"]`, …
pub(super) fn parts(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.strip_prefix('.').unwrap_or(rest);
        if rest.is_empty() {
            return None;
        }
        let end = if rest.starts_with('[') {
            key_end(rest)
        } else {
            name_end(rest)
        };
        let part;
        (part, rest) = rest.split_at(end);
        Some(part)
    })
}

fn name_end(text: &str) -> usize {
    let first = text.chars().next().map_or(0, char::len_utf8);
    text[first..]
        .find(['.', '['])
        .map_or(text.len(), |at| first + at)
}

/// Past the bracket that closes the first one. Keys in quotes may hold brackets and dots.
fn key_end(text: &str) -> usize {
    let (mut quoted, mut escaped) = (false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ']' if !quoted => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The calls that lead to a module, outermost first: name, and key with its brackets.
pub(super) fn calls(module: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut parts = parts(module).peekable();
    std::iter::from_fn(move || {
        parts.next().filter(|keyword| *keyword == "module")?;
        let name = parts.next()?;
        let key = parts.next_if(|part| part.starts_with('[')).unwrap_or("");
        Some((name, key))
    })
}

/// The module that calls a module, with the last call's name and key; `None` for the root.
pub(super) fn parent(module: &str) -> Option<(&str, &str, &str)> {
    let (name, key) = calls(module).last()?;
    let own = "module.".len() + name.len() + key.len() + ".".len();
    Some((module.get(..module.len().checked_sub(own)?)?, name, key))
}

/// An address without any keys: that of what is written in the configuration.
pub(super) fn without_keys(address: &str) -> String {
    parts(address)
        .filter(|part| !part.starts_with('['))
        .collect::<Vec<_>>()
        .join(".")
}

/// What an expression refers to, from the list in the plan: there each reference is followed by its
/// own beginnings, shorter and shorter.
pub(super) fn heads<'t>(references: impl Iterator<Item = &'t str>) -> Vec<&'t str> {
    let mut heads: Vec<&str> = Vec::new();
    let mut last = "";
    for reference in references {
        let begins = last.len() > reference.len()
            && last.starts_with(reference)
            && last[reference.len()..].starts_with(['.', '[']);
        if !begins {
            heads.push(reference);
        }
        last = reference;
    }
    heads
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart() {
        let address = r#"module.a["x.]\"y"].module.b[0].data.t.n["k"].id"#;
        let all: Vec<&str> = parts(address).collect();
        assert_eq!(
            all,
            [
                "module",
                "a",
                r#"["x.]\"y"]"#,
                "module",
                "b",
                "[0]",
                "data",
                "t",
                "n",
                r#"["k"]"#,
                "id"
            ]
        );
        assert_eq!(
            calls(address).collect::<Vec<_>>(),
            [("a", r#"["x.]\"y"]"#), ("b", "[0]")]
        );
        assert_eq!(without_keys(address), "module.a.module.b.data.t.n.id");
        assert_eq!(
            parent("module.a[0].module.b."),
            Some(("module.a[0].", "b", ""))
        );
        assert_eq!(parent(""), None);
        assert_eq!(parts("[").collect::<Vec<_>>(), ["["]);
    }

    #[test]
    fn beginnings_of_a_reference_are_no_further_ones() {
        let list = [
            r#"t.each["a"].id"#,
            r#"t.each["a"]"#,
            "t.each",
            "t.each",
            "each.key",
            "var.o.a",
            "var.o",
            "t.ea",
        ];
        assert_eq!(
            heads(list.into_iter()),
            [r#"t.each["a"].id"#, "t.each", "each.key", "var.o.a", "t.ea"]
        );
    }
}
