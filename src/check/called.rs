//! Linked templates are judged through those that deploy them, with the values that they get.

use std::collections::BTreeSet;

use super::Unit;
use crate::source::{FileId, Sources};

/// Which of the units are judged through others: templates without parameter files of their own that
/// another one deploys. `called` has for each unit the files that it deploys. Of those that deploy each
/// other the first remains.
pub(super) fn called(
    units: &[Unit],
    called: &[Option<&BTreeSet<FileId>>],
    sources: &Sources,
) -> Vec<bool> {
    let file = |unit: &Unit| match unit {
        Unit::Template(path, _) => sources.load(path).ok(),
        _ => None,
    };
    let files: Vec<Option<FileId>> = units.iter().map(file).collect();
    let calls = |i: usize, j: usize| {
        let deployed = called[i].zip(files[j]);
        files[i] != files[j] && deployed.is_some_and(|(deployed, file)| deployed.contains(&file))
    };
    let callers: Vec<usize> = (0..units.len())
        .filter(|&i| called[i].is_some_and(|deployed| !deployed.is_empty()))
        .collect();
    (0..units.len())
        .map(|j| {
            let alone = matches!(&units[j], Unit::Template(_, None));
            let other = |&&i: &&usize| calls(i, j) && (i < j || !calls(j, i));
            alone && callers.iter().any(|i| other(&i))
        })
        .collect()
}
