//! Numbers: exact, or known to be near.

/// Exact integers where possible.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// An integer.
    Int(i64),
    /// Any other number; never integral and below 2^53. With up to [`Number::DIGITS`] it is the
    /// decimal fraction that it reads as, with more it is near the number meant.
    Float(f64),
}

impl From<f64> for Number {
    fn from(f: f64) -> Number {
        if f.fract() == 0.0 && f.abs() < 9_007_199_254_740_992.0 {
            Number::Int(f as i64)
        } else {
            Number::Float(f)
        }
    }
}

impl Number {
    /// So many decimal digits tell floats apart.
    pub const DIGITS: usize = 15;

    /// Whether it is known to the last digit.
    pub fn is_exact(self) -> bool {
        match self {
            Number::Int(_) => true,
            Number::Float(f) => {
                let text = format!("{f:e}");
                let digits = text.bytes().take_while(|b| *b != b'e');
                digits.filter(u8::is_ascii_digit).count() <= Number::DIGITS
            }
        }
    }

    /// Which of two numbers is greater; `None` when they are too near for what is known of them.
    pub fn compare(self, other: Number) -> Option<std::cmp::Ordering> {
        if let (Number::Int(a), Number::Int(b)) = (self, other) {
            return Some(a.cmp(&b));
        }
        let (a, b) = (self.as_f64(), other.as_f64());
        let near = (a - b).abs() <= a.abs().max(b.abs()) * 1e-12;
        if near && !(self.is_exact() && other.is_exact()) {
            return None;
        }
        a.partial_cmp(&b)
    }

    /// As a float, for comparisons.
    pub fn as_f64(self) -> f64 {
        match self {
            Number::Int(i) => i as f64,
            Number::Float(f) => f,
        }
    }
}

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Number::Int(i) => write!(f, "{i}"),
            Number::Float(x) => write!(f, "{x}"),
        }
    }
}
