//! Reads environment variables, and reports the names of all faulty variables in one error.

use std::{fmt, str::FromStr};

/// Defines a struct and its constructor `from_env`, which reports all variables that are missing or malformed. Each field has
/// an expression that reads its value from the environment. In these expressions, `env` is the [`Environment`]. The expression
/// returns an `Option`, which is `None` if the variable was faulty.
///
/// ```
/// bootstrap::configuration! { env =>
///     /// The settings from the environment.
///     struct Config {
///         /// `TABLE_NAME`: the one table.
///         table_name: String = env.required("TABLE_NAME"),
///         /// `PORT`: 80 by default.
///         port: u16 = env.or("PORT", 80),
///     }
/// }
/// let env = bootstrap::environment::Environment::new(|name| (name == "TABLE_NAME").then(|| "em".to_owned()));
/// let config = Config::from_env(env).unwrap();
/// assert_eq!((config.table_name.as_str(), config.port), ("em", 80));
/// ```
#[macro_export]
macro_rules! configuration {
    ($env:ident => $(#[$about:meta])* $visible:vis struct $name:ident {
        $($(#[$field_about:meta])* $field_visible:vis $field:ident: $kind:ty = $read:expr),* $(,)?
    }) => {
        $(#[$about])*
        #[derive(Debug)]
        $visible struct $name {
            $($(#[$field_about])* $field_visible $field: $kind,)*
        }

        impl $name {
            /// Reads the value of each field from the environment `env`.
            ///
            /// # Errors
            /// Lists all variables that are missing or malformed.
            $visible fn from_env(
                mut $env: $crate::environment::Environment<impl Fn(&'static str) -> Option<String>>,
            ) -> Result<Self, $crate::environment::EnvironmentError> {
                $(let $field: Option<$kind> = $read;)*
                let config = (|| Some(Self { $($field: $field?,)* }))();
                $env.finish(config)
            }
        }
    };
}

/// An environment variable that is missing or malformed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The name of the environment variable.
    pub name: &'static str,
    /// The reason why the value of the environment variable was refused.
    pub reason: String,
}

/// The error that lists all environment variables that are missing or malformed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvironmentError(pub Vec<Problem>);

impl fmt::Display for EnvironmentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the environment is not usable")?;
        self.0
            .iter()
            .try_for_each(|problem| write!(f, "; {}: {}", problem.name, problem.reason))
    }
}

impl std::error::Error for EnvironmentError {}

/// Reads environment variables, and collects those that are missing or malformed.
#[derive(Debug)]
pub struct Environment<F> {
    lookup: F,
    problems: Vec<Problem>,
}

/// Returns the environment of this process.
#[must_use]
pub fn of_process() -> Environment<impl Fn(&'static str) -> Option<String>> {
    Environment::new(|name| std::env::var(name).ok())
}

impl<F: Fn(&'static str) -> Option<String>> Environment<F> {
    /// Returns an environment that gets its variables from the function `lookup`.
    pub fn new(lookup: F) -> Self {
        Self {
            lookup,
            problems: Vec::new(),
        }
    }

    /// Reads a required environment variable. Returns `None`, and records the variable as faulty, if it is missing, empty or
    /// malformed.
    pub fn required<T: FromStr>(&mut self, name: &'static str) -> Option<T>
    where
        T::Err: fmt::Display,
    {
        let value = self.optional(name);
        if value.is_none() && !self.problems.iter().any(|problem| problem.name == name) {
            self.problems.push(Problem {
                name,
                reason: "is not set".to_owned(),
            });
        }
        value
    }

    /// Reads an environment variable that may be missing or empty. Returns `None` in these cases. If it is malformed, records
    /// it as faulty and also returns `None`.
    pub fn optional<T: FromStr>(&mut self, name: &'static str) -> Option<T>
    where
        T::Err: fmt::Display,
    {
        let text = (self.lookup)(name).filter(|text| !text.is_empty())?;
        match text.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                self.refuse(name, error);
                None
            }
        }
    }

    /// Reads an environment variable that may be missing or empty. Returns `default` in these cases. If it is malformed,
    /// records it as faulty.
    pub fn or<T: FromStr>(&mut self, name: &'static str, default: T) -> Option<T>
    where
        T::Err: fmt::Display,
    {
        Some(self.optional(name).unwrap_or(default))
    }

    /// Records that the variable `name` has a value which cannot be used.
    pub fn refuse(&mut self, name: &'static str, reason: impl fmt::Display) {
        self.problems.push(Problem {
            name,
            reason: reason.to_string(),
        });
    }

    /// Returns `value` if no faulty variable was found.
    ///
    /// # Errors
    /// Lists all faulty variables.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, EnvironmentError> {
        match value {
            Some(value) if self.problems.is_empty() => Ok(value),
            _ => Err(EnvironmentError(self.problems)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_is_wrong_is_reported_at_once() {
        let mut env = Environment::new(|name| match name {
            "PORT" => Some("many".to_owned()),
            "EMPTY" => Some(String::new()),
            "TABLE_NAME" => Some("em".to_owned()),
            _ => None,
        });
        let table: Option<String> = env.required("TABLE_NAME");
        assert_eq!(table.as_deref(), Some("em"));
        assert_eq!(env.required::<u16>("PORT"), None);
        assert_eq!(env.required::<String>("EMPTY"), None);
        assert_eq!(env.optional::<String>("ABSENT"), None);
        let error = env.finish(table).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the environment is not usable; PORT: invalid digit found in string; EMPTY: is not set"
        );
    }
}
