//! What the files for Docker and GitHub, and the pages for readers, must hold; nothing here runs them.
//!
//! A rule gives the faults of a file. Its test shows that ours has none, and that one that was broken on purpose has one.

mod compose;
mod first_lines;
mod imports;
mod workflows;

use std::path::Path;

use serde_json::Value;

use crate::folder::root;
use crate::yaml;

/// A YAML file of the project as JSON.
fn yaml(path: impl AsRef<Path>) -> Value {
    yaml::read(&root().join(path)).unwrap()
}
