//! Faults that tests inject into the functions' calls. The emulator (`xtask/emulator/faults.py`) or a server
//! (`server/src/faults.rs`) makes the faults that a JSON file, the script, specifies.

use std::collections::HashMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{Server, Stack};

/// Environment variable with a path. For the suite, this is the path of the folder that contains the script and the emulator's
/// journal of faults. For a server, it is the path of the script.
const FOLDER_VARIABLE: &str = "EM_CONNECT_FAULTS";
/// Environment variable with the seed of an earlier run. With the same seed, a run makes the same faults.
const SEED_VARIABLE: &str = "EM_CONNECT_SEED";
/// Name of the script in the folder that [`FOLDER_VARIABLE`] names.
const SCRIPT: &str = "script.json";

/// Delay of a slow call on a server, in milliseconds.
const SLOW_BY: u32 = 500;

/// A script: the faults to make, and how often to make them.
#[derive(Clone, Copy, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Script {
    /// Seed of the emulator's random numbers.
    pub seed: u64,
    /// Share of the calls to `DynamoDB` and SQS that are delayed by up to five seconds.
    pub slow: f64,
    /// Share of the calls that are not performed. Their answers look as if the called service had throttled them.
    pub throttled: f64,
    /// Share of the calls that are performed, but get no answer.
    pub lost: f64,
    /// The number of processes of functions that are killed per second.
    pub kills_per_second: f64,
    /// Whether every batch of a stream or queue is delivered twice.
    pub twice: bool,
}

/// Injects faults into a deployed stack or server that was started for tests with faults, and counts these faults.
#[derive(Debug)]
pub struct Faults {
    folder: PathBuf,
    /// The log of the server, which lists the faults. `None` on a deployed stack, where the emulator's journal lists the
    /// faults.
    log: Option<PathBuf>,
}

/// A fault that the emulator made, as the emulator's journal lists it.
#[derive(Debug, Deserialize)]
struct Made {
    fault: String,
    what: String,
}

/// A line of the log of a server.
#[derive(Debug, Deserialize)]
struct Logged {
    message: String,
    /// The kind of a fault. In lines that are not about faults, `kind` may have other values.
    #[serde(default)]
    kind: Value,
    #[serde(default)]
    error: Value,
}

impl Faults {
    /// Returns a stack into which faults can be injected: the deployed stack of `cargo xtask test --faults`, or else a new
    /// server.
    pub fn start() -> (Stack, Self) {
        if let (Some(stack), Some(folder)) = (Stack::deployed(), std::env::var_os(FOLDER_VARIABLE))
        {
            let folder = folder.into();
            return (stack, Self { folder, log: None });
        }
        let folder = Server::new_folder();
        let script = folder.join(SCRIPT);
        let script = script.to_string_lossy().into_owned();
        let server = Server::start_in(folder.clone(), &[(FOLDER_VARIABLE, &script)]);
        let log = Some(server.log());
        (Stack::on(server), Self { folder, log })
    }

    /// Returns the seed that the environment variable `EM_CONNECT_SEED` gives, or a random seed.
    pub fn seed() -> u64 {
        let seed = std::env::var(SEED_VARIABLE).ok();
        let seed = seed.and_then(|seed| seed.parse().ok());
        seed.unwrap_or_else(|| fastrand::u64(..))
    }

    /// Makes faults until the returned guard is dropped.
    pub fn begin(&self, script: &Script) -> Underway {
        let path = self.folder.join(SCRIPT);
        let partial = self.folder.join("script.partial");
        let text = match self.log {
            Some(_) => Ok(script.of_a_server()),
            None => serde_json::to_value(script),
        };
        let written = text
            .and_then(|text| serde_json::to_vec(&text))
            .map_err(std::io::Error::other)
            .and_then(|script| std::fs::write(&partial, script))
            .and_then(|()| std::fs::rename(&partial, &path));
        match written {
            Ok(()) => Underway { path },
            Err(error) => panic!("{}: {error}", path.display()),
        }
    }

    /// Returns how many faults of each kind were made so far. On a deployed stack, the result also has the number of killed
    /// processes for each function.
    ///
    /// # Panics
    /// If a server could not read its script.
    #[track_caller]
    pub fn made(&self) -> HashMap<String, usize> {
        match &self.log {
            Some(log) => made_by_a_server(&std::fs::read_to_string(log).unwrap_or_default()),
            None => self.made_by_the_emulator(),
        }
    }

    fn made_by_the_emulator(&self) -> HashMap<String, usize> {
        let journal = std::fs::read_to_string(self.folder.join("made.jsonl")).unwrap_or_default();
        let mut counts = HashMap::new();
        // The last line of the journal may be incomplete, so lines that are not JSON are skipped.
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

#[track_caller]
fn made_by_a_server(log: &str) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    // The last line of the log may be incomplete, so lines that are not JSON are skipped.
    for line in log
        .lines()
        .filter_map(|line| serde_json::from_str::<Logged>(line).ok())
    {
        match (line.message.as_str(), line.kind.as_str()) {
            ("fault_made", Some(kind)) => *counts.entry(kind.to_owned()).or_default() += 1,
            ("faults_not_read", _) => panic!("the server did not read its script: {}", line.error),
            _ => {}
        }
    }
    counts
}

impl Script {
    /// Returns the script in the format that a server reads. A server chooses at random which calls fail. It performs half of
    /// these calls and loses only their answers.
    fn of_a_server(&self) -> Value {
        json!({
            "batches_twice": self.twice,
            "slow": {"probability": self.slow, "ms": SLOW_BY},
            "failing": {"probability": self.throttled + self.lost},
        })
    }
}

/// A guard. The emulator or the server makes faults until the guard is dropped.
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
