//! Provider versions (`4.26.0`) and API versions (`2023-06-01-preview`), compared.

use std::cmp::Ordering;

/// Whether `version` lies within the bounds, both inclusive. Without a version: when there is no upper
/// bound, since what is not said is taken to be new.
pub(super) fn within(version: Option<&str>, since: Option<&str>, until: Option<&str>) -> bool {
    match version {
        None => until.is_none(),
        Some(version) => {
            since.is_none_or(|since| compare(version, since) != Ordering::Less)
                && until.is_none_or(|until| compare(version, until) != Ordering::Greater)
        }
    }
}

/// Compares number by number; what follows a date or a release number (`-preview`) is ignored.
fn compare(a: &str, b: &str) -> Ordering {
    let separator = if a.contains('.') { '.' } else { '-' };
    let numbers = |s: &str| -> Vec<u64> {
        s.split(separator)
            .map_while(|part| {
                let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
                digits.parse().ok()
            })
            .take(3)
            .collect()
    };
    numbers(a).cmp(&numbers(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_inclusive_and_previews_count_as_their_date() {
        assert!(within(Some("3.105.0"), Some("3.105.0"), None));
        assert!(!within(Some("3.104.2"), Some("3.105.0"), None));
        assert!(within(Some("2022-09-30-preview"), Some("2022-09-30"), None));
        assert!(within(Some("2022-01-01"), None, Some("2022-09-29")));
        assert!(within(None, Some("4.0.0"), None) && !within(None, None, Some("4.0.0")));
        assert!(within(Some("10.0.0"), Some("9.5.0"), None));
    }
}
