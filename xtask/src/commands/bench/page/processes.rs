//! Tables of CPU time and memory, and of the binaries where a run has their figures.

use std::fmt::Write as _;

use super::table;
use crate::commands::bench::cost::{MIB_OF_A_VCPU, cpu_wall_ms};
use crate::commands::bench::figures::text;
use crate::commands::bench::report::Report;

/// Memory sizes that are compared, in MiB.
const SIZES: [f64; 4] = [256.0, 512.0, 1_024.0, MIB_OF_A_VCPU];

pub(super) fn passwords(report: &Report) -> String {
    let rows: Vec<_> = ["sign-up", "login", "registration", "page of 20 events"]
        .iter()
        .filter_map(|name| report.operation(name))
        .filter_map(|operation| Some((operation, operation.cost.by_function.get("api")?)))
        .map(|(operation, api)| {
            let mut row = vec![operation.name.clone(), text(api.cpu_ms)];
            row.extend(SIZES.map(|mib| text(cpu_wall_ms(api.cpu_ms, mib))));
            row
        })
        .collect();
    table(
        "CPU time against memory",
        "Lambda gives a function a whole vCPU at 1,769 MB and a share of it below, in proportion (\"Configure Lambda function \
        memory\", AWS Lambda Developer Guide). So the CPU time of the `api` function that was measured here becomes this much \
        time, in milliseconds, on a processor that is as fast as this one. Its GB-seconds are the same up to 1,769 MB.",
        &["", "CPU ms", "256 MB", "512 MB", "1,024 MB", "1,769 MB"],
        &rows,
    )
}

pub(super) fn memory(report: &Report) -> String {
    let rows: Vec<_> = report
        .memory
        .iter()
        // Those that were ended tell nothing any more.
        .filter(|(_, memory)| memory.size > 0.0)
        .map(|(name, memory)| vec![name.clone(), text(memory.size), text(memory.peak)])
        .collect();
    table(
        "Memory",
        "The most that a process of each function held in the whole run, in MiB, on x86_64 unless the machine above is \
        another.",
        &["function", "`MemorySize`", "held"],
        &rows,
    )
}

/// Figures of the binaries, where a run has any.
pub(super) fn functions(report: &Report) -> String {
    if report.functions.is_empty() {
        return String::new();
    }
    let mut page = "## Functions\n\n".to_owned();
    for (name, figures) in &report.functions {
        let figures: Vec<_> = figures
            .iter()
            .map(|(figure, value)| format!("{figure} {}", text(*value)))
            .collect();
        let _ = writeln!(page, "- {name}: {}", figures.join(", "));
    }
    page + "\n"
}
