//! Reasons for which a connection ends, and their consequences.

use std::io;

use super::frame::ErrorCode;
use crate::problem::problem;

/// The reason for which nothing more can be read from a connection.
#[derive(Debug)]
pub(super) enum End {
    /// The connection is lost; another one may succeed.
    Lost(String),
    /// No other connection would succeed: the command has failed.
    Failed(anyhow::Error),
    /// The reader of the output has gone, as `head` does: the command is done.
    ReaderLeft,
}

impl End {
    /// Returns the end that follows from a failed write of the output.
    pub(super) fn of_output(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::ReaderLeft,
            _ => Self::Failed(anyhow::Error::new(error).context("printing")),
        }
    }
}

/// Returns the error for an event that cannot be watched. `http_url` is the stack's.
pub(super) fn not_found(event: &str, http_url: &str) -> anyhow::Error {
    problem(
        format!("there is no event {event}, or it is a draft"),
        format!("{http_url}/v1/events lists what is published"),
    )
}

/// Returns the failure for an error of the server; `None` if the error is temporary, or leaves the connection useful.
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
