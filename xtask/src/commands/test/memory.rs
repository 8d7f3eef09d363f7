//! Checks the memory of the processes of functions.

use super::results::{Counts, Faults, tell};
use crate::function_processes::{FunctionProcess, of_group};
use crate::stack::Stack;

/// Checks how much memory the stack's function processes have used, and prints the result in the format of a test binary.
/// Returns whether the check passed. Each function is checked, because its first process never ends during the tests.
pub(super) fn check(stack: &Stack, counts: &mut Counts) -> bool {
    println!("     Running over the processes of functions\n");
    let faults = match of_group(stack.pid) {
        Some(processes) => faults_of(&processes),
        None => Faults::from([("this machine does not tell of its processes".to_owned(), 1)]),
    };
    tell(
        &[("processes::use_half_of_their_memory_at_most", faults)],
        counts,
    )
}

/// Returns a fault for each process that has used more than half of its function's memory. So a process whose memory grows with
/// each call is found long before Lambda would end it.
pub(super) fn faults_of(processes: &[FunctionProcess]) -> Faults {
    let mut faults = Faults::new();
    if processes.is_empty() {
        faults.insert("no function process runs".to_owned(), 1);
    }
    for process in processes
        .iter()
        .filter(|process| process.peak * 2 > process.memory_size)
    {
        let fault = format!(
            "a process of {} has held {} of its {} MiB",
            process.lambda, process.peak, process.memory_size
        );
        *faults.entry(fault).or_default() += 1;
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_held_more_than_half_is_a_fault() {
        let process = |peak| FunctionProcess {
            lambda: "s-api".to_owned(),
            memory_size: 512,
            peak,
        };
        assert_eq!(faults_of(&[process(57), process(256)]), Faults::new());
        let faults = faults_of(&[process(257), process(57), process(375), process(375)]);
        let reported: Vec<_> = faults.into_iter().collect();
        assert_eq!(
            reported,
            [
                (
                    "a process of s-api has held 257 of its 512 MiB".to_owned(),
                    1
                ),
                (
                    "a process of s-api has held 375 of its 512 MiB".to_owned(),
                    2
                ),
            ]
        );
        assert_eq!(faults_of(&[]).len(), 1);
    }
}
