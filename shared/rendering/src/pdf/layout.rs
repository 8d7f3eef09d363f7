//! Computes the positions of all items on a ticket's page, in points from the upper left corner of the page.

use super::TicketDocument;
use crate::{
    local_time,
    text::{
        face::{Faces, Weight},
        printable::printable,
        wrap::{Column, fit},
    },
};

/// The width of an A4 page, in points.
pub(super) const PAGE_WIDTH: f32 = 595.28;
/// The height of an A4 page, in points.
pub(super) const PAGE_HEIGHT: f32 = 841.89;
/// The margin of the page, in points. It is 1.8 cm, which is more than any printer needs.
const MARGIN: f32 = 51.0;
const WIDTH: f32 = PAGE_WIDTH - 2.0 * MARGIN;
/// The length of each side of the QR code, in points. It is 7 cm, without the quiet zone, which is the white paper around the
/// code.
const QR_SIDE: f32 = 198.4;
/// The gap to the right of the QR code, in points. It is wider than the quiet zone of the smallest QR code, which has 21
/// modules.
const QR_GAP: f32 = 38.0;

/// The line height divided by the font size. It leaves room for the accents on capital letters of Noto Sans.
const LINE_HEIGHT: f32 = 1.3;
/// The ascent of Noto Sans divided by the font size.
const ASCENT: f32 = 1.05;

/// The role that a text has in the structure of the page, for screen readers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Heading,
    Paragraph,
}

/// One text of the page, broken into lines.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) role: Role,
    pub(super) weight: Weight,
    pub(super) size: f32,
    pub(super) x: f32,
    pub(super) top: f32,
    pub(super) lines: Vec<String>,
}

impl Block {
    pub(super) fn baseline(&self, line: u8) -> f32 {
        self.top + self.size * (ASCENT + LINE_HEIGHT * f32::from(line))
    }

    fn bottom(&self) -> f32 {
        self.lines
            .iter()
            .fold(self.top, |y, _| y + self.size * LINE_HEIGHT)
    }
}

/// An item that is drawn on the page: a text, a horizontal line or the QR code. The items of a page are in the order in which
/// people read them.
#[derive(Debug)]
pub(super) enum Item {
    Text(Block),
    /// A horizontal line on the page.
    Rule {
        x: f32,
        y: f32,
        width: f32,
    },
    /// The QR code of the ticket, which is drawn as a square.
    Qr {
        x: f32,
        y: f32,
        side: f32,
    },
}

/// The style of a text of the page: its role for screen readers, its font weight, and its column.
struct Style {
    role: Role,
    weight: Weight,
    column: Column,
}

const fn style(weight: Weight, sizes: &'static [f32], max_lines: usize) -> Style {
    Style {
        role: Role::Paragraph,
        weight,
        column: Column {
            width: WIDTH,
            sizes,
            max_lines,
        },
    }
}

// The styles allow enough lines for the longest text in Latin script that the API accepts. Even at the largest font sizes, all
// lines together fit on the page.
const KIND: Style = style(Weight::Regular, &[12.0], 1);
const TITLE: Style = Style {
    role: Role::Heading,
    ..style(Weight::Bold, &[28.0, 24.0, 20.0], 3)
};
const LABEL: Style = style(Weight::Regular, &[9.5], 1);
const WHEN: Style = style(Weight::Bold, &[15.0, 13.0, 11.0], 2);
const VENUE: Style = style(Weight::Regular, &[15.0, 13.0, 11.0, 10.0], 5);
const HOLDER: Style = style(Weight::Bold, &[18.0, 15.0, 13.0, 11.0], 3);
const ORGANIZER: Style = style(Weight::Regular, &[14.0, 12.0, 11.0], 3);
const CODE: Style = style(Weight::Bold, &[28.0, 26.0, 24.0, 22.0, 20.0, 18.0, 12.0], 1);
const DOOR: Style = style(Weight::Regular, &[13.0], 6);

const AT_THE_DOOR: &str = "Show this QR code, printed or on a screen. If it cannot be scanned, say the \
                           code above. It admits one person, once.";

/// Computes the positions of all items on the page. The result depends only on the ticket and the fonts.
pub(super) fn lay_out(ticket: &TicketDocument<'_>, faces: &Faces) -> Vec<Item> {
    let when = local_time::period(ticket.starts_at, ticket.ends_at, &ticket.time_zone);
    let mut flow = Flow {
        faces,
        items: Vec::new(),
        x: MARGIN,
        y: MARGIN,
        width: WIDTH,
    };

    flow.text("Ticket", &KIND);
    flow.text(ticket.event_title, &TITLE);
    flow.rule();
    flow.field("When", &when, &WHEN);
    flow.field("Where", ticket.venue, &VENUE);
    flow.field("Holder", ticket.holder_name, &HOLDER);
    flow.field("Organizer", ticket.organizer_name, &ORGANIZER);
    flow.rule();

    let (x, y) = (flow.x, flow.y);
    flow.items.push(Item::Qr {
        x,
        y,
        side: QR_SIDE,
    });
    flow.x += QR_SIDE + QR_GAP;
    flow.width -= QR_SIDE + QR_GAP;
    flow.field("Ticket code", &in_groups_of_four(ticket.code), &CODE);
    flow.y += 10.0;
    flow.field("At the door", AT_THE_DOOR, &DOOR);
    flow.items
}

/// A column of the page that is filled with items from top to bottom.
struct Flow<'a> {
    faces: &'a Faces,
    items: Vec<Item>,
    x: f32,
    y: f32,
    width: f32,
}

impl Flow<'_> {
    fn field(&mut self, label: &str, text: &str, style: &Style) {
        self.text(label, &LABEL);
        self.text(text, style);
        self.y += 12.0;
    }

    fn text(&mut self, text: &str, style: &Style) {
        let face = self.faces.of(style.weight);
        let column = Column {
            width: self.width,
            ..style.column
        };
        let (size, lines) = fit(face, &printable(text, |c| face.has(c)), column);
        let block = Block {
            role: style.role,
            weight: style.weight,
            size,
            x: self.x,
            top: self.y,
            lines,
        };
        self.y = block.bottom();
        self.items.push(Item::Text(block));
    }

    fn rule(&mut self) {
        self.y += 10.0;
        self.items.push(Item::Rule {
            x: self.x,
            y: self.y,
            width: self.width,
        });
        self.y += 16.0;
    }
}

/// Returns `7K3M-9QXT-2BVD` for `7K3M9QXT2BVD` and for `7k3m-9qxt-2bvd`.
fn in_groups_of_four(code: &str) -> String {
    let mut grouped = String::new();
    let symbols = code.chars().filter(|c| c.is_alphanumeric());
    for (index, symbol) in symbols.enumerate() {
        if index > 0 && index % 4 == 0 {
            grouped.push('-');
        }
        grouped.push(symbol.to_ascii_uppercase());
    }
    grouped
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use proptest::prelude::*;

    use super::*;

    fn ticket() -> TicketDocument<'static> {
        TicketDocument {
            event_title: "Rust in Berlin",
            venue: "Zuse-Institut, Takustraße 7, Berlin",
            starts_at: "2027-05-01T18:00:00Z".parse().unwrap(),
            ends_at: "2027-05-01T20:00:00Z".parse().unwrap(),
            time_zone: TimeZone::get("Europe/Berlin").unwrap(),
            organizer_name: "Grace Hopper",
            holder_name: "Łukasz Ñandú 李",
            code: "7K3M9QXT2BVD",
        }
    }

    fn assert_on_the_page(ticket: &TicketDocument<'_>) {
        let faces = Faces::load().unwrap();
        for item in lay_out(ticket, faces) {
            let (right, bottom) = match &item {
                Item::Text(block) => {
                    let face = faces.of(block.weight);
                    let width = block
                        .lines
                        .iter()
                        .map(|line| face.width(line, block.size))
                        .fold(0.0, f32::max);
                    (block.x + width, block.bottom())
                }
                Item::Rule { x, y, width } => (x + width, *y),
                Item::Qr { x, y, side } => (x + side, y + side),
            };
            assert!(right <= PAGE_WIDTH - MARGIN + 0.01, "{item:?}");
            assert!(bottom <= PAGE_HEIGHT - MARGIN + 0.01, "{item:?}");
        }
    }

    #[test]
    fn the_page_reads_from_top_to_bottom() {
        let faces = Faces::load().unwrap();
        let texts: Vec<String> = lay_out(&ticket(), faces)
            .into_iter()
            .map(|item| match item {
                Item::Text(block) => block.lines.join(" / "),
                Item::Rule { .. } => "---".to_owned(),
                Item::Qr { .. } => "[QR]".to_owned(),
            })
            .collect();
        insta::assert_snapshot!(texts.join("\n"), @r"
        Ticket
        Rust in Berlin
        ---
        When
        Sat 1 May 2027, 20:00–22:00, Europe/Berlin (UTC+02:00)
        Where
        Zuse-Institut, Takustraße 7, Berlin
        Holder
        Łukasz Ñandú Li
        Organizer
        Grace Hopper
        ---
        [QR]
        Ticket code
        7K3M-9QXT-2BVD
        At the door
        Show this QR code, printed or on a / screen. If it cannot be scanned, say the / code above. It admits one person, once.
        ");
    }

    #[test]
    fn codes_are_shown_in_groups() {
        assert_eq!(in_groups_of_four("7k3m-9qxt-2bvd"), "7K3M-9QXT-2BVD");
        assert_eq!(in_groups_of_four("7K3M 9QXT 2BVD"), "7K3M-9QXT-2BVD");
        assert_eq!(in_groups_of_four(""), "");
    }

    /// Generates texts of at most `max` characters, with narrow and wide characters of several scripts.
    fn long_text(max: usize) -> impl Strategy<Value = String> {
        let filling = prop::sample::select(vec!["W", "Wide ", "李", "🎉", "i", "Ñandú", "a b "]);
        (filling, 0..=max)
            .prop_map(|(filling, length)| filling.chars().cycle().take(length).collect())
    }

    #[test]
    fn a_name_and_a_venue_of_the_greatest_length_are_whole() {
        let faces = Faces::load().unwrap();
        let (venue, name) = ("W".repeat(255), "W".repeat(100));
        let ticket = TicketDocument {
            venue: &venue,
            holder_name: &name,
            organizer_name: &name,
            ..ticket()
        };
        for item in lay_out(&ticket, faces) {
            if let Item::Text(block) = item {
                assert!(!block.lines.concat().contains('…'), "{block:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn long_texts_stay_on_the_page(
            title in long_text(200), venue in long_text(255), holder in long_text(100),
            organizer in long_text(100), nights in 0..2,
        ) {
            assert_on_the_page(&TicketDocument {
                event_title: &title,
                venue: &venue,
                holder_name: &holder,
                organizer_name: &organizer,
                ends_at: ticket().ends_at + jiff::SignedDuration::from_hours(24 * i64::from(nights)),
                ..ticket()
            });
        }

        #[test]
        fn any_texts_stay_on_the_page(title in "\\PC{0,200}", code in "\\PC{0,40}") {
            assert_on_the_page(&TicketDocument {
                event_title: &title,
                venue: &title,
                code: &code,
                ..ticket()
            });
        }
    }
}
