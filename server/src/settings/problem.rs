//! Describes what can be wrong with the settings of a server.

use std::fmt;

/// The problems of all settings, which are reported together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsError(pub(crate) Vec<Problem>);

/// One problem with the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Problem {
    /// The file of settings cannot be read.
    File {
        /// Path of the file.
        file: String,
        /// The reason why the file cannot be read.
        reason: String,
    },
    /// The file has a key that is not the name of a setting.
    Unknown {
        /// Path of the file.
        file: String,
        /// The key that is unknown.
        key: String,
    },
    /// A setting has a wrong value.
    Setting {
        /// The name of the option of this setting.
        name: &'static str,
        /// The environment variable of the option.
        variable: &'static str,
        /// The file that contains the value; `None` if the value came from the command line or the environment.
        found_in: Option<String>,
        /// A description of the problem. It does not repeat the setting's value, which may be secret.
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
