//! Reads and prints the summary that the test harness prints for every test binary.

use std::collections::BTreeMap;
use std::fmt;

/// The number of times that each fault was found, by the description of the fault.
pub(super) type Faults = BTreeMap<String, usize>;

/// The numbers of tests that passed and of tests that failed, in all test binaries together.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) passed: u64,
    pub(super) failed: u64,
}

impl Counts {
    /// Adds the numbers in a line such as `test result: ok. 3 passed; 0 failed; 0 ignored; …`. Ignores all other lines.
    pub(super) fn add_line(&mut self, line: &str) {
        let Some((_, rest)) = line.trim_start().split_once("test result: ") else {
            return;
        };
        let Some((_, numbers)) = rest.split_once(". ") else {
            return;
        };
        for part in numbers.split(';') {
            let mut words = part.split_whitespace();
            let count = words.next().and_then(|word| word.parse::<u64>().ok());
            match (count, words.next()) {
                (Some(count), Some("passed")) => self.passed += count,
                (Some(count), Some("failed")) => self.failed += count,
                _ => {}
            }
        }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// Prints the results of checks in the format of a test binary, and adds them to `counts`. Returns true if no check found a
/// fault.
pub(super) fn tell(tests: &[(&str, Faults)], counts: &mut Counts) -> bool {
    let failed = tests
        .iter()
        .filter(|(_, faults)| !faults.is_empty())
        .count();
    for (name, faults) in tests {
        println!(
            "test {name} ... {}",
            if faults.is_empty() { "ok" } else { "FAILED" }
        );
        for (fault, times) in faults {
            println!("    {fault} ({times} times)");
        }
    }
    let word = if failed == 0 { "ok" } else { "FAILED" };
    let line = format!(
        "test result: {word}. {} passed; {failed} failed",
        tests.len() - failed
    );
    println!("\n{line}\n");
    counts.add_line(&line);
    failed == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_several_binaries_are_summed() {
        let mut counts = Counts::default();
        for line in [
            "running 3 tests",
            "test seats::never_overbook ... ok",
            "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 2 filtered out; finished in 0.00s",
            "test result: FAILED. 12 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out; finished in 1.20s",
            "test result: nonsense",
        ] {
            counts.add_line(line);
        }
        assert_eq!(
            counts,
            Counts {
                passed: 15,
                failed: 2
            }
        );
        assert_eq!(counts.to_string(), "15 passed, 2 failed");
    }
}
