//! Reads the processes of functions on the local stack. They are children of the emulator, with the environment of Lambda.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// One process of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FunctionProcess {
    /// The function's name on Lambda.
    pub(crate) lambda: String,
    /// `MemorySize` of the function, in MiB.
    pub(crate) memory_size: u64,
    /// The peak memory of the process, in MiB.
    pub(crate) peak: u64,
}

/// Returns the function processes in a process group, or `None` if the machine has no /proc.
pub(crate) fn of_group(group: u32) -> Option<Vec<FunctionProcess>> {
    let processes = fs::read_dir("/proc").ok()?.flatten();
    // A process that ends while /proc is read is left out.
    Some(
        processes
            .filter_map(|process| read(&process.path(), group))
            .collect(),
    )
}

fn read(process: &Path, group: u32) -> Option<FunctionProcess> {
    let stat = fs::read_to_string(process.join("stat")).ok()?;
    if group_of(&stat) != Some(group) {
        return None;
    }
    let environment = fs::read(process.join("environ")).ok()?;
    let status = fs::read_to_string(process.join("status")).ok()?;
    Some(FunctionProcess {
        lambda: variable(&environment, "AWS_LAMBDA_FUNCTION_NAME")?,
        memory_size: variable(&environment, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE")?
            .parse()
            .ok()?,
        peak: peak_kib(&status)? / 1_024,
    })
}

/// Returns the CPU time, in milliseconds, that the running processes of a process group have used, by Lambda name. The first
/// process of the group is the emulator; its name is empty. Returns `None` if the machine has no /proc.
pub(crate) fn cpu_of_group(group: u32) -> Option<BTreeMap<String, f64>> {
    let mut used = BTreeMap::new();
    for process in fs::read_dir("/proc").ok()?.flatten() {
        let path = process.path();
        let Ok(stat) = fs::read_to_string(path.join("stat")) else {
            continue;
        };
        if group_of(&stat) != Some(group) {
            continue;
        }
        let environment = fs::read(path.join("environ")).unwrap_or_default();
        let name = variable(&environment, "AWS_LAMBDA_FUNCTION_NAME").unwrap_or_default();
        *used.entry(name).or_default() += cpu_ms(&stat).unwrap_or_default();
    }
    Some(used)
}

/// Returns the user time plus the system time in milliseconds. These are the 14th and 15th fields of a process's `stat`
/// (proc(5)), in hundredths of a second.
pub(crate) fn cpu_ms(stat: &str) -> Option<f64> {
    let (_, fields) = stat.rsplit_once(") ")?;
    let mut fields = fields.split(' ').skip(11);
    let user: u32 = fields.next()?.parse().ok()?;
    let system: u32 = fields.next()?.parse().ok()?;
    Some(f64::from(user + system) * 10.0)
}

/// Returns the process group from a process's `stat` (proc(5)). The group is the third field after the process's name. The name
/// may contain any character.
fn group_of(stat: &str) -> Option<u32> {
    let (_, fields) = stat.rsplit_once(") ")?;
    fields.split(' ').nth(2)?.parse().ok()
}

fn variable(environment: &[u8], name: &str) -> Option<String> {
    let value = environment
        .split(|byte| *byte == 0)
        .find_map(|variable| variable.strip_prefix(name.as_bytes())?.strip_prefix(b"="))?;
    Some(String::from_utf8_lossy(value).into_owned())
}

/// Returns the peak resident set size from a process's `status` (proc(5)), in KiB.
pub(crate) fn peak_kib(status: &str) -> Option<u64> {
    kib(status, "VmHWM:")
}

/// Returns the number of KiB in the line `name` of a process's `status` or `smaps_rollup` (proc(5)).
pub(crate) fn kib(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_known_by_its_group_its_environment_and_its_status() {
        assert_eq!(group_of("7 (a) b) S 1 4242 4242 0"), Some(4242));
        assert_eq!(group_of("7 (a"), None);
        let stat = "7 (a b) S 1 7 7 0 -1 4 100 0 0 0 12 34 5 6 20 0";
        assert_eq!(cpu_ms(stat), Some(460.0));
        assert_eq!(cpu_ms("7 (a b) S 1"), None);
        let environment =
            b"PATH=/bin\0AWS_LAMBDA_FUNCTION_NAMES=x\0AWS_LAMBDA_FUNCTION_NAME=s-api\0HOME=/\0";
        let name = "AWS_LAMBDA_FUNCTION_NAME";
        assert_eq!(variable(environment, name).as_deref(), Some("s-api"));
        assert_eq!(variable(b"PATH=/bin\0", name), None);
        assert_eq!(
            peak_kib("Name:\tbootstrap\nVmPeak:\t  523388 kB\nVmHWM:\t   57116 kB\n"),
            Some(57_116)
        );
        assert_eq!(peak_kib("Name:\tkthreadd\n"), None);
    }
}
