//! What is wrong with the settings.

use std::fmt;

/// Everything that is wrong with the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsError(pub(crate) Vec<Problem>);

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Problem {
    /// The file of settings cannot be read.
    File {
        /// Path of the file.
        file: String,
        /// Why not.
        reason: String,
    },
    /// The file has a key that is no setting.
    Unknown {
        /// Path of the file.
        file: String,
        /// The key.
        key: String,
    },
    /// A setting has a value that cannot serve.
    Setting {
        /// The name of its option.
        name: &'static str,
        /// Its variable of the environment.
        variable: &'static str,
        /// Where its value stands.
        found_in: Option<String>,
        /// What is wrong with it. It does not repeat a value that may be secret.
        reason: String,
    },
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { file, reason } => write!(f, "{file} cannot be read: {reason}"),
            Self::Unknown { file, key } => write!(f, "{key} in {file} is no setting"),
            Self::Setting {
                name,
                reason,
                found_in: Some(file),
                ..
            } => write!(f, "{name} in {file} {reason}"),
            Self::Setting {
                name,
                variable,
                reason,
                found_in: None,
            } => write!(f, "--{name} ({variable}) {reason}"),
        }
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "these settings cannot be used:")?;
        self.0
            .iter()
            .try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

impl std::error::Error for SettingsError {}
