//! Random expressions: mostly well typed, a few not, so that errors are met too.

/// How many are recorded.
const COUNT: usize = 600;

/// What an expression should give.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Number,
    Text,
    Bool,
    List,
    Map,
}

const KINDS: [Kind; 5] = [Kind::Number, Kind::Text, Kind::Bool, Kind::List, Kind::Map];

/// A source of choices that gives the same for the same seed (SplitMix64).
struct Choices(u64);

impl Choices {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n as u64) as usize
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }

    fn expression(&mut self, kind: Kind, depth: usize) -> String {
        // Now and then something of another type.
        let kind = if self.below(25) == 0 {
            KINDS[self.below(KINDS.len())]
        } else {
            kind
        };
        if depth == 0 || self.below(6) == 0 {
            return self.leaf(kind).to_owned();
        }
        let template = match kind {
            Kind::Number => self.one(&[
                "(N + N)",
                "(N - N)",
                "N * N",
                "(N % 7)",
                "-N",
                "length(L)",
                "length(T)",
                "length(M)",
                "max(N, N)",
                "min(N, N, N)",
                "abs(N)",
                "floor(N)",
                "(B ? N : N)",
                "try(tonumber(T), N)",
                "index(L, T)",
                "sum([N, N])",
                "lookup(M, T, N)",
                "signum(N)",
                "one([N])",
                "L[N]",
            ]),
            Kind::Text => self.one(&[
                "\"${T}-${N}\"",
                "upper(T)",
                "lower(T)",
                "join(T, L)",
                "format(\"%s/%d\", T, N)",
                "replace(T, \"a\", T)",
                "substr(T, 0, N)",
                "trimspace(T)",
                "title(T)",
                "element(L, 1)",
                "(B ? T : T)",
                "coalesce(T, T)",
                "jsonencode(A)",
                "try(M.a, T)",
                "split(\"-\", T)[0]",
                "trimprefix(T, \"a\")",
                "\"%{ if B }${T}%{ else }x%{ endif }\"",
                "tostring(N)",
                "strrev(T)",
                "\"%{ for v in L }<${v}>%{ endfor }\"",
                "format(\"%v\", A)",
                "(B ? N : T)",
            ]),
            Kind::Bool => self.one(&[
                "(N < N)",
                "(N >= N)",
                "(A == A)",
                "(A != A)",
                "(B && B)",
                "(B || B)",
                "!B",
                "can(A)",
                "contains(L, T)",
                "startswith(T, T)",
                "alltrue([B, B])",
                "anytrue([B])",
                "(T == T)",
                "(L == L)",
                "(M == M)",
                "strcontains(T, \"a\")",
                "tobool(\"${B}\")",
            ]),
            Kind::List => self.one(&[
                "[T, T]",
                "[N, T]",
                "concat(L, L)",
                "[for v in L : upper(v)]",
                "[for v in L : v if v != T]",
                "keys(M)",
                "values(M)",
                "distinct(L)",
                "sort(L)",
                "reverse(L)",
                "compact(L)",
                "tolist(L)",
                "slice(L, 0, 1)",
                "flatten([L, [L]])",
                "split(\"a\", T)",
                "(B ? L : L)",
                "tolist(toset(L))",
                "[for k, v in M : \"${k}=${v}\"]",
                "range(N)",
                "chunklist(L, 2)[0]",
                "setunion(L, L)",
                "setintersection(L, L)",
                "setsubtract(L, L)",
                "[for p in setproduct(L, [N]) : p[0]]",
                "coalescelist(L, L)",
                "formatlist(\"%s!\", L)",
                "toset(L)",
                "L[*]",
                "[A, A]",
                "matchkeys(L, L, L)",
                "[for v in toset(L) : v]",
            ]),
            Kind::Map => self.one(&[
                "{ a = T, b = N }",
                "{ a = A }",
                "merge(M, M)",
                "{ for k, v in M : upper(k) => v }",
                "{ for v in L : v => T... }",
                "{ for i, v in L : i => v }",
                "zipmap([\"a\", \"b\"], [T, N])",
                "tomap({ a = T, b = T })",
                "(B ? M : M)",
                "{ (T) = N }",
                "jsondecode(jsonencode(M))",
                "transpose({ a = L })",
                "{ for v in distinct(L) : v => N }",
                "tomap(M)",
            ]),
        };
        self.fill(template, depth - 1)
    }

    /// Puts expressions in the place of capital letters that stand alone.
    fn fill(&mut self, template: &str, depth: usize) -> String {
        let mut out = String::new();
        let chars: Vec<char> = template.chars().collect();
        for (i, c) in chars.iter().enumerate() {
            let alone = |at: Option<&char>| !at.is_some_and(|c| c.is_alphanumeric());
            let single =
                alone(i.checked_sub(1).and_then(|i| chars.get(i))) && alone(chars.get(i + 1));
            let kind = match c {
                'N' => Some(Kind::Number),
                'T' => Some(Kind::Text),
                'B' => Some(Kind::Bool),
                'L' => Some(Kind::List),
                'M' => Some(Kind::Map),
                'A' => Some(KINDS[self.below(KINDS.len())]),
                _ => None,
            };
            match kind {
                Some(kind) if single => out += &self.expression(kind, depth),
                _ => out.push(*c),
            }
        }
        out
    }

    fn leaf(&mut self, kind: Kind) -> &'static str {
        match kind {
            Kind::Number => self.one(&[
                "0",
                "1",
                "2",
                "3",
                "10",
                "-1",
                "2.5",
                "0.25",
                "var.map.one",
                "\"4\"",
            ]),
            Kind::Text => self.one(&[
                "\"\"",
                "\"a\"",
                "\"b\"",
                "\"Ab c\"",
                "\"é\"",
                "\"10\"",
                "\"a-b-a\"",
                "var.names[0]",
                "var.object.name",
                "local.words[1]",
                "local.unknown",
                "\" x \"",
                "\"<&>\"",
            ]),
            Kind::Bool => self.one(&["true", "false", "\"true\"", "(local.unknown == \"\")"]),
            Kind::List => self.one(&[
                "[]",
                "[\"a\", \"b\"]",
                "[1, 2]",
                "var.names",
                "var.empty",
                "var.set",
                "local.words",
                "[\"a\", local.unknown]",
                "[null, \"a\"]",
                "[\"b\", \"a\", \"b\"]",
                "tolist([1, 2])",
            ]),
            Kind::Map => self.one(&[
                "{}",
                "{ a = 1 }",
                "{ a = \"x\", b = \"y\" }",
                "var.map",
                "var.object",
                "local.nested",
                "{ a = local.unknown }",
                "{ b = null }",
                "tomap({ a = 1 })",
            ]),
        }
    }
}

/// Expressions for a seed, one a line.
pub(super) fn expressions(seed: u64) -> String {
    let mut choices = Choices(seed);
    (0..COUNT)
        .map(|_| {
            let kind = KINDS[choices.below(KINDS.len())];
            choices.expression(kind, 3) + "\n"
        })
        .collect()
}
