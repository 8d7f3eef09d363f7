//! Tests of the TypeScript example. Its client is generated from the contract, its code passes the type checker, and its
//! programs do what an integrator needs.
//!
//! Node comes with the tools of `cargo xtask up`, and the packages are installed into a copy of the example below `target`. If
//! no Node that can run TypeScript is found, the example is not tested, and `cargo xtask test` reports that.
#![expect(
    clippy::unwrap_used,
    reason = "a file of the project that is not there fails the test"
)]

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;
use tests::{
    Event, NewEvent, Running, Stack, User, emulated, is_ticket_code, project_folder, run, unique,
};
use tokio::sync::OnceCell;

/// Time limit for running npm or a program of the example. It is long because the machine may be busy and the network slow.
const DEADLINE: Duration = Duration::from_mins(5);

/// The installed example, which all tests share. It is `None` if Node is missing.
static EXAMPLE: OnceCell<Option<Example>> = OnceCell::const_new();

#[derive(Debug)]
struct Example {
    node: PathBuf,
    folder: PathBuf,
}

impl Example {
    /// Returns the installed example. If Node is missing, prints a message and returns `None`.
    async fn get() -> Option<&'static Self> {
        EXAMPLE.get_or_init(Self::install).await.as_ref()
    }

    /// Copies the example, and copies the contract to the path that the example's scripts read. Then installs the packages and
    /// generates the client.
    async fn install() -> Option<Self> {
        let Some(node) = node().await else {
            eprintln!("Node 22.18 or later is missing: the TypeScript client is left out");
            return None;
        };
        let copy = project_folder().join("target/tools/typescript");
        let folder = copy.join("examples/typescript");
        // `src/schema.d.ts` must be generated anew, and no file of an earlier copy may remain in the folder `src`.
        remove_folder(&folder.join("src"));
        copy_files(&source(), &folder);
        copy_files(&source().join("src"), &folder.join("src"));
        let contract = project_folder().join("openapi.json");
        fs::copy(contract, copy.join("openapi.json")).unwrap();

        let example = Self { node, folder };
        example
            .npm(&["ci", "--prefer-offline", "--ignore-scripts"])
            .await;
        example.npm(&["run", "generate"]).await;
        Some(example)
    }

    async fn npm(&self, arguments: &[&str]) {
        let bin = self.node.parent().unwrap();
        let mut npm = Command::new(&self.node);
        npm.arg(npm_of(&self.node).unwrap())
            .args(arguments)
            .args(["--no-audit", "--no-fund"]);
        npm.current_dir(&self.folder).env("PATH", with_first(bin));
        run(&mut npm, DEADLINE).await.expect_success();
    }

    /// Returns a command that runs a program of the example with these arguments.
    fn program(&self, stack: &Stack, name: &str, arguments: &[&str]) -> Command {
        let mut command = stack.program(&self.node);
        command.arg(format!("src/{name}.ts")).args(arguments);
        command.current_dir(&self.folder);
        command
    }

    async fn run(&self, stack: &Stack, name: &str, arguments: &[&str]) -> String {
        let mut program = self.program(stack, name, arguments);
        run(&mut program, DEADLINE).await.expect_success()
    }
}

fn source() -> PathBuf {
    project_folder().join("examples/typescript")
}

/// Returns the path of Node, if it can run TypeScript and has npm. Looks in the tools of `cargo xtask up` first, and then in
/// `PATH`. The command `node` may be a script that starts Node. The result is Node itself, because a killed script would leave
/// Node running.
async fn node() -> Option<PathBuf> {
    let tools = project_folder().join("target/tools/venv/bin");
    let path = with_first(&tools);
    let found = std::env::split_paths(&path).map(|folder| folder.join("node"));
    let script = found.into_iter().find(|path| path.exists())?;
    let asked = "process.features.typescript ? process.execPath : ''";
    let path = run(Command::new(script).args(["-p", asked]), DEADLINE).await;
    let path = PathBuf::from(path.expect_success().trim());
    npm_of(&path)?.exists().then_some(path)
}

/// Returns the path of the npm that belongs to this Node.
fn npm_of(node: &Path) -> Option<PathBuf> {
    let bin = node.parent()?;
    Some(bin.join("../lib/node_modules/npm/bin/npm-cli.js"))
}

fn with_first(folder: &Path) -> OsString {
    let rest = std::env::var_os("PATH").unwrap_or_default();
    let all = std::iter::once(folder.to_owned()).chain(std::env::split_paths(&rest));
    std::env::join_paths(all).unwrap()
}

fn remove_folder(folder: &Path) {
    if folder.exists() {
        fs::remove_dir_all(folder).unwrap();
    }
}

/// Copies the files in the folder `from` to the folder `to`, but neither the subfolders nor the generated `schema.d.ts`.
fn copy_files(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let is_generated = entry.file_name() == "schema.d.ts";
        if entry.file_type().unwrap().is_file() && !is_generated {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

/// Signs in as the organizer whose credentials the example uses.
async fn seeded_organizer(stack: &Stack) -> User {
    stack.log_in(&stack.organizer_credentials().await).await
}

#[test]
fn packages_are_pinned_and_no_registry_is_named() {
    for folder in ["contract", "examples/typescript"] {
        let read = |name: &str| -> Value {
            let path = project_folder().join(folder).join(name);
            serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
        };
        let package = read("package.json");
        for kind in ["dependencies", "devDependencies"] {
            for (name, version) in package[kind].as_object().into_iter().flatten() {
                let version = version.as_str().unwrap();
                let is_exact = version.split('.').count() == 3
                    && version.chars().all(|c| c.is_ascii_digit() || c == '.');
                assert!(is_exact, "{folder}: {name} {version}");
            }
        }
        let lock = read("package-lock.json");
        for (path, package) in lock["packages"].as_object().unwrap() {
            assert!(
                package["resolved"].is_null(),
                "{folder}: {path} names a registry"
            );
            assert!(
                path.is_empty() || package["integrity"].is_string(),
                "{folder}: {path}"
            );
        }
    }
}

#[tokio::test]
async fn the_generated_client_type_checks() {
    emulated!("needs Node and packages of npm");
    if let Some(example) = Example::get().await {
        example.npm(&["run", "check"]).await;
    }
}

#[tokio::test]
async fn it_lists_the_event_that_was_published() {
    let (stack, Some(example)) = (
        emulated!("needs Node and packages of npm"),
        Example::get().await,
    ) else {
        return;
    };
    let organizer = stack.register_organizer().await;
    let title = format!("TypeScript {}", unique());
    let event = NewEvent {
        title: title.clone(),
        ..NewEvent::with_capacity(3)
    };
    let event = organizer.published_event(event).await;

    let listed = example.run(&stack, "list-events", &[]).await;

    let line = listed.lines().find(|line| line.starts_with(&event.id));
    let line = line.unwrap_or_else(|| panic!("no {} in {listed}", event.id));
    assert!(line.contains(&title), "{line}");
    assert!(line.ends_with("3 of 3 seats left"), "{line}");
}

#[tokio::test]
async fn it_publishes_an_event_that_anyone_can_read() {
    let (stack, Some(example)) = (
        emulated!("needs Node and packages of npm"),
        Example::get().await,
    ) else {
        return;
    };
    let printed = example.run(&stack, "publish-event", &[]).await;
    let id = printed.split(' ').next().unwrap();
    let event = stack.anyone().get(&format!("/v1/events/{id}")).await;
    let event = event.expect(200);
    assert_eq!(event["status"], "published");
    assert_eq!(event["title"], "An evening with TypeScript");
}

#[tokio::test]
async fn it_registers_waits_for_the_ticket_and_fetches_its_qr_code() {
    let (stack, Some(example)) = (
        emulated!("needs Node and packages of npm"),
        Example::get().await,
    ) else {
        return;
    };
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::with_capacity(1)).await;

    let registered = example.run(&stack, "register", &[&event.id]).await;
    let file = registered.split_whitespace().last().unwrap();
    let code = file.strip_suffix(".svg").unwrap_or_default();
    assert!(is_ticket_code(code), "{registered}");
    let list = organizer.get(&event.registrations_path()).await.expect(200);
    assert_eq!(list["items"][0]["ticketCode"], code, "{list}");
    let picture = fs::read_to_string(example.folder.join(file)).unwrap();
    let real = organizer.get(&format!("/v1/tickets/{code}/qr.svg")).await;
    assert_eq!(picture, real.expect(200).text);
    fs::remove_file(example.folder.join(file)).unwrap();

    let waiting = example.run(&stack, "register", &[&event.id]).await;
    assert!(waiting.contains("waits at place 1"), "{waiting}");
}

#[tokio::test]
async fn it_exports_every_attendee_page_by_page() {
    let (stack, Some(example)) = (
        emulated!("needs Node and packages of npm"),
        Example::get().await,
    ) else {
        return;
    };
    let organizer = seeded_organizer(&stack).await;
    let event = organizer.published_event(NewEvent::with_capacity(3)).await;
    let guests = stack.crowd(3).await;
    for guest in &guests {
        guest.register_for(&event).await.expect(201);
    }

    let mut export = example.program(&stack, "export-attendees", &[&event.id, "1"]);
    let export = run(&mut export, DEADLINE).await;
    assert_eq!(export.stderr.trim(), "3 confirmed", "{export}");
    let csv = export.expect_success();
    assert_eq!(csv.matches("\"name\",\"email\"").count(), 1, "{csv}");
    assert_eq!(csv.lines().count(), 4, "{csv}");
    for guest in &guests {
        assert!(csv.contains(&guest.account.email), "{csv}");
    }
}

#[tokio::test]
async fn it_shows_counts_as_they_change() {
    let (stack, Some(example)) = (
        emulated!("needs Node and packages of npm"),
        Example::get().await,
    ) else {
        return;
    };
    let organizer = stack.register_organizer().await;
    let event: Event = organizer.published_event(NewEvent::with_capacity(2)).await;
    let mut program = example.program(&stack, "live-counts", &[&event.id, "2"]);
    let mut viewer = Running::start(&mut program);
    viewer
        .printed(|text| text.contains("0 of 2 registered"))
        .await;

    stack
        .register_user()
        .await
        .register_for(&event)
        .await
        .expect(201);

    let shown = viewer.end(DEADLINE).await.expect_success();
    assert!(
        shown.trim_end().ends_with("1 of 2 registered, 0 waiting"),
        "{shown}"
    );
}

#[tokio::test]
async fn it_walks_through_the_api() {
    let (stack, Some(example)) = (
        emulated!("needs Node and packages of npm"),
        Example::get().await,
    ) else {
        return;
    };
    let said = example.run(&stack, "walk", &[]).await;
    for expected in [
        "is published",
        "the third was refused: /problems/sold-out",
        "and waits at place 1",
        "Ada has ticket ",
        "2 of 2 registered, 1 waiting, 0 seats left",
    ] {
        assert!(said.contains(expected), "no {expected:?} in {said}");
    }
}

#[tokio::test]
async fn its_client_waits_as_it_is_asked_and_refreshes_once() {
    let (stack, Some(example)) = (
        emulated!("needs Node and packages of npm"),
        Example::get().await,
    ) else {
        return;
    };
    let mut tests = stack.program(&example.node);
    tests.args(["--test", "src/client.test.ts"]);
    tests.current_dir(&example.folder);
    let said = run(&mut tests, DEADLINE).await.expect_success();
    assert!(said.contains("pass 2"), "{said}");
}
