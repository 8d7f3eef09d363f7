//! Waiting for what follows from something: with a deadline.

use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// Far longer than anything should take, first starts of functions included.
pub(super) const PATIENCE: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(250);

/// Asks until there is an answer; `Err` inside is what was seen instead.
///
/// # Errors
/// There was none in time: the error has what was seen last, also where that was a failure.
pub(super) fn until<T>(what: &str, ask: impl FnMut() -> Result<Result<T, String>>) -> Result<T> {
    until_after(PATIENCE, what, ask)
}

fn until_after<T>(
    patience: Duration,
    what: &str,
    mut ask: impl FnMut() -> Result<Result<T, String>>,
) -> Result<T> {
    let deadline = Instant::now() + patience;
    loop {
        let seen = match ask() {
            Ok(Ok(found)) => return Ok(found),
            Ok(Err(seen)) => seen,
            // A connection that breaks may be the address that nobody knows yet.
            Err(error) => format!("{error:#}"),
        };
        if Instant::now() > deadline {
            bail!(
                "no {what} after {} s; last seen: {seen}",
                patience.as_secs()
            );
        }
        sleep(PAUSE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_late_is_found() {
        let mut asked = 0;
        let found = until("third", || {
            asked += 1;
            match asked {
                1 => bail!("connection refused"),
                2 => Ok(Err("503".to_owned())),
                n => Ok(Ok(n)),
            }
        });
        assert_eq!(found.unwrap(), 3);
    }

    #[test]
    fn what_never_comes_is_told_with_what_came_instead() {
        let never = until_after::<()>(Duration::ZERO, "ticket", || Ok(Err("0 tickets".to_owned())));
        let error = never.unwrap_err().to_string();
        assert_eq!(error, "no ticket after 0 s; last seen: 0 tickets");
    }
}
