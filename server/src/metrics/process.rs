//! Reads the resources that the process uses from `/proc` (proc(5)). Only Linux has it.

use std::fs;

/// Resources that a process uses.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Usage {
    /// The number of bytes of the process that are in physical memory.
    pub(super) resident_bytes: u64,
    /// The number of seconds of CPU time that the process has used, in user mode and in kernel mode.
    pub(super) cpu_seconds: f64,
    /// The number of files and sockets that the process has open.
    pub(super) open_files: u64,
}

impl Usage {
    /// Returns the resources that this process uses; `None` if the operating system does not report them.
    pub(super) fn of_this_process() -> Option<Self> {
        let status = fs::read_to_string("/proc/self/status").ok()?;
        let schedule = fs::read_to_string("/proc/self/stat").ok()?;
        let open = fs::read_dir("/proc/self/fd").ok()?.count();
        Some(Self {
            resident_bytes: resident_bytes(&status)?,
            cpu_seconds: cpu_seconds(&schedule)?,
            open_files: open as u64,
        })
    }
}

/// Reads the line `VmRSS:     1234 kB`, and returns its value in bytes.
fn resident_bytes(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib * 1024)
}

/// Returns the sum of the fields `utime` and `stime` of `/proc/self/stat`, in seconds. The fields count hundredths of a second
/// on every Linux on which the server runs.
fn cpu_seconds(stat: &str) -> Option<f64> {
    // The name of the process is in parentheses, and may contain any character, even a parenthesis.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<u32>().ok();
    Some((f64::from(ticks()?) + f64::from(ticks()?)) / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_proc_are_understood() {
        assert_eq!(
            resident_bytes("Name:\tx\nVmRSS:\t   2048 kB\n"),
            Some(2 << 20)
        );
        let stat = "42 (a) b) S 1 42 42 0 -1 4194560 100 0 0 0 150 50 0 0 20 0 1 0 1 2 3";
        assert_eq!(cpu_seconds(stat), Some(2.0));
        if cfg!(target_os = "linux") {
            let usage = Usage::of_this_process().unwrap();
            assert!(usage.resident_bytes > 0 && usage.open_files > 0);
        }
    }
}
