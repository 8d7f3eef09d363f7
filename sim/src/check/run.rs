//! Explores one configuration of the model completely, or until a property fails.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressStyle};
use stateright::{Checker, HasDiscoveries, Model};

use super::{
    setting::{Checked, Setting},
    trace,
};

/// A run shows its progress after this time. The constant below is the time between two polls of the checker.
const SILENT: Duration = Duration::from_secs(5);
const TICK: Duration = Duration::from_millis(20);

/// The result of a run.
#[derive(Debug)]
pub(crate) enum CheckVerdict {
    /// Every property is true in every state.
    Holds {
        name: &'static str,
        states: usize,
        transitions: usize,
        depth: usize,
        took: Duration,
    },
    /// A property fails. The trace is a shortest sequence of steps to a state in which the property fails.
    Violated {
        property: &'static str,
        trace: Vec<String>,
    },
}

impl CheckVerdict {
    /// Returns how many states and transitions were explored; zeros if a property failed.
    pub(crate) fn counts(&self) -> (usize, usize) {
        match self {
            Self::Holds {
                states,
                transitions,
                ..
            } => (*states, *transitions),
            Self::Violated { .. } => (0, 0),
        }
    }
}

impl fmt::Display for CheckVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Holds {
                name,
                states,
                transitions,
                depth,
                took,
            } => {
                let seconds = took.as_secs_f64();
                write!(
                    f,
                    "{name:<26} {states:>12} {transitions:>12} {depth:>6} {seconds:>9.1}"
                )
            }
            Self::Violated { property, trace } => {
                writeln!(f, "Violated: {property}")?;
                for (step, line) in (0..).zip(trace) {
                    writeln!(f, "{step:>3}  {line}")?;
                }
                Ok(())
            }
        }
    }
}

/// Explores all states of the model with this [`Setting`], or stops at the first violation.
pub(crate) fn run(setting: &Arc<Setting>, threads: usize) -> CheckVerdict {
    let begun = Instant::now();
    let checker = Checked(Arc::clone(setting))
        .checker()
        .threads(threads)
        .finish_when(HasDiscoveries::AnyFailures)
        .spawn_bfs();
    let bar = ProgressBar::no_length();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix}: {msg}, {elapsed}") {
        bar.set_style(style);
    }
    bar.set_prefix(setting.instance.name);
    let mut lines = 1;
    while !checker.is_done() {
        std::thread::sleep(TICK);
        if begun.elapsed() > SILENT {
            let states = checker.unique_state_count();
            bar.set_message(format!("{states} states"));
            bar.tick();
            if bar.is_hidden() && begun.elapsed() > SILENT * lines {
                eprintln!("{}: {states} states …", setting.instance.name);
                lines *= 2;
            }
        }
    }
    bar.finish_and_clear();
    let checker = checker.join();
    // With several threads, the first violation may not have the shortest trace. So a run that finds a violation is repeated
    // with one thread.
    if checker.discoveries().is_empty() {
        return CheckVerdict::Holds {
            name: setting.instance.name,
            states: checker.unique_state_count(),
            transitions: checker.state_count(),
            depth: checker.max_depth(),
            took: begun.elapsed(),
        };
    }
    if threads > 1 {
        return run(setting, 1);
    }
    let shortest = checker
        .discoveries()
        .into_iter()
        .min_by_key(|(_, path)| path.clone().into_vec().len());
    match shortest {
        Some((property, path)) => CheckVerdict::Violated {
            property,
            trace: trace::tell(setting, path),
        },
        None => CheckVerdict::Violated {
            property: "an unnamed property",
            trace: Vec::new(),
        },
    }
}
