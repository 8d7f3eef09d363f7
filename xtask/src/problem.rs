//! Errors that contain advice for the user.

use std::fmt;

/// An error, with advice that tells the user what to do about it.
#[derive(Debug)]
pub(crate) struct Problem {
    error: String,
    help: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.error)
    }
}

impl std::error::Error for Problem {}

/// Returns an error with advice.
pub(crate) fn problem(error: impl Into<String>, help: impl Into<String>) -> anyhow::Error {
    anyhow::Error::new(Problem {
        error: error.into(),
        help: help.into(),
    })
}

/// Returns the text of an error for a person. It contains the whole chain of causes, then the advice if there is any.
pub(crate) fn render(error: &anyhow::Error) -> String {
    let mut text = format!("error: {error:#}");
    // `downcast_ref` finds a problem even if contexts were added to the error.
    if let Some(problem) = error.downcast_ref::<Problem>() {
        text.push_str("\nhelp: ");
        text.push_str(&problem.help.replace('\n', "\n      "));
    }
    text
}

#[cfg(test)]
mod tests {
    use anyhow::Context as _;

    use super::*;

    #[test]
    fn advice_survives_context() {
        let error = Err::<(), _>(problem("port 1 is taken", "choose another"))
            .context("starting")
            .unwrap_err();
        assert_eq!(
            render(&error),
            "error: starting: port 1 is taken\nhelp: choose another"
        );
    }
}
