//! Draws the line that shows the state of the watched event.

use super::frame::Counts;
use crate::printable::one_line;

/// The fewest and the most columns of the bar that shows how many seats are taken.
const BAR: std::ops::RangeInclusive<usize> = 10..=30;
/// The long words are used if they leave this many columns for a short bar and a part of the title.
const BESIDE_LONG: usize = 24;
/// A title is left out if fewer columns than this are left for it.
const SHORTEST_TITLE: usize = 6;
const GAP: &str = "  ";

/// Draws the event's title, bar and counts in at most `width` columns. In a narrow terminal, words are short, and the title and
/// the bar are left out. `now_nanos` is the time in nanoseconds since 1970.
pub(super) fn draw(title: &str, counts: Option<&Counts>, now_nanos: u64, width: usize) -> String {
    let title = one_line(title);
    let Some(counts) = counts else {
        return fit(&format!("{title}{GAP}no counts yet"), width);
    };
    let age = age(now_nanos.saturating_sub(counts.as_of_nanos) / 1_000_000_000);
    let mut facts = long(counts, &age);
    if width < columns(&facts) + BESIDE_LONG {
        facts = short(counts, &age);
    }
    let mut left = width.saturating_sub(columns(&facts));
    let mut parts = vec![facts];
    if left >= BAR.start() + GAP.len() {
        let beside_title = left.saturating_sub(columns(&title) + 2 * GAP.len());
        let columns = beside_title.clamp(*BAR.start(), *BAR.end());
        parts.insert(0, bar(counts, columns));
        left -= columns + GAP.len();
    }
    if left >= SHORTEST_TITLE + GAP.len() {
        parts.insert(0, fit(&title, left - GAP.len()));
    }
    fit(&parts.join(GAP), width)
}

/// Describes the counts and the status of the event, without the age of the counts.
pub(super) fn describe(counts: &Counts) -> String {
    format!(
        "{}/{} registered{GAP}{} remaining{GAP}{} waitlisted{GAP}{}",
        counts.registered,
        counts.capacity,
        counts.remaining,
        counts.waitlisted,
        one_line(&counts.status)
    )
}

fn long(counts: &Counts, age: &str) -> String {
    format!("{}{GAP}{age} old", describe(counts))
}

fn short(counts: &Counts, age: &str) -> String {
    format!(
        "{}/{} {} left {} wait {} {age}",
        counts.registered,
        counts.capacity,
        counts.remaining,
        counts.waitlisted,
        one_line(&counts.status)
    )
}

/// Draws a bar for the seats that are taken. The bar is full only if the event is full.
fn bar(counts: &Counts, columns: usize) -> String {
    let taken = u64::from(counts.registered) * columns as u64 / u64::from(counts.capacity.max(1));
    let taken = usize::try_from(taken).unwrap_or(columns).min(columns);
    "█".repeat(taken) + &"░".repeat(columns - taken)
}

fn age(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds / 60),
        3600..86_400 => format!("{} h", seconds / 3600),
        _ => format!("{} d", seconds / 86_400),
    }
}

fn columns(text: &str) -> usize {
    text.chars().map(columns_of).sum()
}

/// Returns the maximum number of columns in which a terminal shows a character: 2 if the character may be wide. If it is narrow
/// after all, the title ends too early, but the line never becomes too long.
fn columns_of(c: char) -> usize {
    match c {
        '\u{1100}'..='\u{115f}'
        | '\u{231a}'..='\u{23ff}'
        | '\u{25fd}'..='\u{27bf}'
        | '\u{2b1b}'.. => 2,
        _ => 1,
    }
}

/// Returns the text if it fits into `width` columns. Otherwise returns its beginning and an ellipsis.
fn fit(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let mut left = width.saturating_sub(1);
    let fits = |c: &char| {
        let enough = left >= columns_of(*c);
        left = left.saturating_sub(columns_of(*c));
        enough
    };
    let beginning: String = text.chars().take_while(fits).collect();
    let ellipsis = if width > 0 { "…" } else { "" };
    beginning.trim_end().to_owned() + ellipsis
}

#[cfg(test)]
mod tests {
    use super::super::frame::tests::counts;
    use super::*;

    const AT_10_S: u64 = 10_000_000_000;

    fn draw_at_10_s(counts: &Counts, width: usize) -> String {
        draw("Rust meetup", Some(counts), AT_10_S, width)
    }

    #[test]
    fn empty_partly_taken_full_and_a_waitlist() {
        assert_eq!(
            draw_at_10_s(&counts(0, 0, 10), 110),
            "Rust meetup  ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  0/100 registered  100 remaining  0 waitlisted  published  0 s old"
        );
        assert_eq!(
            draw_at_10_s(&counts(60, 0, 7), 110),
            "Rust meetup  ██████████████████░░░░░░░░░░░░  60/100 registered  40 remaining  0 waitlisted  published  3 s old"
        );
        assert_eq!(
            draw_at_10_s(&counts(100, 12, 7), 110),
            "Rust meetup  █████████████████████████████  100/100 registered  0 remaining  12 waitlisted  published  3 s old"
        );
    }

    #[test]
    fn the_last_seat_shows() {
        assert!(bar(&counts(99, 0, 0), 30).ends_with("█░"));
        let over = Counts {
            capacity: 0,
            ..counts(7, 0, 0)
        };
        assert_eq!(bar(&over, 4), "████");
    }

    #[test]
    fn a_narrow_terminal_has_short_words() {
        let counts = counts(60, 5, 7);
        assert_eq!(
            draw_at_10_s(&counts, 80),
            "Rust meetup  ██████████████████░░░░░░░░░░░░  60/100 40 left 5 wait published 3 s"
        );
        assert_eq!(
            draw_at_10_s(&counts, 56),
            "Rust m…  ██████░░░░  60/100 40 left 5 wait published 3 s"
        );
        assert_eq!(
            draw_at_10_s(&counts, 50),
            "██████░░░░  60/100 40 left 5 wait published 3 s"
        );
        assert_eq!(
            draw_at_10_s(&counts, 40),
            "60/100 40 left 5 wait published 3 s"
        );
        assert_eq!(draw_at_10_s(&counts, 20), "60/100 40 left 5 wa…");
    }

    #[test]
    fn no_width_is_exceeded() {
        let title = "集会 Frühlingstreffen \u{1b}[2J 🎉";
        for width in 0..200 {
            for counts in [None, Some(counts(100, 12_345, 0))] {
                let line = draw(title, counts.as_ref(), AT_10_S, width);
                assert!(columns(&line) <= width, "{width}: {line}");
                assert!(!line.contains('\u{1b}'));
            }
        }
    }

    #[test]
    fn a_title_stands_alone_until_there_are_counts() {
        assert_eq!(
            draw("Rust meetup", None, AT_10_S, 80),
            "Rust meetup  no counts yet"
        );
    }

    #[test]
    fn ages_have_one_unit() {
        let ages = [0, 59, 60, 3599, 3600, 86_399, 86_400 * 3].map(age);
        assert_eq!(
            ages,
            ["0 s", "59 s", "1 min", "59 min", "1 h", "23 h", "3 d"]
        );
    }
}
