//! What tells a finding from others, in every run that has it: baselines and dashboards know it by this.
//!
//! It is made of the rule and its check, the directory of the file (from the repository's root), the address of the
//! resource and the names in the message, and of a count where all these are equal. So it stays when lines move,
//! when a file is renamed in its directory, when azvet is run from elsewhere and when a message is worded anew.

use std::collections::HashMap;
use std::path::Path;

use crate::files::normalize;
use crate::finding::Report;
use crate::settings::Settings;
use crate::source::Sources;

/// Gives the findings of a sorted report their fingerprints.
pub(super) fn assign(report: &mut Report, sources: &Sources, settings: &Settings) {
    let (working_directory, roots) = (&settings.working_directory, settings.repositories());
    let suppressed = report.suppressed.iter_mut().map(|s| &mut s.finding);
    let mut counts: HashMap<u64, usize> = HashMap::new();
    for finding in report.findings.iter_mut().chain(suppressed) {
        let path = &sources.get(finding.primary.span.file).path;
        let full = normalize(&working_directory.join(path));
        let below = roots.iter().find_map(|root| full.strip_prefix(root).ok());
        let directory = below.unwrap_or(&full).parent().unwrap_or(Path::new(""));
        let mut hash = Fnv::default();
        hash.part(&finding.rule.slug);
        hash.part(&finding.check.to_string());
        hash.part(&directory.to_string_lossy().replace('\\', "/"));
        hash.part(&finding.resource);
        for name in finding.message.split('`').skip(1).step_by(2) {
            hash.part(name);
        }
        let count = counts.entry(hash.0).or_default();
        if *count > 0 {
            hash.part(&count.to_string());
        }
        *count += 1;
        finding.fingerprint = format!("{:016x}", hash.0);
    }
}

/// FNV-1a: the same on every machine and for every compiler, which the standard library's is not.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Fnv(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    /// One part; where it ends counts, too.
    fn part(&mut self, text: &str) {
        for byte in text.bytes().chain([0xff]) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}
