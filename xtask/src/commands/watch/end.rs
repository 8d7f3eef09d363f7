//! The reasons why a connection of `cargo xtask watch` ends, and what the command does then.

use std::io;

use super::frame::ErrorCode;
use crate::problem::problem;

/// The reason why nothing more can be read from a connection.
#[derive(Debug)]
pub(super) enum End {
    /// The connection is lost. A new connection may succeed.
    Lost(String),
    /// A new connection would not succeed, so the command fails.
    Failed(anyhow::Error),
    /// The program that reads the command's output has closed it, as `head` does. The command ends without an error.
    ReaderLeft,
}

impl End {
    /// Returns the end of the command after its output could not be written.
    pub(super) fn of_output(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::ReaderLeft,
            _ => Self::Failed(anyhow::Error::new(error).context("printing")),
        }
    }
}

/// Returns the error for an event that cannot be watched. `http_url` is the address of the stack's HTTP API.
pub(super) fn not_found(event: &str, http_url: &str) -> anyhow::Error {
    problem(
        format!("there is no event {event}, or it is a draft"),
        format!("{http_url}/v1/events lists what is published"),
    )
}

/// Returns the error with which the command ends after the server sent an error frame. Returns `None` if the server's error is
/// temporary, or if the connection still works.
pub(super) fn failure(
    code: ErrorCode,
    detail: &str,
    event: &str,
    http_url: &str,
) -> Option<anyhow::Error> {
    match code {
        ErrorCode::NotFound => Some(not_found(event, http_url)),
        ErrorCode::Forbidden => Some(problem(
            format!("this account may not watch the door of {event}: {detail}"),
            "`--as admin` may watch every door; without --door everybody may watch the event",
        )),
        ErrorCode::Malformed | ErrorCode::Unauthorized | ErrorCode::TooManySubscriptions => {
            Some(problem(
                format!("the server refuses to show {event}: {detail}"),
                "`cargo xtask up` deploys the functions of this checkout, for which this command is made",
            ))
        }
        ErrorCode::Unavailable | ErrorCode::Other => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::render;

    #[test]
    fn what_passes_is_told_from_what_does_not() {
        let failure = |code| failure(code, "because", "evt_1", "http://127.0.0.1:1");
        assert!(failure(ErrorCode::Unavailable).is_none());
        assert!(failure(ErrorCode::Other).is_none());
        let text = render(&failure(ErrorCode::NotFound).unwrap());
        assert!(
            text.contains("no event evt_1") && text.contains("/v1/events"),
            "{text}"
        );
        let text = render(&failure(ErrorCode::Forbidden).unwrap());
        assert!(
            text.contains("because") && text.contains("--as admin"),
            "{text}"
        );
    }

    #[test]
    fn a_reader_that_left_is_no_failure() {
        let broken = io::Error::from(io::ErrorKind::BrokenPipe);
        assert!(matches!(End::of_output(broken), End::ReaderLeft));
        let full = io::Error::from(io::ErrorKind::StorageFull);
        assert!(matches!(End::of_output(full), End::Failed(_)));
    }
}
