//! Faults between functions and AWS, as the emulator makes them of a script (`xtask/emulator/faults.py`).

use std::collections::HashMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Names the folder of script and journal.
const FOLDER_VARIABLE: &str = "EM_CONNECT_FAULTS";
/// Repeats an earlier run.
const SEED_VARIABLE: &str = "EM_CONNECT_SEED";

/// What goes wrong, and how often.
#[derive(Clone, Copy, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Script {
    /// Of the emulator's dice.
    pub seed: u64,
    /// Share of the calls of `DynamoDB` and SQS that take up to five seconds longer.
    pub slow: f64,
    /// Share of those that are not done, and answered as by a service that throttles.
    pub throttled: f64,
    /// Share of those that are done, and whose answer is lost.
    pub lost: f64,
    /// Processes of functions that die in a second.
    pub kills_per_second: f64,
    /// Whether every batch of a stream or queue comes twice.
    pub twice: bool,
}

/// The faults of a stack that was started for it.
#[derive(Debug)]
pub struct Faults {
    folder: PathBuf,
}

/// A fault that was made.
#[derive(Debug, Deserialize)]
struct Made {
    fault: String,
    what: String,
}

impl Faults {
    /// Those of the folder that the environment names.
    pub fn from_env() -> Self {
        match std::env::var_os(FOLDER_VARIABLE) {
            Some(folder) => Self {
                folder: folder.into(),
            },
            None => panic!("these tests need a stack of their own: `cargo xtask test --faults`"),
        }
    }

    /// The seed that the environment names.
    pub fn seed() -> u64 {
        let seed = std::env::var(SEED_VARIABLE).ok();
        match seed.and_then(|seed| seed.parse().ok()) {
            Some(seed) => seed,
            None => panic!("{SEED_VARIABLE} names no seed: `cargo xtask test --faults`"),
        }
    }

    /// Lets things go wrong until what this gives is dropped.
    pub fn begin(&self, script: &Script) -> Underway {
        let path = self.folder.join("script.json");
        let partial = self.folder.join("script.partial");
        let written = serde_json::to_vec(script)
            .map_err(std::io::Error::other)
            .and_then(|script| std::fs::write(&partial, script))
            .and_then(|()| std::fs::rename(&partial, &path));
        match written {
            Ok(()) => Underway { path },
            Err(error) => panic!("{}: {error}", path.display()),
        }
    }

    /// How many faults of each kind were made so far, and which processes were killed.
    pub fn made(&self) -> HashMap<String, usize> {
        let journal = std::fs::read_to_string(self.folder.join("made.jsonl")).unwrap_or_default();
        let mut counts = HashMap::new();
        // The last line may be half written.
        for made in journal
            .lines()
            .filter_map(|line| serde_json::from_str::<Made>(line).ok())
        {
            if made.fault == "killed" {
                *counts.entry(format!("killed {}", made.what)).or_default() += 1;
            }
            *counts.entry(made.fault).or_default() += 1;
        }
        counts
    }
}

/// Things go wrong as long as this is there.
#[derive(Debug)]
#[must_use = "dropped, it ends the faults"]
pub struct Underway {
    path: PathBuf,
}

impl Drop for Underway {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}
