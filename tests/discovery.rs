//! What is found below paths, and which parameter files go with which template.
#![allow(missing_docs, clippy::unwrap_used)]

mod support;

use std::path::{Path, PathBuf};

use azvet::cli::{Engine, Surroundings};
use azvet::declared::Problem;
use azvet::discover::{Discovered, JsonKind, Pairing, pair};
use azvet::finding::{Report, RuleInfo};
use azvet::report::ModelDump;
use azvet::settings::Settings;
use azvet::source::Sources;

/// Keeps what was discovered and paired. A file that starts with `T` is a template, with `P` it holds
/// parameters, with `!` it can't be read.
#[derive(Default)]
struct Keeper(std::sync::Mutex<(Discovered, Pairing)>);

impl Engine for Keeper {
    fn rules(&self) -> Vec<std::sync::Arc<RuleInfo>> {
        Vec::new()
    }

    fn examples(&self, _: &str) -> String {
        String::new()
    }

    fn check(&self, settings: &Settings, sources: &Sources, found: &Discovered) -> Report {
        let classify = |path: &Path| {
            let file = sources
                .load(path)
                .map_err(|e| Problem::general(e.to_string()))?;
            Ok(match sources.get(file).text.bytes().next() {
                Some(b'T') => JsonKind::Template,
                Some(b'P') => JsonKind::Parameters,
                Some(b'U') => JsonKind::Untold,
                Some(b'!') => {
                    return Err(Problem::general(format!("{} is broken", path.display())));
                }
                _ => JsonKind::Other,
            })
        };
        let pairing = pair(found, settings, sources, classify);
        *self.0.lock().unwrap() = (found.clone(), pairing);
        Report::default()
    }

    fn model(&self, _: &Settings, _: &Sources, _: &Discovered) -> ModelDump {
        ModelDump::default()
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

struct Tree(tempfile::TempDir);

impl Tree {
    fn new(files: &[(&str, &str)]) -> Tree {
        let directory = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = directory.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        Tree(directory)
    }

    /// What there is to read, as text.
    fn found(&self, arguments: &[&str]) -> String {
        let keeper = Keeper::default();
        let surroundings = Surroundings {
            working_directory: self.0.path().to_owned(),
            ..Surroundings::default()
        };
        let arguments = ["azvet", "check"].iter().chain(arguments).map(Into::into);
        let (mut out, mut err) = (Vec::new(), Vec::new());
        azvet::cli::run(
            arguments,
            &surroundings,
            &mut std::io::empty(),
            &mut out,
            &mut err,
            &keeper,
        )
        .unwrap();
        let (found, pairing) = keeper.0.into_inner().unwrap();
        let mut lines: Vec<String> = Vec::new();
        let shown = |path: &PathBuf| path.display().to_string().replace('\\', "/");
        lines.extend(
            found
                .terraform_directories
                .iter()
                .map(|d| format!("tf {}", shown(d))),
        );
        for (template, parameters) in &pairing.templates {
            let mut line = format!("arm {}", shown(template));
            for file in parameters {
                line.push_str(&format!(" + {}", shown(file)));
            }
            lines.push(line);
        }
        let problems = found.problems.iter().chain(&pairing.problems);
        lines.extend(problems.map(|p| format!("! {}", p.message)));
        lines.extend(found.notices.iter().map(|p| format!("? {}", p.message)));
        lines.join("\n")
    }
}

#[test]
fn the_pair_that_the_portal_exports_belongs_together() {
    let tree = Tree::new(&[
        ("one/template.json", "T"),
        ("one/parameters.json", "P"),
        ("two/main.json", "T"),
        ("two/parameters.json", "P"),
    ]);
    let expected = "arm one/template.json + one/parameters.json\narm two/main.json";
    assert_eq!(tree.found(&["."]), expected);
}

#[test]
fn a_name_tells_what_a_file_does_not() {
    let tree = Tree::new(&[
        ("a.json", "T"),
        ("a.parameters.json", "U"),
        ("a.parameters.bad.json", "!"),
        ("a.parameters.schema.json", "{}"),
        ("b.parameters.json", "U"),
        ("package.json", "{}"),
    ]);
    let expected = "arm a.json + a.parameters.json\n! a.parameters.bad.json is broken";
    assert_eq!(tree.found(&["."]), expected);
    assert_eq!(tree.found(&["a.json"]), expected);
    assert_eq!(tree.found(&["a.parameters.json"]), expected);
    let broken = tree.found(&["b.parameters.json"]);
    assert!(broken.contains("not valid JSON"), "{broken}");
    let other = tree.found(&["package.json"]);
    assert!(other.contains("neither an ARM template"), "{other}");
}

#[test]
fn directories_are_walked_as_git_sees_them() {
    let tree = Tree::new(&[
        (".git/config", ""),
        (".gitignore", "ignored/\n*.secret.tf\n/deep/**\n"),
        ("main.tf", ""),
        ("main.secret.tf", ""),
        ("ignored/main.tf", ""),
        ("deep/er/main.tf", ""),
        (".terraform/modules/x/main.tf", ""),
        ("web/node_modules/x/main.tf", ""),
        ("modules/a/main.tf.json", ""),
        ("modules/a/terraform.tfvars.json", "T"),
        ("modules/readme/README.md", ""),
        ("arm/a.json", "T"),
        ("arm/package.json", "{}"),
        ("arm/bad.json", "!"),
    ]);
    let everything = "tf .\ntf modules/a\narm arm/a.json\n! arm/bad.json is broken";
    assert_eq!(tree.found(&[]), everything);
    assert_eq!(tree.found(&[".", "./arm/..", "arm/a.json"]), everything);
    assert_eq!(tree.found(&["ignored"]), "tf ignored");
    assert_eq!(tree.found(&["ignored/main.tf"]), "tf ignored");
    assert_eq!(tree.found(&["deep"]), "tf deep/er");
    assert_eq!(
        tree.found(&[".terraform/modules/x"]),
        "tf .terraform/modules/x"
    );
    assert_eq!(tree.found(&["main.tf"]), "tf .");
    assert_eq!(
        tree.found(&["modules/a/terraform.tfvars.json"]),
        "tf modules/a"
    );
}

#[test]
fn what_holds_nothing_is_a_problem() {
    let tree = Tree::new(&[
        ("notes/README.md", ""),
        ("web/package.json", "{}"),
        ("bicep/main.bicep", ""),
        ("envs/dev.tfvars", ""),
        ("a.json", "{}"),
        ("b.parameters.json", "P"),
    ]);
    for (arguments, expected) in [
        (
            &["notes"][..],
            "! no Terraform or ARM templates found in notes",
        ),
        (&["web"], "! no Terraform or ARM templates found in web"),
        (
            &["."],
            "! no Terraform or ARM templates found in .\n? 1 Bicep file not read",
        ),
        (
            &["bicep"],
            "! no Terraform or ARM templates found in bicep\n? 1 Bicep file not read",
        ),
        (
            &["envs/dev.tfvars"],
            "! no Terraform found beside envs/dev.tfvars",
        ),
        (
            &["a.json"],
            "! a.json is neither an ARM template nor a Terraform plan",
        ),
        (
            &["b.parameters.json"],
            "! b.parameters.json is a parameter file",
        ),
        (
            &["bicep/main.bicep"],
            "! bicep/main.bicep is Bicep, which is not read",
        ),
        (
            &["notes/README.md"],
            "! notes/README.md is neither Terraform nor an ARM template",
        ),
        (&["gone"], "! gone can't be read: no such file or directory"),
        (
            &["gone", "gone"],
            "! gone can't be read: no such file or directory",
        ),
    ] {
        assert_eq!(tree.found(arguments), expected, "{arguments:?}");
    }
}

#[test]
fn templates_find_their_parameters() {
    let tree = Tree::new(&[
        ("azuredeploy.json", "T"),
        ("azuredeploy.parameters.json", "P"),
        ("azuredeploy.parameters.prod.json", "P"),
        ("azuredeploy.test.Parameters.json", "P"),
        ("azuredeploy.parameters.schema.json", "{}"),
        ("azuredeploy-other.json", "T"),
        ("pre.json", "T"),
        ("pre.azuredeploy.json", "T"),
        ("pre.azuredeploy.parameters.json", "P"),
        ("shared/all.json", "P"),
        ("sub/azuredeploy.json", "T"),
    ]);
    let azuredeploy = "arm azuredeploy.json + azuredeploy.parameters.json \
        + azuredeploy.parameters.prod.json + azuredeploy.test.Parameters.json";
    assert_eq!(
        tree.found(&["."]),
        format!(
            "arm azuredeploy-other.json\n{azuredeploy}\n\
             arm pre.azuredeploy.json + pre.azuredeploy.parameters.json\n\
             arm pre.json\narm sub/azuredeploy.json"
        )
    );
    assert_eq!(tree.found(&["azuredeploy.json"]), azuredeploy);
    assert_eq!(
        tree.found(&["azuredeploy.parameters.prod.json"]),
        azuredeploy
    );
    assert_eq!(
        tree.found(&["pre.json", "sub", "--parameters", "shared/all.json"]),
        "arm pre.json + shared/all.json\narm sub/azuredeploy.json + shared/all.json"
    );
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    let tree = Tree::new(&[("a/main.tf", ""), ("b/main.tf", "")]);
    std::os::unix::fs::symlink(tree.0.path().join("b"), tree.0.path().join("a/link")).unwrap();
    std::os::unix::fs::symlink(tree.0.path().join("a"), tree.0.path().join("a/again")).unwrap();
    assert_eq!(tree.found(&["a"]), "tf a");
}
