//! Blocks: the parts of a mail's body that several mails share, such as facts, codes, tickets and quotations.
//!
//! Each block has two templates in `templates/blocks`, one for plain text and one for HTML. The template of a mail calls
//! `text::facts(…)` in its plain text, and `html::facts(…)` in its HTML.

/// Declares the types of the blocks that have the same fields in plain text and in HTML. The arguments are the paths of the
/// templates with which the blocks are rendered.
macro_rules! blocks {
    ($facts:tt, $changes:tt, $quote:tt, $code:tt, $action:tt) => {
        /// A list of lines with labels: the facts about an event, or one link.
        #[derive(askama::Template)]
        #[template(path = $facts)]
        pub(crate) struct Facts {
            facts: Vec<super::Fact>,
        }

        /// A list of changes of an event, one under the other.
        #[derive(askama::Template)]
        #[template(path = $changes)]
        pub(crate) struct Changes {
            changes: Vec<super::Change>,
        }

        /// A quotation and the name of its author.
        #[derive(askama::Template)]
        #[template(path = $quote)]
        pub(crate) struct Quote {
            quotation: super::Quotation,
        }

        /// A code that the recipient types.
        #[derive(askama::Template)]
        #[template(path = $code)]
        pub(crate) struct Code {
            code: String,
        }

        /// A link to the page on which the recipient does what the mail is about.
        #[derive(askama::Template)]
        #[template(path = $action)]
        pub(crate) struct Action<'a> {
            label: &'static str,
            url: &'a str,
        }

        /// Returns the block with the facts of an event.
        pub(crate) fn facts(event: &$crate::facts::EventFacts<'_>) -> Facts {
            Facts {
                facts: super::facts(event),
            }
        }

        /// Returns the block with a link and its label.
        pub(crate) fn link(label: &'static str, url: &str) -> Facts {
            Facts {
                facts: vec![super::link(label, url)],
            }
        }

        /// Returns the block with a link to the page on which the recipient does what the mail is about. `label` says what
        /// this is.
        pub(crate) fn action<'a>(label: &'static str, url: &'a str) -> Action<'a> {
            Action { label, url }
        }

        /// Returns the block that shows the changed values of an event, before and after the change.
        pub(crate) fn changes(
            event: &$crate::facts::EventFacts<'_>,
            previous: &$crate::facts::Previous<'_>,
        ) -> Changes {
            Changes {
                changes: super::changes(event, previous),
            }
        }

        /// Returns the block that quotes a text of the organizer; `None` if the text is blank.
        pub(crate) fn quote(event: &$crate::facts::EventFacts<'_>, text: &str) -> Option<Quote> {
            let quotation = super::quotation(event, text)?;
            Some(Quote { quotation })
        }

        /// Returns the block with a code that the recipient types.
        pub(crate) fn code(code: &str) -> Code {
            Code {
                code: $crate::clean::line(code),
            }
        }
    };
}

pub(crate) mod html;
pub(crate) mod text;

use crate::{
    clean,
    facts::{EventFacts, Period, Previous},
};

/// A line with a label, such as "Where: Town hall".
#[derive(Debug)]
pub(crate) struct Fact {
    label: &'static str,
    value: String,
    /// Whether the value is the URL of a web page.
    is_link: bool,
}

/// A value of an event before and after a change.
#[derive(Debug)]
pub(crate) struct Change {
    label: &'static str,
    from: String,
    to: String,
}

/// A text of the organizer, split into lines.
#[derive(Debug)]
pub(crate) struct Quotation {
    by: String,
    lines: Vec<String>,
}

/// Returns the title, the time, the venue, the organizer and the web page of an event, each as a line with a label.
fn facts(event: &EventFacts<'_>) -> Vec<Fact> {
    let mut facts: Vec<Fact> = [
        ("Event", clean::line(event.title)),
        ("When", event.period().in_words()),
        ("Where", clean::line(event.venue)),
        ("Organizer", clean::line(event.organizer.name)),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .map(|(label, value)| Fact {
        label,
        value,
        is_link: false,
    })
    .collect();
    facts.extend(event.url.map(|url| link("Page", url)));
    facts
}

fn link(label: &'static str, url: &str) -> Fact {
    Fact {
        label,
        value: url.to_owned(),
        is_link: true,
    }
}

/// Returns the values of an event that have changed, each with its value before and after the change.
pub(crate) fn changes(event: &EventFacts<'_>, previous: &Previous<'_>) -> Vec<Change> {
    let time = |period: &Period| period.in_words();
    let texts = [
        (
            "Title",
            previous.title.map(clean::line),
            clean::line(event.title),
        ),
        (
            "Time",
            previous.period.as_ref().map(time),
            time(&event.period()),
        ),
        (
            "Venue",
            previous.venue.map(clean::line),
            clean::line(event.venue),
        ),
    ];
    texts
        .into_iter()
        .filter_map(|(label, from, to)| {
            from.filter(|from| *from != to)
                .map(|from| Change { label, from, to })
        })
        .collect()
}

/// Returns the text of the organizer as a quotation; `None` if the text is blank.
fn quotation(event: &EventFacts<'_>, text: &str) -> Option<Quotation> {
    let lines = clean::lines(text);
    (!lines.is_empty()).then(|| Quotation {
        by: match clean::line(event.organizer.name).as_str() {
            "" => "The organizer".to_owned(),
            name => format!("{name}, organizer"),
        },
        lines,
    })
}
