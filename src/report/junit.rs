//! JUnit XML, which test dashboards read: a test for each rule that found nothing, a test for each
//! finding. It fails when the finding fails the run; other findings pass and say so in their output.

use std::io::{self, Write};

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::{View, concise};
use crate::finding::Finding;
use crate::source::Span;

pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut suite = TestSuite::new("azvet");
    for problem in &view.report.problems {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_message(problem.message.as_str());
        let help = problem.help.as_deref().unwrap_or_default();
        let at = problem.span.map(|span| concise::place(view, span));
        let at = at.unwrap_or_default();
        status.set_description(format!("{}\n{help}\n{at}", problem.message));
        let mut case = TestCase::new("the input is understood", status);
        case.set_classname(problem.span.map_or("azvet".into(), |span| path(view, span)));
        suite.add_test_case(case);
    }
    suite.add_test_cases(
        view.report
            .findings
            .iter()
            .map(|finding| case(view, finding)),
    );
    for rule in view.rules {
        let slug = &rule.slug;
        if view.report.findings.iter().any(|f| f.rule.slug == *slug) {
            continue;
        }
        let undecided = view
            .report
            .undecided
            .iter()
            .filter(|u| u.rule.slug == *slug);
        let status = match undecided.count() {
            0 => TestCaseStatus::success(),
            number => {
                let mut status = TestCaseStatus::skipped();
                status.set_message(format!("{number} not decided"));
                status
            }
        };
        let mut case = TestCase::new(format!("{slug}: {}", rule.title), status);
        case.set_classname(format!("azvet.{}", rule.category.name()));
        suite.add_test_case(case);
    }
    let mut report = Report::new("azvet");
    report.add_test_suite(suite);
    report.serialize(out).map_err(io::Error::other)
}

fn case(view: &View<'_>, finding: &Finding) -> TestCase {
    let at = concise::place(view, finding.primary.span);
    let text = format!("{}\n{}\n{at}", concise::message(finding), finding.help);
    let fails = finding.severity >= view.fail_on;
    let status = if fails {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_message(concise::message(finding));
        status.set_type(finding.severity.name());
        status.set_description(text.as_str());
        status
    } else {
        TestCaseStatus::success()
    };
    let mut case = TestCase::new(
        format!("{}: {}", finding.rule.slug, finding.resource),
        status,
    );
    case.set_classname(path(view, finding.primary.span));
    if !fails {
        case.set_system_out(text);
    }
    case
}

fn path(view: &View<'_>, span: Span) -> String {
    view.sources.get(span.file).path.clone()
}
