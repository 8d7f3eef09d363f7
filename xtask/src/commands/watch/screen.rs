//! The output of `cargo xtask watch`: on a terminal one line that is redrawn, otherwise one line for each frame.

use std::io::{IsTerminal as _, Stderr, Stdout, Write, stdout};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rustix::termios::tcgetwinsize;

use super::board::{Board, Entry};
use super::end::End;
use crate::clock::{clock_time, now_millis, rfc3339};

/// The width, in columns, that is used if the terminal does not report its width.
const USUAL_WIDTH: usize = 80;

/// The form in which the output is written.
pub(super) enum Screen<'a> {
    /// A terminal: one line that is redrawn, with news above it.
    Line(ProgressBar),
    /// Not a terminal: one line for each frame. Each line is written immediately.
    Plain {
        frames: &'a mut dyn Write,
        /// Receives messages about the connection.
        notices: &'a mut dyn Write,
    },
}

impl<'a> Screen<'a> {
    /// Returns a screen on the terminal. If `frames` is not a terminal, returns a screen that writes to `frames` and `notices`.
    pub(super) fn new(frames: &'a mut Stdout, notices: &'a mut Stderr) -> Self {
        if !frames.is_terminal() {
            return Self::Plain { frames, notices };
        }
        let style = ProgressStyle::with_template("{wide_msg}");
        let line = ProgressBar::with_draw_target(None, ProgressDrawTarget::stdout());
        line.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        Self::Line(line)
    }

    /// Draws the event's line anew, because at least the age of the counts has changed.
    pub(super) fn draw(&self, board: &Board) {
        if let Self::Line(line) = self {
            // A terminal may start a new line when its last column is written, so the last column stays empty.
            let width = tcgetwinsize(stdout()).map_or(0, |size| usize::from(size.ws_col));
            let width = if width == 0 { USUAL_WIDTH } else { width };
            line.set_message(board.line(now_millis(), width - 1));
        }
    }

    /// Shows the line about one frame.
    ///
    /// # Errors
    /// The reader has left, or the output cannot be written.
    pub(super) fn tell(&mut self, entry: &Entry) -> Result<(), End> {
        let Entry {
            at_millis,
            kind,
            text,
        } = entry;
        match self {
            Self::Line(line) if entry.is_news() => {
                line.println(format!("{} {kind:<12} {text}", clock_time(*at_millis)));
                Ok(())
            }
            Self::Line(_) => Ok(()),
            Self::Plain { frames, .. } => {
                let at = rfc3339(at_millis / 1000);
                writeln!(frames, "{at} {kind:<12} {text}")
                    .and_then(|()| frames.flush())
                    .map_err(End::of_output)
            }
        }
    }

    /// Shows a message about the connection, such as a lost connection.
    pub(super) fn notice(&mut self, text: &str) {
        let text = format!("{} {text}", clock_time(now_millis()));
        match self {
            Self::Line(line) => line.println(text),
            // An error is ignored: a user who closed standard error does not want these messages.
            Self::Plain { notices, .. } => drop(writeln!(notices, "{text}")),
        }
    }

    /// Removes the event's line from the terminal.
    pub(super) fn clear(&self) {
        if let Self::Line(line) = self {
            line.finish_and_clear();
        }
    }
}
