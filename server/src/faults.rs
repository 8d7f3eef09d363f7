//! Faults for the fault suite: calls of the table and of the queues may be slow or fail, and batches may be delivered twice.
//!
//! The environment variable `EM_CONNECT_FAULTS` names a JSON file, the script of faults. The file is read again after each
//! change. Without a script, no fault is injected. For every fault, the log has a line `fault_made`, which proves to the fault
//! suite that the script took effect.

mod database;

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, OnceLock, PoisonError},
    time::{Duration, SystemTime},
};

use serde::Deserialize;

pub use database::Faulty;

/// The script of faults: which faults are injected, and how often.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Script {
    /// Whether every batch of records or of messages is delivered twice.
    pub batches_twice: bool,
    /// Calls that take longer than usual.
    pub slow: Slow,
    /// Calls that fail. Half of them fail before they have an effect. The other half have their effect, but the answer is lost.
    pub failing: Failing,
}

/// Calls that take longer than usual.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Slow {
    /// The share of all calls that are slow, from 0 to 1.
    pub probability: f64,
    /// The delay of a slow call, in milliseconds.
    pub ms: u64,
}

/// Calls that fail.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Failing {
    /// The share of all calls that fail, from 0 to 1.
    pub probability: f64,
}

/// The kind of a fault, as the log names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A call took longer.
    Slow,
    /// A call was not made.
    Throttled,
    /// A call was made, and its answer was lost.
    Lost,
    /// A batch was delivered a second time.
    Twice,
}

/// The outcome of one call, as the injected faults determine it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// The call is made, and its answer arrives.
    Made,
    /// The call is not made.
    NotMade,
    /// The call is made, and its answer is lost.
    Unanswered,
}

/// The error of a call that fails because of an injected fault.
#[derive(Debug, thiserror::Error)]
#[error("a fault of the script")]
struct Fault;

/// Returns the current script of faults. Reads it from the file that the environment variable `EM_CONNECT_FAULTS` names.
/// Without this variable, the script contains no fault.
#[must_use]
pub fn script() -> Script {
    static FILE: OnceLock<Option<ScriptFile>> = OnceLock::new();
    let file = FILE.get_or_init(|| std::env::var_os("EM_CONNECT_FAULTS").map(ScriptFile::at));
    file.as_ref().map(ScriptFile::read).unwrap_or_default()
}

/// The JSON file that contains the script of faults.
#[derive(Debug)]
struct ScriptFile {
    path: PathBuf,
    read: Mutex<(Option<SystemTime>, Script)>,
}

impl ScriptFile {
    fn at(path: impl AsRef<Path>) -> Self {
        Self {
            path: path.as_ref().to_owned(),
            read: Mutex::default(),
        }
    }

    /// Returns the script of faults that the file contains. If the file has changed but cannot be parsed, for instance because
    /// it is still being written, returns the script that was read before.
    fn read(&self) -> Script {
        let changed_at = std::fs::metadata(&self.path).and_then(|file| file.modified());
        let changed_at = changed_at.ok();
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if changed_at != read.0 {
            let text = std::fs::read(&self.path).unwrap_or_default();
            match serde_json::from_slice(&text) {
                Ok(script) => *read = (changed_at, script),
                Err(_) if changed_at.is_none() => *read = (None, Script::default()),
                Err(error) => tracing::warn!(%error, "faults_not_read"),
            }
        }
        read.1
    }
}

/// Returns whether the script of faults requires that every batch of records or of messages is delivered twice. If it does,
/// logs one fault, because the callers call this function once for each batch.
pub(crate) fn batches_come_twice() -> bool {
    let twice = script().batches_twice;
    if twice {
        Kind::Twice.log();
    }
    twice
}

impl Kind {
    fn log(self) {
        let kind = match self {
            Self::Slow => "slow",
            Self::Throttled => "throttled",
            Self::Lost => "lost",
            Self::Twice => "twice",
        };
        tracing::info!(kind, "fault_made");
    }
}

impl Script {
    /// Chooses the delay and the outcome of one call at random. `luck` returns random numbers from 0 to 1.
    fn fate(&self, luck: impl Fn() -> f64) -> (Duration, Fate) {
        let is_slow = luck() < self.slow.probability;
        let wait = if is_slow {
            Duration::from_millis(self.slow.ms)
        } else {
            Duration::ZERO
        };
        let fate = match luck() {
            drawn if drawn >= self.failing.probability => Fate::Made,
            drawn if drawn < self.failing.probability / 2.0 => Fate::NotMade,
            _ => Fate::Unanswered,
        };
        (wait, fate)
    }
}

/// Makes a call, delays it, or lets it fail, as the injected faults require.
async fn call<T, E>(
    made: impl Future<Output = Result<T, E>>,
    lost: impl Fn() -> E,
) -> Result<T, E> {
    let (wait, fate) = script().fate(fastrand::f64);
    if !wait.is_zero() {
        Kind::Slow.log();
        tokio::time::sleep(wait).await;
    }
    match fate {
        Fate::Made => made.await,
        Fate::NotMade => {
            Kind::Throttled.log();
            Err(lost())
        }
        Fate::Unanswered => {
            made.await?;
            Kind::Lost.log();
            Err(lost())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_read_when_it_changes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("faults.json");
        let file = ScriptFile::at(&path);
        assert_eq!(file.read(), Script::default());
        let text = r#"{"batches_twice": true, "slow": {"probability": 0.1, "ms": 200}, "failing": {"probability": 0.2}}"#;
        std::fs::write(&path, text).unwrap();
        let script = file.read();
        assert!(script.batches_twice);
        assert_eq!(script.slow.ms, 200);
        std::fs::remove_file(&path).unwrap();
        assert_eq!(file.read(), Script::default());
    }

    #[test]
    fn of_the_calls_that_fail_half_are_made() {
        let script = Script {
            failing: Failing { probability: 0.5 },
            ..Script::default()
        };
        let fate = |luck| script.fate(|| luck).1;
        assert_eq!(
            [0.1, 0.3, 0.7].map(fate),
            [Fate::NotMade, Fate::Unanswered, Fate::Made]
        );
    }
}
