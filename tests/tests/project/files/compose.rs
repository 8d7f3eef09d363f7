//! Rules for `docker-compose.yml`, `.env.example`, and the hooks that `LocalStack` runs when it is ready.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value, json};

use super::yaml;
use tests::project_folder;

const FILE: &str = "docker-compose.yml";
const HOOKS: &str = "./localstack/init/ready.d:/etc/localstack/init/ready.d:ro";

fn services(compose: &Value) -> impl Iterator<Item = (&String, &Value)> {
    compose["services"].as_object().unwrap().iter()
}

fn texts(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}

/// Returns the faults in the services of `docker-compose.yml`.
fn faults_of_services(compose: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, service) in services(compose) {
        // The service with this Dockerfile is built from the project's source. It is not the emulator, so it needs no fixed tag
        // and no hooks.
        let is_ours = service["build"]["dockerfile"] == "hosting/Dockerfile";
        let image = service["image"].as_str().unwrap_or_default();
        let tag = image.rsplit_once(':').map_or("", |(_, tag)| tag);
        let is_fixed =
            tag.starts_with(|c: char| c.is_ascii_digit()) && tag.matches('.').count() == 2;
        if !is_fixed && !is_ours {
            faults.push(format!(
                "{name}: the tag of `{image}` may come to mean another image"
            ));
        }
        for port in texts(&service["ports"]) {
            if !port.starts_with("127.0.0.1:") {
                faults.push(format!("{name}: port {port} is open to the network"));
            }
        }
        if service["ports"].as_array().is_none_or(Vec::is_empty) {
            faults.push(format!("{name} cannot be reached"));
        }
        if service["healthcheck"]["test"].is_null() {
            faults.push(format!("{name}: nobody knows when it is ready"));
        }
        if !is_ours && !texts(&service["volumes"]).any(|volume| volume == HOOKS) {
            faults.push(format!("{name} has no hooks"));
        }
    }
    faults
}

/// Checks that the emulator in Docker equals the emulator of `cargo xtask up`. It must have the same version and environment,
/// and use glibc.
fn faults_of_the_emulator(compose: &Value) -> Vec<String> {
    let emulator = &compose["services"]["emulator"];
    let requirements = fs::read_to_string(project_folder().join("xtask/requirements.txt")).unwrap();
    let mut versions = requirements
        .lines()
        .filter_map(|line| line.strip_prefix("ministack=="));
    let image = format!("ministackorg/ministack:{}-full", versions.next().unwrap());
    let mut faults = Vec::new();
    if emulator["image"] != image {
        faults.push(format!("{} is not {image}", emulator["image"]));
    }
    let environment = fs::read_to_string(project_folder().join("xtask/emulator/environment.json"));
    let environment: BTreeMap<String, String> =
        serde_json::from_str(&environment.unwrap()).unwrap();
    assert!(!environment.is_empty());
    for (name, value) in environment {
        if emulator["environment"][&name] != value {
            faults.push(format!("{name} is not {value}"));
        }
    }
    faults
}

fn broken(pointer: &str, value: Value) -> Value {
    let mut compose = yaml(FILE);
    *compose.pointer_mut(pointer).expect(pointer) = value;
    compose
}

#[test]
fn services_are_pinned_private_and_tell_when_they_are_ready() {
    assert_eq!(faults_of_services(&yaml(FILE)), [""; 0]);
    for (pointer, value) in [
        (
            "/services/localstack/image",
            json!("localstack/localstack:latest"),
        ),
        ("/services/localstack/image", json!("localstack/localstack")),
        ("/services/localstack/ports/0", json!("4566:4566")),
        ("/services/emulator/ports", json!([])),
        ("/services/emulator/healthcheck", json!({})),
        ("/services/server/healthcheck", json!({})),
        ("/services/server/build/dockerfile", json!("Dockerfile")),
        (
            "/services/emulator/volumes/0",
            json!("./elsewhere:/etc/localstack/init/ready.d"),
        ),
    ] {
        assert_ne!(
            faults_of_services(&broken(pointer, value)),
            [""; 0],
            "{pointer}"
        );
    }
}

#[test]
fn the_emulator_is_that_of_up() {
    assert_eq!(faults_of_the_emulator(&yaml(FILE)), [""; 0]);
    for (pointer, value) in [
        (
            "/services/emulator/image",
            json!("ministackorg/ministack:1.0.0-full"),
        ),
        (
            "/services/emulator/environment/LAMBDA_ACCOUNT_CONCURRENCY",
            json!("10"),
        ),
    ] {
        assert_ne!(
            faults_of_the_emulator(&broken(pointer, value)),
            [""; 0],
            "{pointer}"
        );
    }
}

/// Returns the names of the environment variables that a text refers to as `${NAME:-default}`.
fn variables(text: &str) -> Vec<&str> {
    let parts = text.split("${").skip(1);
    let names = parts.filter_map(|part| part.split([':', '}']).next());
    let mut names: Vec<_> = names.collect();
    names.sort_unstable();
    names.dedup();
    names
}

#[test]
fn every_variable_is_explained() {
    let compose = fs::read_to_string(project_folder().join(FILE)).unwrap();
    let example = fs::read_to_string(project_folder().join(".env.example")).unwrap();
    let lines: Vec<_> = example.lines().collect();
    let mut explained = Vec::new();
    for (before, line) in lines.iter().zip(lines.iter().skip(1)) {
        if let Some((name, _)) = line.split_once('=').filter(|_| !line.starts_with('#')) {
            assert!(before.starts_with("# "), "{name} is not explained");
            explained.push(name);
        }
    }
    explained.sort_unstable();
    assert_eq!(variables(&compose), explained);
}

#[test]
fn hooks_can_be_run() {
    let hooks = fs::read_dir(project_folder().join("localstack/init/ready.d")).unwrap();
    let mut count = 0;
    for hook in hooks {
        let path = hook.unwrap().path();
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o111, 0o111, "{} has no run bit", path.display());
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains("\nset -euo pipefail\n"), "{}", path.display());
        count += 1;
    }
    assert!(count > 0);
}
