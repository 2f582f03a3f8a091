//! Points in time. What depends on when the template is deployed is in `deployment`.

use super::Body::ByCase;
use super::arguments::Arguments;
use super::{Function, function};
use crate::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    function("dateTimeAdd", 2, 3, ByCase(add)),
    function("dateTimeFromEpoch", 1, 1, ByCase(from_epoch)),
    function("dateTimeToEpoch", 1, 1, ByCase(to_epoch)),
];

const DAY: i64 = 86_400;
const MONTHS: &str =
    "January February March April May June July August September October November December";
const WEEKDAYS: &str = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday";
/// Seconds since 1970 of the years 1 to 9999, which .NET knows.
const KNOWN: std::ops::Range<i64> = -62_135_596_800..253_402_300_800;

fn from_epoch(a: &Arguments<'_, '_>) -> Option<Value> {
    let seconds = a.int(0)?;
    if !KNOWN.contains(&seconds) {
        return a.refuse(a.span, "there is no such time");
    }
    Some(Moment::of(seconds).iso().into())
}

fn to_epoch(a: &Arguments<'_, '_>) -> Option<Value> {
    Some(moment(a)?.into())
}

/// The seconds since 1970 that the first argument names.
fn moment(a: &Arguments<'_, '_>) -> Option<i64> {
    let text = a.known(0)?;
    match parsed(text) {
        Some(seconds) => Some(seconds),
        // Other ways to write a time may be taken.
        None if text.bytes().any(|b| b.is_ascii_digit()) => None,
        None => a.refuse(a.span, "the string is no time"),
    }
}

fn add(a: &Arguments<'_, '_>) -> Option<Value> {
    let base = a.known(0)?;
    let (seconds, written) = (moment(a)?, a.known(1)?);
    let Some(duration) = duration(written) else {
        return match written.contains('.') {
            true => None,
            false => a.refuse(a.span, "the second string is no ISO 8601 duration"),
        };
    };
    let sum = seconds.checked_add(duration).filter(|s| KNOWN.contains(s));
    let Some(sum) = sum.map(Moment::of) else {
        return a.refuse(a.span, "there is no such time");
    };
    match a.values.len() {
        // The result looks like the base, in a form that documents show for these alone.
        2 if base.contains('T') && base.ends_with('Z') && base.contains(':') => {
            Some(sum.iso().into())
        }
        2 => None,
        _ => Some(sum.formatted(a.known(2)?)?.into()),
    }
}

/// A point in time in UTC, by the calendar.
struct Moment {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
}

impl Moment {
    fn of(seconds: i64) -> Moment {
        let (days, rest) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
        let (year, month, day) = calendar(days);
        Moment {
            year,
            month,
            day,
            hour: rest / 3600,
            minute: rest / 60 % 60,
            second: rest % 60,
        }
    }

    fn iso(&self) -> String {
        let Moment {
            year,
            month,
            day,
            hour,
            minute,
            second,
        } = self;
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }

    /// In one of .NET's formats, as far as no culture and no time zone changes it.
    fn formatted(&self, format: &str) -> Option<String> {
        let pattern = match format {
            "d" => "MM/dd/yyyy",
            "R" | "r" => "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
            "s" => "yyyy-MM-ddTHH:mm:ss",
            "u" => "yyyy-MM-dd HH:mm:ssZ",
            single if single.chars().count() == 1 => return None,
            custom => custom,
        };
        let mut out = String::new();
        let mut rest = pattern;
        while let Some(letter) = rest.chars().next() {
            let run = rest.chars().take_while(|c| *c == letter).count();
            let end = match letter {
                '\'' | '"' => {
                    let (quoted, _) = rest[1..].split_once(letter)?;
                    out.push_str(quoted);
                    quoted.len() + 2
                }
                '\\' => {
                    let escaped = rest[1..].chars().next()?;
                    out.push(escaped);
                    1 + escaped.len_utf8()
                }
                // Says that one letter is a custom format.
                '%' if run == 1 => 1,
                _ => {
                    out.push_str(&self.field(letter, run)?);
                    run * letter.len_utf8()
                }
            };
            rest = &rest[end..];
        }
        Some(out)
    }

    /// What a letter of a format stands for, repeated `run` times; others stand for themselves.
    fn field(&self, letter: char, run: usize) -> Option<String> {
        let name = |names: &str, at: i64| {
            let name = names.split(' ').nth(usize::try_from(at).ok()?)?;
            Some(if run == 3 { &name[..3] } else { name }.to_owned())
        };
        match letter {
            'y' if run <= 2 => Some(padded(self.year % 100, run)),
            'y' => Some(padded(self.year, run)),
            'M' if run > 2 => name(MONTHS, self.month - 1),
            'd' if run > 2 => {
                let days = day_of(self.year, self.month, self.day)?;
                name(WEEKDAYS, (days + 3).rem_euclid(7))
            }
            'M' => Some(padded(self.month, run)),
            'd' => Some(padded(self.day, run)),
            'H' => Some(padded(self.hour, run.min(2))),
            'h' => Some(padded((self.hour + 11) % 12 + 1, run.min(2))),
            'm' => Some(padded(self.minute, run.min(2))),
            's' => Some(padded(self.second, run.min(2))),
            't' => {
                let half = if self.hour < 12 { "AM" } else { "PM" };
                Some(half[..run.min(2)].to_owned())
            }
            // Times here are whole seconds.
            'f' if run <= 7 => Some("0".repeat(run)),
            'f' | 'F' | 'g' | 'K' | 'z' | '%' => None,
            other => Some(String::from(other).repeat(run)),
        }
    }
}

fn padded(value: i64, width: usize) -> String {
    format!("{value:0width$}")
}

/// Year, month and day of a day counted from 1970, in the Gregorian calendar.
fn calendar(days: i64) -> (i64, i64, i64) {
    // Years start in March, so that the day that some have more comes last.
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let of_month = day - (153 * month + 2) / 5 + 1;
    let in_next = i64::from(month >= 10);
    (era * 400 + year + in_next, (month + 2) % 12 + 1, of_month)
}

/// The other way; `None` for a day that there is not.
fn day_of(year: i64, month: i64, day: i64) -> Option<i64> {
    let shifted = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (shifted.div_euclid(400), shifted.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    ((1..=12).contains(&month) && calendar(days) == (year, month, day)).then_some(days)
}

/// `2020-04-07`, `2020-04-07T14:53:14Z`, with a space, without punctuation, or with an offset.
fn parsed(text: &str) -> Option<i64> {
    let (date, time) = match text.trim().split_once(['T', ' ']) {
        Some((date, time)) => (date, Some(time)),
        None => (text.trim(), None),
    };
    let [year, month, day] = fields(date, '-', [4, 2, 2])?;
    let days = day_of(year, month, day)?;
    let Some(time) = time else {
        return Some(days * DAY);
    };
    let (time, offset) = match time.find(['Z', '+', '-']) {
        Some(at) => time.split_at(at),
        // Of which zone it is is not said.
        None => return None,
    };
    let offset = match offset {
        "Z" => 0,
        other => {
            let [hours, minutes] = fields(&other[1..], ':', [2, 2])?;
            let sign = if other.starts_with('-') { -1 } else { 1 };
            (sign * (hours * 60 + minutes) * 60).clamp(-14 * 3600, 14 * 3600)
        }
    };
    let [hour, minute, second] = fields(time, ':', [2, 2, 2])?;
    let valid = hour < 24 && minute < 60 && second < 60;
    valid.then_some(days * DAY + hour * 3600 + minute * 60 + second - offset)
}

/// Numbers of these widths, all with the separator between them or none.
fn fields<const N: usize>(text: &str, separator: char, widths: [usize; N]) -> Option<[i64; N]> {
    let separated = text.contains(separator);
    let mut rest = text;
    let mut out = [0; N];
    for (i, width) in widths.into_iter().enumerate() {
        if i > 0 && separated {
            rest = rest.strip_prefix(separator)?;
        }
        let digits = rest.get(..width)?;
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        out[i] = digits.parse().ok()?;
        rest = &rest[width..];
    }
    rest.is_empty().then_some(out)
}

/// An ISO 8601 duration in seconds. A year has 365 days and a month 30, as documented examples show.
fn duration(text: &str) -> Option<i64> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let rest = rest.strip_prefix('P')?;
    let (days, time) = match rest.split_once('T') {
        Some((_, "")) => return None,
        Some((days, time)) => (days, time),
        None => (rest, ""),
    };
    if rest.is_empty() {
        return None;
    }
    let units = [('Y', 365 * DAY), ('M', 30 * DAY), ('D', DAY)];
    let of_day = [('H', 3600), ('M', 60), ('S', 1)];
    let sum = parts(days, &units)?.checked_add(parts(time, &of_day)?)?;
    Some(sign * sum)
}

fn parts(text: &str, units: &[(char, i64)]) -> Option<i64> {
    let (mut rest, mut units, mut sum) = (text, units.iter(), 0i64);
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit())?;
        let count: i64 = rest[..end].parse().ok()?;
        let letter = rest[end..].chars().next()?;
        let (_, seconds) = units.find(|(unit, _)| *unit == letter)?;
        sum = sum.checked_add(count.checked_mul(*seconds)?)?;
        rest = &rest[end + letter.len_utf8()..];
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_agree() {
        let mut last = (0, 0, 0);
        for days in -719_162..=2_932_896 {
            let (year, month, day) = calendar(days);
            assert_eq!(day_of(year, month, day), Some(days));
            assert!((year, month, day) > last, "{days}");
            last = (year, month, day);
        }
        assert_eq!(calendar(0), (1970, 1, 1));
        assert_eq!(calendar(19_782), (2024, 2, 29));
        assert_eq!(day_of(2023, 2, 29), None);
        assert_eq!(day_of(2023, 13, 1), None);
    }
}
