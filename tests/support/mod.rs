//! A fixed set of files and findings, and an engine that answers with them.
#![allow(dead_code, missing_docs, unreachable_pub, clippy::unwrap_used)]

use std::path::Path;
use std::sync::Arc;

use azvet::cli::{Engine, Outcome, Surroundings};
use azvet::declared::Problem;
use azvet::discover::Discovered;
use azvet::files::Memory;
use azvet::finding::{
    Applicability, Category, Document, Edge, Finding, Fix, Label, Node, NotSeen, Replacement,
    Report, RuleInfo, Severity, Summary, Suppressed, Suppression, Topology, Undecided,
};
use azvet::report::{AttributeDump, ModelDump, ResourceDump, UnitDump};
use azvet::settings::Settings;
use azvet::source::{Sources, Span};
use azvet::value::{Cause, CauseKind, Entry, Reads, Reference, Symbol, Value};

pub fn rule(slug: &str, severity: Severity) -> Arc<RuleInfo> {
    Arc::new(RuleInfo {
        slug: slug.into(),
        title: format!("title of {slug}"),
        severity,
        category: Category::Deployment,
        why: "The service refuses a server in a subnet that is not delegated to it: the deployment \
              fails after some minutes with `SubnetNotDelegated`, and what was made until then stays."
            .into(),
        documents: vec![Document {
            path: "Docs/articles/network.md".into(),
            date: "2026-05-01".into(),
            says: "The subnet must be delegated to the service, and holds nothing else.".into(),
        }],
    })
}

pub fn rules() -> Vec<Arc<RuleInfo>> {
    vec![
        rule("fs-dns-zone-link", Severity::Warning),
        rule("fs-subnet-delegation", Severity::Error),
        rule("fs-subnet-style", Severity::Note),
    ]
}

/// The first `needle` in a file.
pub fn span(sources: &Sources, path: &str, needle: &str) -> Span {
    let file = sources.load(Path::new(path)).unwrap();
    let start = sources.get(file).text.find(needle).unwrap();
    Span::new(file, start..start + needle.len())
}

pub fn label(sources: &Sources, path: &str, needle: &str, text: &str) -> Label {
    Label {
        span: span(sources, path, needle),
        text: text.into(),
    }
}

pub fn finding(rule: &Arc<RuleInfo>, message: &str, primary: Label) -> Finding {
    Finding {
        rule: rule.clone(),
        severity: rule.severity,
        message: message.into(),
        check: 0,
        plan: None,
        fix: None,
        unit: ".".into(),
        resource: "server.db".into(),
        also: Vec::new(),
        primary,
        origin: Vec::new(),
        related: Vec::new(),
        when: None,
        help: String::new(),
        remedy: String::new(),
        fingerprint: "0123456789abcdef".into(),
    }
}

pub const MAIN: &str = r#"resource "server" "db" {
  name                   = "db"
  administrator_password = "Pa$$w0rd"
  subnet                 = subnet.db.id
  zone                   = local.zone
}

resource "subnet" "db" {
  name     = "db"
  prefixes = ["10.0.1.0/24"]
}

locals {
  zone = "example.com"
}
"#;
pub const NETWORK: &str =
    "resource \"network\" \"größe 数据\" {\r\n\tname = \"数据\"  # wide\r\n}\r\n";
pub const VARIABLES: &str = r#"variable "db_password" {
  default = "hunter2hunter2"
}
variable "conn" {
  default = "Server=db;Password=hunter3;"
}
variable "plain" { default = "hunter4", sensitive = true }
"#;

/// A template on one line, with a server far from its start.
pub fn one_line() -> String {
    let filler: Vec<String> = (0..2000)
        .map(|i| format!(r#"{{"name":"filler{i}","adminPassword":"hunter{i}"}}"#))
        .collect();
    let filler = filler.join(",");
    format!(
        r#"{{"resources":[{filler},{{"name":"server","administratorLoginPassword":"hunter5","subnet":"[parameters('subnet')]"}},{filler},{{"name":"zone"}}]}}"#
    )
}

pub fn files() -> Memory {
    let template = one_line();
    Memory::new([
        ("main.tf", MAIN),
        ("modules/net/network.tf", NETWORK),
        ("variables.tf", VARIABLES),
        ("arm/one.json", &template),
        ("broken.tf", "resource \"server\" {\n  name = \n}\n"),
    ])
}

/// A report that exercises what reports can show.
pub fn report(sources: &Sources) -> Report {
    let all = rules();
    let (link, delegation, style) = (&all[0], &all[1], &all[2]);
    let label = |path, needle, text| label(sources, path, needle, text);

    let mut first = finding(
        delegation,
        "subnet `db` is not delegated to the service of server `db`",
        label("main.tf", "subnet.db.id", "the server is placed here"),
    );
    first.related = vec![
        label(
            "main.tf",
            "\"subnet\" \"db\"",
            "this subnet has no delegation",
        ),
        label("modules/net/network.tf", "\"数据\"", "in this network"),
    ];
    first.also = (1..8)
        .map(|i| format!("module.b[{i}].server.db").into())
        .collect();
    first.when = Some("`var.private` is true".into());
    first.help = "Delegate the subnet to the service; nothing else may live in it.".into();
    first.remedy = "delegation {\n  name = \"fs\"\n\n  service_delegation {\n    name = \"Some/servers\"\n  }\n}\n".into();

    let mut second = finding(
        link,
        "zone `example.com` is not linked",
        label("main.tf", "local.zone", ""),
    );
    second.origin = vec![label("main.tf", "\"example.com\"", "")];
    second.related = vec![label("main.tf", "\"Pa$$w0rd\"", "next to a password")];
    second.help = "Link it.".into();
    second.fix = Some(Fix {
        applicability: Applicability::Unsafe,
        note: Some("This replaces the zone; names in `it` are lost.".into()),
        replacements: vec![
            Replacement {
                span: span(sources, "main.tf", "\"example.com\""),
                text: "\"example.org\"".into(),
            },
            Replacement {
                span: span(sources, "modules/net/network.tf", "\"数据\""),
                text: "\"数\"".into(),
            },
        ],
    });

    let mut third = finding(
        delegation,
        "the same rule again, with\u{1b}[31m an escape",
        label("arm/one.json", "\"[parameters('subnet')]\"", "placed here"),
    );
    third.related = vec![
        label("arm/one.json", "\"hunter5\"", "beside a secret"),
        label("arm/one.json", "\"zone\"", "far away on the same line"),
        label("variables.tf", "hunter2hunter2", "half of a secret"),
        label(
            "variables.tf",
            "\"Server=db;Password=hunter3;\"",
            "tells a secret",
        ),
        label("variables.tf", "\"hunter4\"", "says so itself"),
    ];
    let mut fourth = finding(
        style,
        "a block over several lines",
        label("modules/net/network.tf", NETWORK.trim_end(), "all of it"),
    );
    fourth.help = "Write it otherwise.".into();
    fourth.related = vec![label("modules/net/network.tf", "name", "the name")];

    let accepted = |message: &str, by| Suppressed {
        finding: finding(style, message, label("main.tf", "subnet.db.id", "")),
        by,
    };
    let remark = Suppression::Remark {
        at: span(sources, "modules/net/network.tf", "# wide"),
        reason: "as agreed; 数据".into(),
    };
    let node = |address: &str, title: &str, inside| Node {
        address: address.into(),
        title: title.into(),
        name: format!("{address} <\"größe\">"),
        inside,
    };
    let edge = |from, to, label: &str| Edge {
        from,
        to,
        label: label.into(),
    };
    let topology = Topology {
        unit: ".".into(),
        nodes: vec![
            node("network.n", "network", None),
            node("subnet.db", "subnet", Some(0)),
            node("server.db", "server", Some(1)),
            node("zone.z", "zone", None),
            node("link.l", "link", None),
            node("server.other", "server", None),
        ],
        edges: vec![
            edge(2, 3, "zone"),
            edge(4, 3, "zone"),
            edge(4, 0, "network"),
            edge(5, 3, "zone"),
        ],
    };

    let undecided = |rule: &Arc<RuleInfo>, kind, text: &str, needle| Undecided {
        rule: rule.clone(),
        resource: "server.db".into(),
        cause: Cause::new(kind, text),
        span: span(sources, "main.tf", needle),
    };
    Report {
        secrets: Vec::new(),
        yielded: Vec::new(),
        findings: vec![third, first, second, fourth],
        suppressed: vec![
            accepted("accepted in the file", remark),
            accepted("accepted before", Suppression::Baseline),
        ],
        topologies: vec![topology],
        undecided: vec![
            undecided(
                link,
                CauseKind::Input,
                "variable `name` has no value",
                "\"db\"",
            ),
            undecided(style, CauseKind::Outside, "data source", "local.zone"),
            undecided(style, CauseKind::Outside, "data source", "subnet.db.id"),
        ],
        problems: vec![
            Problem::at(span(sources, "broken.tf", "name = "), "a value is missing")
                .help("write one"),
            Problem::general("gone.tf can't be read: no such file"),
        ],
        notices: vec![Problem::at(
            span(sources, "main.tf", "locals"),
            "locals are not used",
        )],
        opaque: vec![NotSeen {
            address: "module.network".into(),
            cause: Cause::new(CauseKind::Outside, "module `network` is not installed"),
            span: span(sources, "main.tf", "locals"),
        }],
        summary: Summary {
            files: 5,
            skipped: 2,
            units: 2,
            resources: 9,
            modelled: 4,
            rules: 3,
            held: 7,
        },
    }
}

/// An engine that checks what is on disk, as far as tests need: `BAD` in a file is a finding.
pub struct Seeker;

impl Engine for Seeker {
    fn rules(&self) -> Vec<Arc<RuleInfo>> {
        rules()
    }

    fn examples(&self, slug: &str) -> String {
        format!("# good\nresource \"{slug}\" \"x\" {{\n}}\n")
    }

    fn check(&self, settings: &Settings, sources: &Sources, found: &Discovered) -> Report {
        let mut report = Report::default();
        let mut paths = found.json_files.clone();
        for directory in &found.terraform_directories {
            let names = sources.files().list(directory);
            paths.extend(
                names
                    .iter()
                    .filter(|n| n.ends_with(".tf"))
                    .map(|n| directory.join(n)),
            );
        }
        for path in paths {
            let file = match sources.load(&path) {
                Ok(file) => file,
                Err(error) => {
                    report.problems.push(Problem::general(error.to_string()));
                    continue;
                }
            };
            let text = sources.get(file).text.clone();
            for (at, word) in text.match_indices("BAD").chain(text.match_indices("odd")) {
                let slug = if word == "BAD" { 0 } else { 2 };
                let rule = &rules()[slug];
                if settings.applies(&rule.slug) {
                    let label = Label {
                        span: Span::new(file, at..at + 3),
                        text: String::new(),
                    };
                    report.findings.push(finding(rule, "it is bad", label));
                }
            }
            report.summary.files += 1;
        }
        for (name, value) in settings
            .inputs
            .vars
            .iter()
            .chain(&settings.inputs.environment)
        {
            report
                .notices
                .push(Problem::general(format!("{name} is {value}")));
        }
        report
    }

    fn model(&self, _: &Settings, sources: &Sources, found: &Discovered) -> ModelDump {
        let mut dump = ModelDump::default();
        for directory in &found.terraform_directories {
            dump.units.push(UnitDump {
                path: sources.files().shown(directory),
                ..UnitDump::default()
            });
        }
        dump
    }

    fn with_rules(
        &self,
        _: &Sources,
        _: &Path,
    ) -> Result<Box<dyn Engine>, Vec<azvet::declared::Problem>> {
        Err(Vec::new())
    }

    fn test_rules(&self, _: &Sources, _: &[std::path::PathBuf]) -> azvet::cli::RuleTests {
        azvet::cli::RuleTests::default()
    }
}

pub fn model(sources: &Sources) -> ModelDump {
    let at = |needle| span(sources, "main.tf", needle);
    let unknown = Symbol::new("var.n", "var.n", Cause::new(CauseKind::Input, "no value"));
    let private = Symbol::new("var.p", "var.p", Cause::new(CauseKind::Input, "no value"));
    let id = Symbol::new(
        "id",
        "subnet.db.id",
        Cause::new(CauseKind::Deployment, "computed"),
    )
    .referring(Reference {
        resource: "subnet.db".into(),
        attribute: "id".into(),
    });
    let zone = Value::from("example.com")
        .at(at("\"example.com\""))
        .through(at("local.zone"), Reads::named("local.zone"));
    let attributes = vec![
        AttributeDump::of("name", &Value::from("db").at(at("\"db\""))),
        AttributeDump::of("password", &Value::from("x").sensitive(true)),
        AttributeDump::of("admin_password", &Value::from("hunter2")),
        AttributeDump::of(
            "settings",
            &Value::object(vec![
                Entry::new(
                    "dbPassword",
                    Value::object(vec![Entry::new("value", "hunter3".into())]),
                ),
                Entry::new("url", "postgres://u:hunter4@host/db".into()),
                Entry::new("passwordAuth", "Disabled".into()),
            ]),
        ),
        AttributeDump::of("subnet", &Value::from(id).at(at("subnet.db.id"))),
        AttributeDump::of("zone", &zone),
        AttributeDump::of("count", &Value::from(unknown)),
        AttributeDump::of(
            "public",
            &Value::cases(private, Value::from(false), Value::from(true)),
        ),
        AttributeDump::of("tags", &Value::list(vec![Value::from(1), Value::null()])),
    ];
    ModelDump {
        units: vec![UnitDump {
            path: "stack".into(),
            resources: vec![ResourceDump {
                address: "server.db".into(),
                kind: Some("server".into()),
                type_name: "some_server".into(),
                managed: true,
                exists: Some("`var.p` is true".into()),
                location: at("\"server\" \"db\""),
                attributes,
            }],
            opaque: vec![NotSeen {
                address: "module.net".into(),
                cause: Cause::new(CauseKind::Outside, "the module is not installed"),
                span: at("locals"),
            }],
        }],
        ..ModelDump::default()
    }
}

/// Runs a command in `directory`: how it ended, what it printed, what it said.
pub fn run(
    directory: &Path,
    arguments: &[&str],
    variables: &[(&str, &str)],
    stdin: &str,
) -> (Outcome, String, String) {
    let surroundings = Surroundings {
        working_directory: directory.to_owned(),
        environment: variables
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()))
            .collect(),
        ..Surroundings::default()
    };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let outcome = azvet::cli::run(
        std::iter::once("azvet")
            .chain(arguments.iter().copied())
            .map(Into::into),
        &surroundings,
        &mut stdin.as_bytes(),
        &mut out,
        &mut err,
        &Seeker,
    )
    .unwrap();
    (
        outcome,
        String::from_utf8(out).unwrap(),
        String::from_utf8(err).unwrap(),
    )
}
