//! "Did you mean": the nearest of some names.

/// Says that there is no `kind` of this name, and which there are or which is near.
pub(crate) fn unknown<'a>(
    kind: &str,
    name: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    let near = did_you_mean(name, known.iter().copied());
    let rest = match near.as_str() {
        "" if known.len() <= 10 => format!("; there are {}", known.join(", ")),
        "" => "; `azvet rules` lists them".to_owned(),
        _ => near,
    };
    format!("there is no {kind} `{name}`{rest}")
}

/// `; did you mean …?` when a name is near, else nothing.
pub(crate) fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    match nearest(name, &known) {
        Some(near) => format!("; did you mean `{near}`?"),
        None => String::new(),
    }
}

/// The nearest name, when one is near enough to be meant.
pub(crate) fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let name: String = name.chars().take(64).collect::<String>().to_lowercase();
    let allowed = (name.chars().count() / 3).clamp(1, 4);
    let (distance, near) = known
        .iter()
        .map(|candidate| (distance(&name, &candidate.to_lowercase()), *candidate))
        .min_by_key(|(distance, _)| *distance)?;
    let part = || {
        let mut holding = known.iter().filter(|candidate| candidate.contains(&name));
        let first = holding.next()?;
        (name.len() >= 3 && holding.next().is_none()).then_some(*first)
    };
    if distance <= allowed {
        Some(near)
    } else {
        part()
    }
}

/// How many characters to insert, drop, replace or swap with a neighbour.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let replace = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = replace.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_suggested() {
        let known = [
            "fs-subnet-delegation",
            "fs-subnet-exclusive",
            "fs-vnet-region",
        ];
        for (name, expected) in [
            ("fs-subnet-delegatoin", Some("fs-subnet-delegation")),
            ("FS-VNET-REGION", Some("fs-vnet-region")),
            ("delegation", Some("fs-subnet-delegation")),
            ("subnet", None),
            ("quite-another-thing", None),
            ("storage", None),
        ] {
            assert_eq!(nearest(name, &known), expected, "{name}");
        }
    }
}
