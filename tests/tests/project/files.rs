//! Rules for the files for Docker and GitHub, and for the pages for readers; nothing here runs them.

mod compose;
mod first_lines;
mod imports;
mod links;
mod requirements;
mod workflows;

use std::path::Path;

use serde_json::Value;

use crate::yaml;
use tests::project_folder;

/// Returns a YAML file of the project as JSON.
fn yaml(path: impl AsRef<Path>) -> Value {
    yaml::read(&project_folder().join(path))
}
