//! The known state of the watched event, and the choice of the frames that are shown in a line of their own.

use std::collections::VecDeque;

use super::frame::{Counts, Frame};
use super::line::{describe, draw};
use crate::printable::one_line;

/// Number of frames that are remembered, in order not to show a frame twice if the server sends it twice.
const REMEMBERED: usize = 100;

/// The title and the counts of the watched event, as the screen shows them, and the frames that were shown.
#[derive(Debug)]
pub(super) struct Board {
    pub(super) title: String,
    counts: Option<Counts>,
    shown: VecDeque<Frame>,
}

/// A line about one frame.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// The server's time in the frame, or the time of receipt if the frame has no time. In milliseconds since 1970.
    pub(super) at_millis: u64,
    /// Type of the frame.
    pub(super) kind: &'static str,
    pub(super) text: String,
}

impl Entry {
    /// Whether the line is about something that happened once, such as an announcement. Counts are not news, because they are
    /// also shown in the event's own line.
    pub(super) fn is_news(&self) -> bool {
        !matches!(self.kind, "snapshot" | "count")
    }
}

impl Board {
    /// Creates a board that does not have counts yet.
    pub(super) fn new(title: String) -> Self {
        Self {
            title,
            counts: None,
            shown: VecDeque::new(),
        }
    }

    /// Processes a frame. Returns the line that shows it, or `None` if the frame has nothing new.
    pub(super) fn take(&mut self, frame: &Frame, now_millis: u64) -> Option<Entry> {
        let (at_millis, kind, text) = match frame {
            Frame::Snapshot { topic, counts } => {
                self.show(counts)?;
                let topic = topic.as_deref().map_or_else(String::new, |topic| {
                    format!("  (topic {})", one_line(topic))
                });
                (
                    millis(counts.as_of_nanos),
                    "snapshot",
                    describe(counts) + &topic,
                )
            }
            Frame::Count { counts } => {
                self.show(counts)?;
                (millis(counts.as_of_nanos), "count", describe(counts))
            }
            Frame::Announcement {
                message,
                created_nanos,
                ..
            } => {
                self.is_first(frame)?;
                (millis(*created_nanos), "announcement", one_line(message))
            }
            // This frame has neither a time nor an id, so a repeated frame cannot be told from a second change of the same
            // kind. Each one is shown, because a repeated line is better than a missing line. The frame's status is not stored
            // here: the next count is never older than the one before, and has the new status.
            Frame::Event { status, changed } => (now_millis, "event", change(status, changed)),
            Frame::CheckIn {
                at_nanos,
                result,
                code,
                gate,
                reason,
            } => {
                self.is_first(frame)?;
                let text = check_in(result, [code, gate, reason]);
                (millis(*at_nanos), "check-in", text)
            }
            Frame::Conflict { code, kinds } => (now_millis, "conflict", conflict(code, kinds)),
            Frame::Error { .. } | Frame::Pong | Frame::Unknown => return None,
        };
        Some(Entry {
            at_millis,
            kind,
            text,
        })
    }

    /// Returns the line of the event.
    pub(super) fn line(&self, now_millis: u64, width: usize) -> String {
        let now_nanos = now_millis.saturating_mul(1_000_000);
        draw(&self.title, self.counts.as_ref(), now_nanos, width)
    }

    /// Stores the counts, unless newer counts are shown already. Returns `None` in that case.
    fn show(&mut self, counts: &Counts) -> Option<()> {
        let shown = self.counts.as_ref().map_or(0, |shown| shown.as_of_nanos);
        (counts.as_of_nanos >= shown).then(|| self.counts = Some(counts.clone()))
    }

    /// Remembers the frame. Returns `None` if the frame was shown before.
    fn is_first(&mut self, frame: &Frame) -> Option<()> {
        if self.shown.contains(frame) {
            return None;
        }
        self.shown.truncate(REMEMBERED - 1);
        self.shown.push_front(frame.clone());
        Some(())
    }
}

fn millis(nanos: u64) -> u64 {
    nanos / 1_000_000
}

fn change(status: &str, changed: &[String]) -> String {
    if changed.is_empty() {
        return one_line(status);
    }
    one_line(&format!("{status}; changed: {}", changed.join(", ")))
}

/// Describes a ticket, and the reasons why its admission is in conflict.
fn conflict(code: &str, kinds: &[String]) -> String {
    if kinds.is_empty() {
        return one_line(&format!("{code}: over"));
    }
    one_line(&format!("{code}: {}", kinds.join(", ")))
}

/// Describes an attempt to check in: its result, and the ticket's code, the gate and the reason if they are known.
fn check_in(result: &str, details: [&Option<String>; 3]) -> String {
    let labels = ["", "gate ", "because: "];
    let details = labels.iter().zip(details);
    let details =
        details.filter_map(|(label, detail)| Some(format!("  {label}{}", detail.as_ref()?)));
    one_line(&(result.to_owned() + &details.collect::<String>()))
}

#[cfg(test)]
mod tests {
    use super::super::frame::tests::counts;
    use super::*;

    fn board() -> Board {
        Board::new("Rust meetup".to_owned())
    }

    fn count(registered: u32, seconds: u64) -> Frame {
        let counts = counts(registered, 0, seconds);
        Frame::Count { counts }
    }

    #[test]
    fn what_is_older_than_what_is_shown_is_ignored() {
        let mut board = board();
        let entry = board.take(&count(60, 10), 0).unwrap();
        assert!(!entry.is_news());
        assert_eq!(entry.at_millis, 10_000);
        assert_eq!(
            entry.text,
            "60/100 registered  40 remaining  0 waitlisted  published"
        );
        assert_eq!(board.take(&count(59, 9), 0), None);
        assert!(board.line(10_000, 100).contains("60/100"));
        let counts = counts(61, 0, 9);
        let late = Frame::Snapshot {
            topic: None,
            counts,
        };
        assert_eq!(board.take(&late, 0), None);
        assert!(board.take(&count(61, 11), 0).is_some());
        assert!(board.line(12_000, 100).contains("61/100"));
    }

    #[test]
    fn an_announcement_and_a_check_in_are_told_once() {
        let mut board = board();
        let announcement = |id: &str| Frame::Announcement {
            id: id.to_owned(),
            message: "Doors\nat 7".to_owned(),
            created_nanos: 1_500_000_000,
        };
        let entry = board.take(&announcement("ann_1"), 0).unwrap();
        assert!(entry.is_news());
        assert_eq!((entry.at_millis, entry.text.as_str()), (1500, "Doors at 7"));
        let check_in = Frame::CheckIn {
            at_nanos: 2_000_000_000,
            result: "void".to_owned(),
            code: None,
            gate: Some("North".to_owned()),
            reason: Some("cancelled".to_owned()),
        };
        let entry = board.take(&check_in, 0).unwrap();
        assert_eq!(entry.text, "void  gate North  because: cancelled");
        assert_eq!(board.take(&announcement("ann_1"), 0), None);
        assert_eq!(board.take(&check_in, 0), None);
        for number in 2..200 {
            let id = format!("ann_{number}");
            assert!(board.take(&announcement(&id), 0).is_some());
        }
        assert_eq!(board.shown.len(), REMEMBERED);
    }

    #[test]
    fn a_change_of_the_event_is_news_of_now() {
        let changed = vec!["title".to_owned(), "venue".to_owned()];
        let status = "published".to_owned();
        let entry = board().take(&Frame::Event { status, changed }, 7).unwrap();
        assert_eq!(
            (entry.at_millis, entry.text.as_str()),
            (7, "published; changed: title, venue")
        );
    }

    #[test]
    fn a_cancelled_event_is_still_shown() {
        let mut board = board();
        let counts = Counts {
            status: "cancelled".to_owned(),
            ..counts(60, 0, 10)
        };
        board.take(&Frame::Count { counts }, 0);
        assert!(board.line(11_000, 120).contains("cancelled"));
        assert_eq!(board.take(&Frame::Pong, 0), None);
        assert_eq!(board.take(&Frame::Unknown, 0), None);
    }
}
