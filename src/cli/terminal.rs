//! What a terminal takes: colours, and how wide lines may be.

use super::{ColorWhen, Surroundings};

/// Lines are never wrapped or cut to less than this.
const NARROWEST: usize = 60;
/// Longer lines are hard to read, whatever the terminal.
const WIDEST: usize = 140;
/// Where there is no terminal.
const WIDTH: usize = 100;

/// Whether to use colours: the flag, then `NO_COLOR`, then the variables that force them, then the
/// terminal.
pub(crate) fn wants_color(when: ColorWhen, surroundings: &Surroundings, terminal: bool) -> bool {
    let set = |name| surroundings.variable(name);
    match when {
        ColorWhen::Always => true,
        ColorWhen::Never => false,
        ColorWhen::Auto if set("NO_COLOR").is_some() => false,
        ColorWhen::Auto => {
            let forced = |name| set(name).is_some_and(|value| value != "0");
            forced("CLICOLOR_FORCE")
                || forced("FORCE_COLOR")
                || (terminal && set("TERM") != Some("dumb") && set("CLICOLOR") != Some("0"))
        }
    }
}

/// The columns that text output may use.
pub(crate) fn line_width(surroundings: &Surroundings) -> usize {
    let told = surroundings
        .variable("COLUMNS")
        .and_then(|columns| columns.parse().ok());
    told.or(surroundings.width)
        .unwrap_or(WIDTH)
        .clamp(NARROWEST, WIDEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn surroundings(variables: &[(&str, &str)]) -> Surroundings {
        Surroundings {
            environment: variables
                .iter()
                .map(|(name, value)| ((*name).into(), (*value).into()))
                .collect(),
            ..Surroundings::default()
        }
    }

    #[test]
    fn colours_follow_flag_environment_and_terminal() {
        use ColorWhen::{Always, Auto, Never};
        for (when, variables, terminal, expected) in [
            (Auto, &[][..], true, true),
            (Auto, &[], false, false),
            (Auto, &[("NO_COLOR", "1")], true, false),
            (Auto, &[("NO_COLOR", "")], true, true),
            (Auto, &[("CLICOLOR_FORCE", "1")], false, true),
            (Auto, &[("FORCE_COLOR", "1")], false, true),
            (Auto, &[("FORCE_COLOR", "0")], false, false),
            (
                Auto,
                &[("FORCE_COLOR", "1"), ("NO_COLOR", "1")],
                true,
                false,
            ),
            (Auto, &[("TERM", "dumb")], true, false),
            (Always, &[("NO_COLOR", "1")], false, true),
            (Never, &[("FORCE_COLOR", "1")], true, false),
        ] {
            let got = wants_color(when, &surroundings(variables), terminal);
            assert_eq!(got, expected, "{when:?} {variables:?} {terminal}");
        }
    }

    #[test]
    fn width_has_bounds() {
        for (columns, expected) in [("80", 80), ("20", NARROWEST), ("900", WIDEST), ("x", WIDTH)] {
            assert_eq!(line_width(&surroundings(&[("COLUMNS", columns)])), expected);
        }
    }
}
