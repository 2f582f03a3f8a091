//! Points in time, as RFC 3339 writes them.

use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use super::{text, unknown};
use crate::terraform::eval::error;
use crate::value::Value;

pub(super) fn call(name: &str, args: &[Value]) -> Option<Value> {
    if !matches!(name, "timeadd" | "timecmp" | "formatdate") {
        return None;
    }
    let (Some(first), Some(second)) = (text(args.first()), text(args.get(1))) else {
        return Some(unknown(name, args));
    };
    let result = match name {
        "timeadd" => add(first, second).map(Value::from),
        "timecmp" => point(first).and_then(|a| {
            let order = a.cmp(&point(second)?);
            Some(Value::from(order as i64))
        }),
        _ => format(first, second).map(Value::from),
    };
    Some(result.unwrap_or_else(|| error("a time, duration or format that is none")))
}

pub(super) fn point(text: &str) -> Option<OffsetDateTime> {
    // Terraform takes capital letters only.
    let plain = text.as_bytes().get(10) == Some(&b'T') && !text.ends_with('z');
    OffsetDateTime::parse(text, &Rfc3339).ok().filter(|_| plain)
}

/// Terraform writes whole seconds.
fn add(point_text: &str, duration_text: &str) -> Option<String> {
    let sum = point(point_text)?.checked_add(duration(duration_text)?)?;
    sum.replace_nanosecond(0).ok()?.format(&Rfc3339).ok()
}

/// Go's durations: `1h30m`, `-1.5h`, `500ms`.
fn duration(text: &str) -> Option<Duration> {
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(Duration::ZERO);
    }
    let mut total: i128 = 0;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, after) = rest.split_at(end);
        let end = after
            .find(|c: char| c.is_ascii_digit() || c == '.')
            .unwrap_or(after.len());
        let (unit, after) = after.split_at(end);
        let unit: i128 = match unit {
            "ns" => 1,
            "us" | "µs" | "μs" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60 * 1_000_000_000,
            "h" => 3600 * 1_000_000_000,
            _ => return None,
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if whole.is_empty() && fraction.is_empty() || fraction.contains('.') || fraction.len() > 18
        {
            return None;
        }
        let parsed = |s: &str| {
            if s.is_empty() {
                Some(0)
            } else {
                s.parse::<i128>().ok()
            }
        };
        let scale = 10i128.pow(u32::try_from(fraction.len()).ok()?);
        total = total
            .checked_add(parsed(whole)?.checked_mul(unit)?)?
            .checked_add(parsed(fraction)? * unit / scale)?;
        rest = after;
    }
    let total = i64::try_from(total).ok()?;
    Some(Duration::nanoseconds(if negative { -total } else { total }))
}

/// `formatdate`: letters in runs are parts of the date, `'…'` is literal.
fn format(spec: &str, time: &str) -> Option<String> {
    let at = point(time)?;
    let mut out = String::new();
    let mut rest = spec;
    while let Some(c) = rest.chars().next() {
        if c == '\'' {
            let (literal, after) = quoted(&rest[1..])?;
            out.push_str(&literal);
            rest = after;
            continue;
        }
        let run = rest.len() - rest.trim_start_matches(c).len();
        let (part, after) = rest.split_at(run);
        rest = after;
        if c.is_ascii_alphabetic() {
            out.push_str(&element(&at, part)?);
        } else {
            out.push_str(part);
        }
    }
    Some(out)
}

/// Text up to the closing quote, where two quotes are one, and what follows.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut out = String::new();
    let mut rest = text;
    loop {
        let (literal, after) = rest.split_once('\'')?;
        out.push_str(literal);
        match after.strip_prefix('\'') {
            Some(after) => {
                out.push('\'');
                rest = after;
            }
            None => return Some((out, after)),
        }
    }
}

fn element(at: &OffsetDateTime, part: &str) -> Option<String> {
    let hour = at.hour();
    let twelve = (hour + 11) % 12 + 1;
    Some(match part {
        "YYYY" => format!("{:04}", at.year()),
        "YY" => format!("{:02}", at.year() % 100),
        "MMMM" => at.month().to_string(),
        "MMM" => at.month().to_string().chars().take(3).collect(),
        "MM" => format!("{:02}", u8::from(at.month())),
        "M" => u8::from(at.month()).to_string(),
        "DD" => format!("{:02}", at.day()),
        "D" => at.day().to_string(),
        "EEEE" => at.weekday().to_string(),
        "EEE" => at.weekday().to_string().chars().take(3).collect(),
        "hh" => format!("{hour:02}"),
        "h" => hour.to_string(),
        "HH" => format!("{twelve:02}"),
        "H" => twelve.to_string(),
        "AA" => if hour < 12 { "AM" } else { "PM" }.into(),
        "aa" => if hour < 12 { "am" } else { "pm" }.into(),
        "mm" => format!("{:02}", at.minute()),
        "m" => at.minute().to_string(),
        "ss" => format!("{:02}", at.second()),
        "s" => at.second().to_string(),
        "ZZZZZ" => offset(at, ":"),
        "ZZZZ" => offset(at, ""),
        "ZZZ" if at.offset().is_utc() => "UTC".into(),
        "ZZZ" => offset(at, ""),
        "Z" if at.offset().is_utc() => "Z".into(),
        "Z" => offset(at, ":"),
        _ => return None,
    })
}

fn offset(at: &OffsetDateTime, between: &str) -> String {
    let (hours, minutes, _) = at.offset().as_hms();
    let sign = if at.offset().is_negative() { '-' } else { '+' };
    let (hours, minutes) = (hours.unsigned_abs(), minutes.unsigned_abs());
    format!("{sign}{hours:02}{between}{minutes:02}")
}
