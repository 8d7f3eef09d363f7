//! Merges the options, the environment and the settings file, and collects the problems with the settings.

use std::{collections::BTreeMap, fs, io::ErrorKind, path::PathBuf};

use super::{Options, Place, SettingsError, default_file, options::NAMES, problem::Problem};

/// The data folder that is used if no setting names one.
const DATA: &str = "data";

/// The text of one setting, before it is parsed as a value.
#[derive(Debug)]
struct Written {
    text: String,
    /// The file that contains the text; `None` if the text came from the command line or the environment.
    file: Option<String>,
}

/// Reads settings by their names, and collects the problems with them.
#[derive(Debug)]
pub(super) struct Reader {
    data: Option<PathBuf>,
    written: BTreeMap<&'static str, Written>,
    problems: Vec<Problem>,
}

impl Reader {
    /// Reads the file of settings, if it exists. The options and environment in `typed` take precedence over the file.
    ///
    /// # Errors
    /// An option names a file that does not exist, the file cannot be read, or it is not valid TOML.
    pub(super) fn new(place: &Place, typed: Options) -> Result<Self, SettingsError> {
        let named = place.config.clone();
        let beside = default_file(place.data.as_deref().unwrap_or(DATA.as_ref()));
        let path = named.clone().unwrap_or(beside);
        let file = path.display().to_string();
        let unreadable = |reason: String| {
            SettingsError(vec![Problem::File {
                file: file.clone(),
                reason,
            }])
        };
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if named.is_none() && error.kind() == ErrorKind::NotFound => String::new(),
            Err(error) => return Err(unreadable(error.to_string())),
        };
        // The parser's full error is not shown, because it quotes a line of the settings file, which may contain a password.
        let mut layer: Options = toml::from_str(&text).map_err(|error| {
            unreadable(format!(
                "line {}: {}",
                line_of(&error, &text),
                error.message()
            ))
        })?;
        let mut problems = Vec::new();
        let in_file = match layer.unknown.remove("data") {
            Some(toml::Value::String(path)) if !path.is_empty() => Some(path.into()),
            Some(toml::Value::String(_)) | None => Some(DATA.into()),
            Some(_) => {
                problems.push(Problem::Setting {
                    name: "data",
                    variable: "EM_CONNECT_DATA",
                    found_in: Some(file.clone()),
                    reason: "must be the path of a folder, in quotes".to_owned(),
                });
                None
            }
        };
        let data = place.data.clone().or(in_file);
        let unknown = std::mem::take(&mut layer.unknown);
        problems.extend(unknown.into_keys().map(|key| Problem::Unknown {
            file: file.clone(),
            key,
        }));
        let mut written = BTreeMap::new();
        for (layer, file) in [(layer, Some(&file)), (typed, None)] {
            for (name, text) in layer.named().filter(|(_, text)| !text.is_empty()) {
                let file = file.cloned();
                written.insert(name, Written { text, file });
            }
        }
        Ok(Self {
            data,
            written,
            problems,
        })
    }

    /// Returns the path of the data folder; `None` if the setting has a wrong value.
    pub(super) fn data(&self) -> Option<PathBuf> {
        self.data.clone()
    }

    /// Returns whether the setting has a value.
    pub(super) fn has(&self, name: &str) -> bool {
        self.written.contains_key(name)
    }

    /// Reads a setting that may be absent. Returns `Some(None)` if it is absent, and `None` if its value is wrong.
    #[expect(clippy::option_option, reason = "wrong, missing, or there")]
    pub(super) fn optional<T>(
        &mut self,
        name: &'static str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<Option<T>> {
        let Some(written) = self.written.get(name) else {
            return Some(None);
        };
        match parse(&written.text) {
            Ok(value) => Some(Some(value)),
            Err(reason) => {
                self.refuse(name, &reason);
                None
            }
        }
    }

    /// Reads a setting. If it is absent, parses the text `default` instead. Returns `None` if the value is wrong.
    pub(super) fn or<T>(
        &mut self,
        name: &'static str,
        default: &str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        match self.optional(name, &parse)? {
            Some(value) => Some(value),
            None => parse(default).ok(),
        }
    }

    /// Reads a setting. If it is absent, returns the value `default`. Returns `None` if the setting's value is wrong.
    pub(super) fn or_else<T>(
        &mut self,
        name: &'static str,
        default: T,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        self.optional(name, parse)
            .map(|value| value.unwrap_or(default))
    }

    /// Records that the setting `name` has a wrong value, and the reason why it is wrong.
    pub(super) fn refuse(&mut self, name: &'static str, reason: &str) {
        let named = NAMES.iter().find(|(known, _)| *known == name);
        let written = self.written.get(name);
        self.problems.push(Problem::Setting {
            name,
            variable: named.map_or("", |(_, variable)| variable),
            found_in: written.and_then(|written| written.file.clone()),
            reason: reason.to_owned(),
        });
    }

    /// Returns the settings if no problem was found, or else all problems.
    pub(super) fn finish<T>(self, settings: Option<T>) -> Result<T, SettingsError> {
        match settings {
            Some(settings) if self.problems.is_empty() => Ok(settings),
            _ => Err(SettingsError(self.problems)),
        }
    }
}

/// Returns the number of the line in `text` that contains the syntax error. The first line has the number 1.
fn line_of(error: &toml::de::Error, text: &str) -> usize {
    let before = error.span().and_then(|span| text.get(..span.start));
    before.unwrap_or_default().matches('\n').count() + 1
}
