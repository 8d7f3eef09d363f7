//! The exit codes of the program.

use std::{fmt, io, process::ExitCode};

use crate::api::Failure;

/// The queue still has scans that the server does not have.
pub(crate) const QUEUED: u8 = 3;

/// Why the program ends before its input does.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The program was started in a way that cannot work: exit code 2.
    Usage(String),
    /// Anything else: exit code 1.
    Failed(anyhow::Error),
}

impl Stop {
    /// The exit code.
    pub(crate) fn code(&self) -> ExitCode {
        match self {
            Self::Usage(_) => ExitCode::from(2),
            Self::Failed(_) => ExitCode::FAILURE,
        }
    }

    /// Returns the stop after an answer that is not for this account or not for this event.
    pub(crate) fn refused(failure: &Failure) -> Self {
        let hint = match failure {
            Failure::SignedOut(_) => "sign in with an account of the event's door staff",
            Failure::Refused { status: 403, .. } => "this account is not on the event's door staff",
            Failure::Refused { status: 404, .. } => {
                "there is no such event for this account, or no such API: look at --event and --api"
            }
            _ => "the server refuses this scanner",
        };
        Self::Usage(format!("{hint} ({})", failure.words()))
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(why) => f.write_str(why),
            Self::Failed(error) => write!(f, "{error:#}"),
        }
    }
}

impl From<anyhow::Error> for Stop {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(error)
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Failed(error.into())
    }
}
