//! What sort of JSON a file is, from a walk over its outermost keys.

/// What a JSON text looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looks {
    /// A deployment template of any scope.
    Template,
    /// A deployment parameter file.
    ParameterFile,
    /// Something else: its `$schema` says so.
    No,
    /// Not told: no `$schema`, perhaps no JSON. Its name may say more.
    Untold,
}

/// Decides from the text. A `$schema` decides at once; without one, `resources` beside
/// `contentVersion` make a template.
pub fn looks(text: &str) -> Looks {
    let mut walk = Walk {
        bytes: text.as_bytes(),
        at: 0,
    };
    walk.space();
    if walk.next() != Some(b'{') {
        return Looks::Untold;
    }
    let (mut resources, mut version) = (false, false);
    while let Some(byte) = walk.significant() {
        match byte {
            b'"' => {
                let key = walk.string();
                walk.space();
                if walk.peek() != Some(b':') {
                    continue;
                }
                walk.at += 1;
                walk.space();
                if key.eq_ignore_ascii_case(b"$schema") && walk.peek() == Some(b'"') {
                    walk.at += 1;
                    let schema = String::from_utf8_lossy(walk.string()).to_lowercase();
                    if schema.contains("deploymenttemplate") {
                        return Looks::Template;
                    }
                    if schema.contains("deploymentparameters") {
                        return Looks::ParameterFile;
                    }
                    return Looks::No;
                }
                resources |= key.eq_ignore_ascii_case(b"resources");
                version |= key.eq_ignore_ascii_case(b"contentVersion");
            }
            b'{' | b'[' => walk.nested(),
            b'}' => break,
            _ => {}
        }
    }
    if resources && version {
        Looks::Template
    } else {
        Looks::Untold
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

    /// The bytes up to the closing quote; the opening one is behind us.
    fn string(&mut self) -> &'t [u8] {
        let start = self.at;
        while let Some(byte) = self.next() {
            match byte {
                b'"' => return &self.bytes[start..self.at - 1],
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
                b'"' => {
                    self.string();
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
                Looks::Template,
            ),
            (
                schema(
                    "http://schema.management.azure.com/schemas/2018-05-01/SubscriptionDeploymentTemplate.json",
                ),
                Looks::Template,
            ),
            (
                schema(
                    "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
                ),
                Looks::ParameterFile,
            ),
            (
                schema(
                    "https://schema.management.azure.com/schemas/0.1.2-preview/CreateUIDefinition.MultiVm.json#",
                ),
                Looks::No,
            ),
            (
                r#"{"a": {"contentVersion": 1, "x": "}"}, "ContentVersion": "1", "resources": []}"#
                    .into(),
                Looks::Template,
            ),
            (
                r#"{"a": {"contentVersion": 1}, "resources": []}"#.into(),
                Looks::Untold,
            ),
            (
                "[{\"$schema\": \"deploymentTemplate.json#\"}]".into(),
                Looks::Untold,
            ),
            ("".into(), Looks::Untold),
            ("{\"\\".into(), Looks::Untold),
            ("{/*".into(), Looks::Untold),
        ] {
            assert_eq!(looks(&text), expected, "{text}");
        }
    }
}
