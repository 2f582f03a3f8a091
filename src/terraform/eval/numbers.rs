//! Arithmetic that is exact or open. Terraform calculates with binary fractions of 512 bits: sums of
//! `0.1` and the like are wrong in the last of 154 digits, so only fractions of powers of two are
//! taken to be exact here. A quotient that does not end is kept near enough to be compared or rounded.

use crate::value::Number;

/// The fractions that are calculated with: whole multiples of 2⁻²⁰.
const SCALE: i128 = 1 << 20;

/// The number in units of 1 / [`SCALE`].
fn units(n: Number) -> Option<i128> {
    match n {
        Number::Int(i) => Some(i128::from(i) * SCALE),
        Number::Float(f) if n.is_exact() && f.abs() < 1e12 => {
            let scaled = f * SCALE as f64;
            (scaled.fract() == 0.0).then_some(scaled as i128)
        }
        Number::Float(_) => None,
    }
}

fn from_units(units: i128) -> Option<Number> {
    if units % SCALE == 0 {
        return i64::try_from(units / SCALE).ok().map(Number::Int);
    }
    let small = units.unsigned_abs() < 1 << 53;
    let number = Number::Float(units as f64 / SCALE as f64);
    (small && number.is_exact()).then_some(number)
}

/// `-x`.
pub(in crate::terraform) fn negate(x: Number) -> Option<Number> {
    match x {
        Number::Int(i) => i.checked_neg().map(Number::Int),
        Number::Float(f) => Some(Number::Float(-f)),
    }
}

/// `x + y`.
pub(in crate::terraform) fn add(x: Number, y: Number) -> Option<Number> {
    from_units(units(x)?.checked_add(units(y)?)?)
}

/// `x * y`.
pub(super) fn multiply(x: Number, y: Number) -> Option<Number> {
    let product = units(x)?.checked_mul(units(y)?)?;
    if product == 0 && (x.as_f64() < 0.0 || y.as_f64() < 0.0) {
        // Minus zero, which Terraform writes as such.
        return None;
    }
    (product % SCALE == 0).then(|| from_units(product / SCALE))?
}

/// `x / y`; near where the quotient does not end.
pub(super) fn divide(x: Number, y: Number) -> Option<Number> {
    let (a, b) = (units(x)?, units(y)?);
    if b == 0 || (a == 0 && b < 0) {
        // Infinity, with which Terraform goes on; or minus zero.
        return None;
    }
    let scaled = a.checked_mul(SCALE)?;
    if scaled % b == 0 {
        return from_units(scaled / b);
    }
    let near = Number::Float(x.as_f64() / y.as_f64());
    (!near.is_exact()).then_some(near)
}

/// `x % y`, with the sign of `x`.
pub(super) fn remainder(x: Number, y: Number) -> Option<Number> {
    let rest = units(x)?.checked_rem(units(y)?)?;
    (rest != 0 || x.as_f64() >= 0.0).then(|| from_units(rest))?
}

/// The next whole number, in the direction that `to` rounds.
pub(in crate::terraform) fn round(x: Number, to: fn(f64) -> f64) -> Option<Number> {
    let Number::Float(f) = x else { return Some(x) };
    let undecided = !x.is_exact() && (f - f.round()).abs() < 1e-6;
    match Number::from(to(f)) {
        int @ Number::Int(_) if !undecided => Some(int),
        _ => None,
    }
}
