//! The exit codes of the program.

use std::{fmt, io, process::ExitCode};

use crate::api::Failure;

/// Exit code of a run after which the server does not have all scans.
pub(crate) const QUEUED: u8 = 3;

/// The reason why the program ends before the end of its input.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The user must start the program in another way, for example with other options or with another account. The exit code is
    /// 2.
    Usage(String),
    /// Any other failure. The exit code is 1.
    Failed(anyhow::Error),
}

impl Stop {
    /// Returns the exit code.
    pub(crate) fn code(&self) -> ExitCode {
        match self {
            Self::Usage(_) => ExitCode::from(2),
            Self::Failed(_) => ExitCode::FAILURE,
        }
    }

    /// Converts a final failure of an API call into a [`Stop`] that tells the user what to change.
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
