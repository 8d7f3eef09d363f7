//! Shows the user the progress of a command: a spinner on a terminal, otherwise one line per step.

use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use anyhow::Result;
use indicatif::{ProgressBar, ProgressStyle};

/// The numbered steps of one command.
#[derive(Debug)]
pub(crate) struct Steps {
    total: usize,
    done: usize,
}

impl Steps {
    /// Creates a counter for `total` steps.
    pub(crate) fn new(total: usize) -> Self {
        Self { total, done: 0 }
    }

    /// Runs one step, and shows a spinner until the step ends.
    pub(crate) fn step<T>(&mut self, title: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let label = self.next(title);
        let spinner = std::io::stderr().is_terminal().then(|| spinner(&label));
        let began = Instant::now();
        let result = work();
        if let Some(spinner) = spinner {
            spinner.finish_and_clear();
        }
        report(&label, began, result.is_ok());
        result
    }

    /// Runs a step that writes directly to the terminal, as cargo does.
    pub(crate) fn noisy_step<T>(
        &mut self,
        title: &str,
        work: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        let label = self.next(title);
        if std::io::stderr().is_terminal() {
            eprintln!("{label} …");
        }
        let began = Instant::now();
        let result = work();
        report(&label, began, result.is_ok());
        result
    }

    fn next(&mut self, title: &str) -> String {
        self.done += 1;
        format!("[{}/{}] {title}", self.done, self.total)
    }
}

fn report(label: &str, began: Instant, ok: bool) {
    let seconds = began.elapsed().as_secs_f32();
    let failed = if ok { "" } else { " failed" };
    eprintln!("{label}{failed} ({seconds:.1} s)");
}

fn spinner(label: &str) -> ProgressBar {
    let style = ProgressStyle::with_template("{spinner} {msg} ({elapsed})");
    let spinner = ProgressBar::new_spinner().with_message(label.to_owned());
    spinner.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
    spinner.enable_steady_tick(Duration::from_millis(100));
    spinner
}

/// Returns a progress bar for work of `length` steps. Nothing is drawn if the output is not a terminal.
pub(crate) fn bar(length: u64, what: &str) -> ProgressBar {
    let style =
        ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} ({per_sec}, {eta} left)");
    let bar = ProgressBar::new(length).with_message(what.to_owned());
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}
