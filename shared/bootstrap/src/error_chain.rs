//! Displays errors together with all their causes. The log formatter alone would print only the outermost error.

use std::{error::Error, fmt};

/// Displays an error and its causes, separated by colons. The outermost error comes first.
#[derive(Debug)]
pub struct ErrorChain<'a>(pub &'a (dyn Error + 'static));

impl fmt::Display for ErrorChain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut said = self.0.to_string();
        let mut cause = self.0.source();
        while let Some(error) = cause {
            let text = error.to_string();
            // Some errors repeat their cause at the end of their own text. In this case, the cause is not added once more.
            if !said.ends_with(&text) {
                write!(f, ": {text}")?;
            }
            said = text;
            cause = error.source();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{text}")]
    struct Layer {
        text: &'static str,
        source: Option<Box<Layer>>,
    }

    #[test]
    fn every_cause_is_told_once() {
        let cause = Layer {
            text: "connection refused",
            source: None,
        };
        let repeats = Layer {
            text: "io: connection refused",
            source: Some(Box::new(cause)),
        };
        let outer = Layer {
            text: "the table is away",
            source: Some(Box::new(repeats)),
        };
        assert_eq!(
            ErrorChain(&outer).to_string(),
            "the table is away: io: connection refused"
        );
    }
}
