//! Rules for the files of Docker and GitHub, and for the pages of the documentation. No other test uses these files.

mod compose;
mod exceptions;
mod first_lines;
mod imports;
mod links;
mod requirements;
mod workflows;

use std::path::Path;

use serde_json::Value;

use crate::yaml;
use tests::project_folder;

/// Parses a YAML file of the project, and returns it as JSON.
fn yaml(path: impl AsRef<Path>) -> Value {
    yaml::read(&project_folder().join(path))
}
