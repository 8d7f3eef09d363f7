//! Faults in the settings.

use std::fmt;

/// All faults in the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsError(pub(crate) Vec<Problem>);

/// One fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Problem {
    /// The file of settings cannot be read.
    File {
        /// Path of the file.
        file: String,
        /// The reason.
        reason: String,
    },
    /// The file has a key that names no setting.
    Unknown {
        /// Path of the file.
        file: String,
        /// The key.
        key: String,
    },
    /// A setting has a wrong value.
    Setting {
        /// The name of its option.
        name: &'static str,
        /// The environment variable of the option.
        variable: &'static str,
        /// The file that has its value; `None` if it came from the command line or the environment.
        found_in: Option<String>,
        /// The fault. The text does not repeat a value, which may be secret.
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
