//! Renders `docs/performance-one-machine.md`. The text, and the figures of a stack for comparison, are in
//! `xtask/templates/server.md`.

use anyhow::Result;
use askama::Template;

use super::super::page::filters;
use super::report::{Load, Memory, Report};

/// The values that the page's template `xtask/templates/server.md` needs.
#[derive(Template)]
#[template(path = "server.md")]
struct Page<'a> {
    report: &'a Report,
}

/// Returns the page `docs/performance-one-machine.md` with the results of a run.
///
/// # Errors
/// The template cannot be rendered.
pub(super) fn page(report: &Report) -> Result<String> {
    Ok(Page { report }.render()? + "\n")
}

impl Page<'_> {
    /// Among the loads called `name`, returns the load that used the most connections.
    fn of(&self, name: &str) -> Load {
        let mut loads = self.report.loads.iter();
        loads
            .rfind(|load| load.name == name)
            .cloned()
            .unwrap_or_default()
    }

    /// Returns the peak memory of the server during sign-ups and loads, in MiB.
    fn most_resident(&self) -> f64 {
        let Report {
            loaded, signing_up, ..
        } = self.report;
        loaded.most_resident.max(signing_up.most_resident)
    }

    fn memories(&self) -> [(&'static str, Memory); 5] {
        let (report, live) = (self.report, &self.report.live);
        [
            ("at rest", report.at_rest),
            ("after sign-ups", report.signing_up),
            ("after all loads", report.loaded),
            ("viewers connected", live.idle),
            ("after viewers", live.after),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_the_figures() {
        let load = |connections, per_second| Load {
            name: "check-ins",
            connections,
            per_second,
            ..Load::default()
        };
        let report = Report {
            loads: vec![load(1, 100.0), load(32, 812.3)],
            start_ms: 15.0,
            ..Report::default()
        };
        let page = page(&report).unwrap();
        for line in [
            "| --- | ---: | ---: |\n| registrations accepted a second | 0 | 73–87 |",
            "| check-ins a second | 812.3 | 166–228 |",
            "| from start to the first answer, s | 0.015 | 31–69 |",
            "| check-ins | 1 | 100 | 0 | 0 | 0 | 0 |\n| check-ins | 32 | 812.3 | 0 | 0 | 0 | 0 |",
        ] {
            assert!(page.contains(line), "{line}\n{page}");
        }
        assert!(!page.contains("\n\n\n"), "{page}");
    }
}
