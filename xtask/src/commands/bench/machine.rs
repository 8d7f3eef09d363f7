//! Describes a benchmark run: its machine, and the commit that was measured.

use std::fs;
use std::process::Command;
use std::thread::available_parallelism;

use anyhow::Result;

use super::report::Run;
use crate::clock::{now_millis, rfc3339};
use crate::folder::root;
use crate::process::output;

/// Returns the time, the machine, the commit and the command of this run.
pub(super) fn run() -> Result<Run> {
    let of_file = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let cores = available_parallelism().map_or(1, usize::from);
    let processor = value_of(&of_file("/proc/cpuinfo"), "model name");
    let memory = value_of(&of_file("/proc/meminfo"), "MemTotal");
    let load = of_file("/proc/loadavg");
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    Ok(Run {
        at: rfc3339(now_millis() / 1000),
        machine: format!(
            "{}, {cores} cores, {} of memory, {} {}",
            processor.unwrap_or_else(|| "an unknown processor".to_owned()),
            memory.unwrap_or_else(|| "unknown size".to_owned()),
            std::env::consts::OS,
            std::env::consts::ARCH,
        ),
        commit: commit()?,
        command: format!("cargo xtask {}", arguments.join(" ")),
        load: load
            .split(' ')
            .next()
            .and_then(|load| load.parse().ok())
            .unwrap_or_default(),
    })
}

fn commit() -> Result<String> {
    let git =
        |arguments: &[&str]| output(Command::new("git").arg("-C").arg(root()).args(arguments));
    let commit = git(&["rev-parse", "--short=12", "HEAD"])?;
    let changes = git(&["status", "--porcelain"])?;
    let suffix = if changes.is_empty() {
        ""
    } else {
        " (with changes)"
    };
    Ok(format!("{}{suffix}", commit.trim()))
}

/// Returns the value in the line `name : value` of `text`, which is the content of a file in `/proc`.
fn value_of(text: &str, name: &str) -> Option<String> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    Some(line.trim_start_matches([' ', '\t', ':']).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_proc() {
        let text = "processor\t: 0\nmodel name\t: A CPU @ 3 GHz\nMemTotal:        8039 kB\n";
        assert_eq!(
            value_of(text, "model name").as_deref(),
            Some("A CPU @ 3 GHz")
        );
        assert_eq!(value_of(text, "MemTotal").as_deref(), Some("8039 kB"));
        assert_eq!(value_of(text, "bogomips"), None);
    }
}
