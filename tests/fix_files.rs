//! What `--fix` does to files on disk: whole or not at all, as they were written, and only once.

#[path = "support/command.rs"]
#[allow(unreachable_pub)]
mod command;

use std::path::Path;

use azvet::cli::Outcome;

/// A server that has to wait for a link and does not, with these line endings.
fn project(line_ending: &str) -> String {
    let text = r#"# The order is wrong; é.
resource "azurerm_virtual_network" "net" {
  name                = "net"
  resource_group_name = "rg"
  location            = "westeurope"
  address_space       = ["10.0.0.0/16"]
}
resource "azurerm_subnet" "db" {
  name                 = "db"
  resource_group_name  = "rg"
  virtual_network_name = azurerm_virtual_network.net.name
  address_prefixes     = ["10.0.1.0/24"]
  delegation {
    name = "fs"
    service_delegation {
      name = "Microsoft.DBforMySQL/flexibleServers"
    }
  }
}
resource "azurerm_private_dns_zone" "db" {
  name                = "x.private.mysql.database.azure.com"
  resource_group_name = "rg"
}
resource "azurerm_private_dns_zone_virtual_network_link" "db" {
  name                = "db"
  private_dns_zone_id = azurerm_private_dns_zone.db.id
  virtual_network_id  = azurerm_virtual_network.net.id
}
resource "azurerm_mysql_flexible_server" "db" {
  name                = "x"
  resource_group_name = "rg"
  location            = "westeurope"
  delegated_subnet_id = azurerm_subnet.db.id
  private_dns_zone_id = azurerm_private_dns_zone.db.id # the zone
}
"#;
    text.replace('\n', line_ending)
}

const ADDED: &str = "depends_on = [azurerm_private_dns_zone_virtual_network_link.db]";

fn check(directory: &Path, arguments: &[&str]) -> (Outcome, String, String) {
    command::azvet(directory, &[&["check"], arguments].concat())
}

#[test]
fn line_endings_marks_and_everything_else_stay() {
    for ending in ["\n", "\r\n"] {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let path = directory.path().join("main.tf");
        let before = format!("\u{FEFF}{}", project(ending));
        std::fs::write(&path, &before).expect("it can be written");
        let (outcome, _, err) = check(directory.path(), &["--fix"]);
        assert_eq!(outcome, Outcome::Clean, "{err}");
        let after = std::fs::read_to_string(&path).expect("it can be read");
        let last = format!("# the zone{ending}}}{ending}");
        let fixed = format!("# the zone{ending}{ending}  {ADDED}{ending}}}{ending}");
        assert_eq!(after, before.replace(&last, &fixed));
        check(directory.path(), &["--fix"]);
        let again = std::fs::read_to_string(&path).expect("it can be read");
        assert_eq!(again, after, "a second run changes nothing");
    }
}

#[test]
fn a_diff_writes_nothing() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("main.tf");
    std::fs::write(&path, project("\n")).expect("it can be written");
    let (outcome, out, _) = check(directory.path(), &["--fix", "--diff"]);
    assert_eq!(
        outcome,
        Outcome::Clean,
        "the exit code is that after fixing"
    );
    assert!(
        out.contains("+++ b/main.tf") && out.contains(ADDED),
        "{out}"
    );
    assert_eq!(std::fs::read_to_string(&path).ok(), Some(project("\n")));
}

#[test]
fn read_only_files_are_left_alone_and_named() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("main.tf");
    std::fs::write(&path, project("\n")).expect("it can be written");
    let mut permissions = std::fs::metadata(&path).expect("it is there").permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&path, permissions).expect("it can be set");
    let (outcome, _, err) = check(directory.path(), &["--fix"]);
    assert_eq!(outcome, Outcome::Incomplete);
    assert!(
        err.contains("main.tf was not changed: it is read-only"),
        "{err}"
    );
    assert_eq!(std::fs::read_to_string(&path).ok(), Some(project("\n")));
}

#[cfg(unix)]
#[test]
fn links_stay_and_modes_stay() {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = tempfile::tempdir().expect("a temporary directory");
    std::fs::create_dir(directory.path().join(".git")).expect("it can be made");
    std::fs::create_dir(directory.path().join("a")).expect("it can be made");
    let real = directory.path().join("real.txt");
    let link = directory.path().join("a/main.tf");
    std::fs::write(&real, project("\n")).expect("it can be written");
    std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o640)).expect("it can be set");
    std::os::unix::fs::symlink(&real, &link).expect("it can be made");
    let (outcome, _, err) = check(directory.path(), &["--fix", "a"]);
    assert_eq!(outcome, Outcome::Clean, "{err}");
    assert!(
        std::fs::symlink_metadata(&link)
            .expect("it is there")
            .is_symlink()
    );
    assert!(
        std::fs::read_to_string(&real)
            .expect("it can be read")
            .contains(ADDED)
    );
    let mode = std::fs::metadata(&real)
        .expect("it is there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o640);
    let names: Vec<_> = std::fs::read_dir(directory.path())
        .expect("it can be listed")
        .flatten()
        .collect();
    assert_eq!(names.len(), 3, "no temporary file is left");
}

#[test]
fn other_encodings_are_refused() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("main.tf");
    let text: String = format!("\u{FEFF}{}", project("\n"));
    let before: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    std::fs::write(&path, &before).expect("it can be written");
    let (outcome, _, err) = check(directory.path(), &["--fix"]);
    assert_eq!(outcome, Outcome::Incomplete);
    assert!(
        err.contains("main.tf was not changed: it is UTF-16; save it as UTF-8 first"),
        "{err}"
    );
    assert_eq!(std::fs::read(&path).ok(), Some(before));
}

/// What a module holds is waited for by the module's name, unless the module waits as well.
#[test]
fn a_module_is_waited_for_by_its_name() {
    let (network, rest) = {
        let text = project("\n");
        let at = text
            .find("resource \"azurerm_private_dns_zone_virtual_network_link\"")
            .expect("there is a link");
        let server = text
            .find("resource \"azurerm_mysql")
            .expect("there is a server");
        let call = "module \"link\" {\n  source = \"./link\"\n  zone = azurerm_private_dns_zone.db.id\n  network = azurerm_virtual_network.net.id\n}\n";
        (format!("{}{call}", &text[..at]), text[server..].to_owned())
    };
    let link = r#"variable "zone" {}
variable "network" {}
resource "azurerm_private_dns_zone_virtual_network_link" "db" {
  name                = "db"
  private_dns_zone_id = var.zone
  virtual_network_id  = var.network
}
"#;
    let circle = "variable \"server\" {}\nresource \"azurerm_mysql_flexible_server_configuration\" \"c\" {\n  name = \"wait_timeout\"\n  resource_group_name = \"rg\"\n  server_name = var.server\n  value = \"60\"\n}\n";
    for waits in [false, true] {
        let directory = tempfile::tempdir().expect("a temporary directory");
        std::fs::create_dir(directory.path().join("link")).expect("it can be made");
        let (mut root, mut module) = (format!("{network}{rest}"), link.to_owned());
        if waits {
            root = root.replace(
                "source = \"./link\"",
                "source = \"./link\"\n  server = azurerm_mysql_flexible_server.db.name",
            );
            module.push_str(circle);
        }
        let path = directory.path().join("main.tf");
        std::fs::write(&path, &root).expect("it can be written");
        std::fs::write(directory.path().join("link/main.tf"), module).expect("it can be written");
        let (outcome, out, err) = check(directory.path(), &["--fix"]);
        let after = std::fs::read_to_string(&path).expect("it can be read");
        if waits {
            assert_eq!(after, root, "{out}{err}");
        } else {
            assert_eq!(outcome, Outcome::Clean, "{out}{err}");
            assert!(after.contains("depends_on = [module.link]"), "{after}");
        }
    }
}

/// Two callers of one module, and a rule that only the first should not have: nothing is taken from the second.
#[test]
fn what_other_callers_get_stays() {
    let module = r#"variable "subnet" { default = null }
resource "azurerm_mysql_flexible_server" "db" {
  name                = "x"
  resource_group_name = "rg"
  location            = "westeurope"
  delegated_subnet_id = var.subnet
}
resource "azurerm_mysql_flexible_server_firewall_rule" "office" {
  name                = "office"
  resource_group_name = "rg"
  server_name         = azurerm_mysql_flexible_server.db.name
  start_ip_address    = "203.0.113.4"
  end_ip_address      = "203.0.113.4"
}
"#;
    let calls = "module \"private\" {\n  source = \"./server\"\n  subnet = azurerm_subnet.db.id\n}\nmodule \"public\" {\n  source = \"./server\"\n}\n";
    let project = project("\n");
    let servers = project
        .find("resource \"azurerm_private_dns_zone\"")
        .expect("there is a zone");
    let directory = tempfile::tempdir().expect("a temporary directory");
    std::fs::create_dir(directory.path().join("server")).expect("it can be made");
    let root = format!("{}{calls}", &project[..servers]);
    std::fs::write(directory.path().join("main.tf"), root).expect("it can be written");
    let path = directory.path().join("server/main.tf");
    std::fs::write(&path, module).expect("it can be written");
    let (_, out, err) = check(directory.path(), &["--fix", "--unsafe-fixes"]);
    assert!(out.contains("fs-firewall-no-effect"), "{out}{err}");
    assert_eq!(std::fs::read_to_string(&path).ok(), Some(module.to_owned()));
}

#[test]
fn files_outside_the_given_paths_stay() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let root = directory.path();
    for folder in [".git", "root", "module"] {
        std::fs::create_dir_all(root.join(folder)).expect("it can be made");
    }
    let module = root.join("module/main.tf");
    let text = "resource \"azurerm_mssql_server\" \"db\" {\n  name                = \"db\"\n  minimum_tls_version = \"1.0\"\n}\n";
    std::fs::write(&module, text).expect("it can be written");
    let call = "module \"db\" {\n  source = \"../module\"\n}\n";
    std::fs::write(root.join("root/main.tf"), call).expect("it can be written");
    let read = || std::fs::read_to_string(&module).expect("it can be read");
    let (outcome, shown, _) = check(root, &["root", "--unsafe-fixes", "--no-config"]);
    assert_eq!(read(), text);
    assert_eq!(outcome, Outcome::Findings);
    assert!(
        shown.contains("outside the paths that were checked"),
        "{shown}"
    );
    check(root, &[".", "--unsafe-fixes", "--no-config"]);
    assert_ne!(read(), text);
}

#[test]
fn what_a_plan_says_is_not_fixed_and_that_is_told() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let directory = tempfile::tempdir().expect("a temporary directory");
    let root = directory.path();
    std::fs::create_dir_all(root.join("modules/database")).expect("it can be made");
    for (from, to) in [
        ("orders-mysql/main.tf", "main.tf"),
        (
            "orders-mysql/modules/database/main.tf",
            "modules/database/main.tf",
        ),
        ("plan-orders-mysql/tfplan.json", "tfplan.json"),
    ] {
        std::fs::copy(fixtures.join(from), root.join(to)).expect("it can be copied");
    }
    let read = || std::fs::read_to_string(root.join("main.tf")).expect("it can be read");
    let before = read();
    let (_, _, told) = check(root, &["--unsafe-fixes", "--no-config"]);
    assert_eq!(read(), before);
    assert!(
        told.contains("nothing that tfplan.json says is fixed"),
        "{told}"
    );
    // Without the plan it is.
    std::fs::remove_file(root.join("tfplan.json")).expect("it can be removed");
    let (_, _, told) = check(root, &["--unsafe-fixes", "--no-config"]);
    assert_ne!(read(), before);
    assert!(!told.contains("plan"), "{told}");
}

/// Whenever the process ends, each file is as it was or as it should be. The moments are spread over a whole run;
/// the verdict is the same at any of them.
#[test]
fn a_killed_run_leaves_whole_files() {
    const FILES: usize = 12;
    let old = project("\n");
    let last = "# the zone\n}\n";
    let new = old.replace(last, &format!("# the zone\n\n  {ADDED}\n}}\n"));
    let mut pause = std::time::Duration::ZERO;
    let mut interrupted = true;
    while interrupted {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let paths: Vec<_> = (0..FILES)
            .map(|i| {
                let root = directory.path().join(i.to_string());
                std::fs::create_dir(&root).expect("it can be made");
                let path = root.join("main.tf");
                std::fs::write(&path, &old).expect("it can be written");
                path
            })
            .collect();
        let mut process = std::process::Command::new(env!("CARGO_BIN_EXE_azvet"))
            .args(["check", "--fix", "--no-config"])
            .current_dir(directory.path())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .expect("the program starts");
        std::thread::sleep(pause);
        interrupted = process.try_wait().expect("it can be asked").is_none();
        process.kill().expect("it can be ended");
        process.wait().expect("it ends");
        for path in paths {
            let text = std::fs::read_to_string(&path).expect("it can be read");
            assert!(text == old || text == new, "{}: {text}", path.display());
            assert!(interrupted || text == new, "a whole run changes all");
        }
        pause += std::time::Duration::from_millis(10);
    }
}
