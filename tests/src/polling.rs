//! Waits for changes that may come late. Every wait has a deadline, and no wait is a fixed sleep.

use std::time::{Duration, Instant};

use jiff::Timestamp;

/// The usual deadline of a wait for a change. It is far longer than the contract allows the change to take, because the machine
/// may be busy.
pub const PATIENCE: Duration = Duration::from_mins(1);
/// The deadline of a wait for a result that may come after hundreds of other results, such as a mail.
pub const LONG_PATIENCE: Duration = Duration::from_mins(5);

const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// Repeats an attempt until it returns `Ok`, and returns the value. Panics with the last `Err` after `deadline`.
pub async fn eventually<T>(
    deadline: Duration,
    mut attempt: impl AsyncFnMut() -> Result<T, String>,
) -> T {
    let begun = Instant::now();
    let mut pause = FIRST_PAUSE;
    loop {
        match attempt().await {
            Ok(value) => return value,
            Err(seen) if begun.elapsed() >= deadline => {
                panic!("not within {deadline:?}; last seen: {seen}")
            }
            Err(_) => tokio::time::sleep(pause).await,
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Waits until the clock has passed `instant`. Panics if that takes longer than [`PATIENCE`].
pub async fn wait_until(instant: Timestamp) {
    eventually(PATIENCE, async || {
        let now = Timestamp::now();
        if now > instant {
            Ok(())
        } else {
            Err(format!("it is {now}, not yet {instant}"))
        }
    })
    .await;
}
