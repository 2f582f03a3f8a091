//! What sort of JSON a file is, from a walk over its outermost keys.

/// What a JSON file turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonKind {
    /// An ARM template of any scope.
    Template,
    /// A deployment parameter file.
    Parameters,
    /// A Terraform plan, from `terraform show -json`.
    Plan,
    /// A Terraform state, likewise.
    State,
    /// A state as Terraform keeps it, which only Terraform reads.
    StateFile,
    /// Something else: its `$schema` says so.
    Other,
    /// Not told: perhaps no JSON. Its name may say more.
    Untold,
}

/// Decides from the text. A `$schema` decides at once, as does what only a plan has; without one,
/// `resources` beside `contentVersion` make a template.
pub fn looks(text: &str) -> JsonKind {
    let mut walk = Walk {
        bytes: text.as_bytes(),
        at: 0,
    };
    walk.space();
    if walk.next() != Some(b'{') {
        return JsonKind::Untold;
    }
    let mut seen: Vec<&[u8]> = Vec::new();
    while let Some(byte) = walk.significant() {
        match byte {
            b'"' | b'\'' | b'$' | b'_' | b'a'..=b'z' | b'A'..=b'Z' => {
                let key = walk.key(byte);
                walk.space();
                if walk.peek() != Some(b':') {
                    continue;
                }
                walk.at += 1;
                walk.space();
                if key.eq_ignore_ascii_case(b"$schema")
                    && let Some(quote @ (b'"' | b'\'')) = walk.peek()
                {
                    walk.at += 1;
                    return of_schema(walk.string(quote));
                }
                // Terraform writes its format first, and the rest may be large.
                if seen.contains(&&b"format_version"[..])
                    && let Some(kind) = of_terraform(key)
                {
                    return kind;
                }
                seen.push(key);
            }
            b'{' | b'[' => walk.nested(),
            b'}' => break,
            _ => {}
        }
    }
    of_keys(&seen)
}

fn of_schema(schema: &[u8]) -> JsonKind {
    let schema = String::from_utf8_lossy(schema).to_lowercase();
    if schema.contains("deploymenttemplate") {
        JsonKind::Template
    } else if schema.contains("deploymentparameters") {
        JsonKind::Parameters
    } else {
        JsonKind::Other
    }
}

/// What a key beside `format_version` tells.
fn of_terraform(key: &[u8]) -> Option<JsonKind> {
    match key {
        b"planned_values" | b"resource_changes" => Some(JsonKind::Plan),
        b"values" => Some(JsonKind::State),
        // `terraform providers schema`, `validate`, `metadata functions`, `modules`.
        b"provider_schemas" | b"diagnostics" | b"function_signatures" | b"modules" => {
            Some(JsonKind::Other)
        }
        _ => None,
    }
}

fn of_keys(seen: &[&[u8]]) -> JsonKind {
    let has = |key: &str| seen.iter().any(|s| s.eq_ignore_ascii_case(key.as_bytes()));
    let terraform = || seen.iter().find_map(|key| of_terraform(key));
    if has("format_version") && terraform().is_some() {
        terraform().unwrap_or(JsonKind::Untold)
    } else if has("terraform_version") && has("lineage") && has("serial") {
        JsonKind::StateFile
    } else if has("resources") && has("contentVersion") {
        JsonKind::Template
    } else {
        JsonKind::Untold
    }
}

struct Walk<'t> {
    bytes: &'t [u8],
    at: usize,
}

impl<'t> Walk<'t> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    /// The next byte that is no space and in no comment.
    fn significant(&mut self) -> Option<u8> {
        self.space();
        self.next()
    }

    fn space(&mut self) {
        loop {
            match (self.peek(), self.bytes.get(self.at + 1)) {
                (Some(byte), _) if byte.is_ascii_whitespace() => self.at += 1,
                (Some(b'/'), Some(b'/')) => self.skip_past(b"\n"),
                (Some(b'/'), Some(b'*')) => {
                    self.at += 2;
                    self.skip_past(b"*/");
                }
                _ => return,
            }
        }
    }

    fn skip_past(&mut self, end: &[u8]) {
        let rest = &self.bytes[self.at..];
        let found = rest.windows(end.len()).position(|w| w == end);
        self.at += found.map_or(rest.len(), |at| at + end.len());
    }

    /// A key whose first byte is behind us; Resource Manager takes keys in either quotes or none.
    fn key(&mut self, first: u8) -> &'t [u8] {
        if let b'"' | b'\'' = first {
            return self.string(first);
        }
        let start = self.at - 1;
        while let Some(b'$' | b'_' | b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        &self.bytes[start..self.at]
    }

    /// The bytes up to the closing quote; the opening one is behind us.
    fn string(&mut self, quote: u8) -> &'t [u8] {
        let start = self.at;
        while let Some(byte) = self.next() {
            match byte {
                _ if byte == quote => return &self.bytes[start..self.at - 1],
                b'\\' => self.at = (self.at + 1).min(self.bytes.len()),
                _ => {}
            }
        }
        &self.bytes[start..]
    }

    /// Past the object or array whose opening is behind us.
    fn nested(&mut self) {
        let mut depth = 1usize;
        while let Some(byte) = self.next() {
            match byte {
                b'"' | b'\'' => {
                    self.string(byte);
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => {
                    depth -= 1;
                    if depth == 0 {
                        return;
                    }
                }
                b'/' => {
                    self.at -= 1;
                    let before = self.at;
                    self.space();
                    self.at = self.at.max(before + 1);
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_apart() {
        let schema = |s: &str| {
            format!("// c\n{{ /* x */ \"contentVersion\": \"1\", \"$schema\": \"{s}\", \"x\": {{")
        };
        for (text, expected) in [
            (
                schema(
                    "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
                ),
                JsonKind::Template,
            ),
            (
                schema(
                    "http://schema.management.azure.com/schemas/2018-05-01/SubscriptionDeploymentTemplate.json",
                ),
                JsonKind::Template,
            ),
            (
                schema(
                    "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
                ),
                JsonKind::Parameters,
            ),
            (
                schema(
                    "https://schema.management.azure.com/schemas/0.1.2-preview/CreateUIDefinition.MultiVm.json#",
                ),
                JsonKind::Other,
            ),
            (
                r#"{"a": {"contentVersion": 1, "x": "}"}, "ContentVersion": "1", "resources": []}"#
                    .into(),
                JsonKind::Template,
            ),
            (
                r#"{"a": {"contentVersion": 1}, "resources": []}"#.into(),
                JsonKind::Untold,
            ),
            (
                r#"{'a': 'it\'s', $schema: 'deploymentTemplate.json#'}"#.into(),
                JsonKind::Template,
            ),
            (
                r#"{contentVersion: true, resources: ['}']}"#.into(),
                JsonKind::Template,
            ),
            (
                "[{\"$schema\": \"deploymentTemplate.json#\"}]".into(),
                JsonKind::Untold,
            ),
            (
                r#"{"format_version":"1.2","terraform_version":"1.11.4","planned_values":"#.into(),
                JsonKind::Plan,
            ),
            (
                r#"{"resource_changes": [{}], "format_version": "0.1"}"#.into(),
                JsonKind::Plan,
            ),
            (
                r#"{"format_version":"1.0","terraform_version":"1.11.4","values":{}}"#.into(),
                JsonKind::State,
            ),
            (
                r#"{"version":4,"terraform_version":"1.5.0","serial":1,"lineage":"x","resources":[]}"#
                    .into(),
                JsonKind::StateFile,
            ),
            (
                r#"{"format_version":"1.0","provider_schemas":{"x":"#.into(),
                JsonKind::Other,
            ),
            (r#"{"format_version":"1.0","a":1}"#.into(), JsonKind::Untold),
            ("".into(), JsonKind::Untold),
            ("{\"\\".into(), JsonKind::Untold),
            ("{/*".into(), JsonKind::Untold),
        ] {
            assert_eq!(looks(&text), expected, "{text}");
        }
    }
}
