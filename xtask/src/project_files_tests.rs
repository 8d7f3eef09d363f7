//! What the files for Docker and GitHub, and the pages for readers, must hold; nothing here runs them.
//!
//! A rule gives the faults of a file. Its test shows that ours has none, and that one that was broken on purpose has one.

mod compose;
mod first_lines;
mod workflows;

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::folder::root;
use crate::process::output;
use crate::tools::Tools;

const READ: &str =
    "import json, sys, yaml; json.dump(yaml.safe_load(open(sys.argv[1])), sys.stdout)";

/// A YAML file of the project as JSON.
fn yaml(path: impl AsRef<Path>) -> Value {
    let tools = Tools::installed().unwrap();
    let mut read = Command::new(tools.program("python"));
    let json = output(read.args(["-c", READ]).arg(root().join(path))).unwrap();
    serde_json::from_str(&json).unwrap()
}
