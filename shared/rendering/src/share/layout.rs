//! Computes the positions of all shapes, in pixels from the upper left corner of the picture.

use unicode_normalization::UnicodeNormalization as _;

use super::{HEIGHT, ShareCard, WIDTH, colours::Layer};
use crate::text::{
    face::{Face, Faces, Weight},
    printable::{is_invisible, is_pictogram, printable},
    wrap::{Column, fit, fit_whole},
};

/// The margin of the picture. Some networks crop a few pixels of each edge.
pub(super) const MARGIN: f32 = 80.0;
/// The width of the band at the lower edge.
const BAND: f32 = 18.0;
const TEXT_WIDTH: f32 = 1200.0 - 2.0 * MARGIN;
/// The line height divided by the font size. It leaves room for the accents on capital letters of Noto Sans.
const LINE_HEIGHT: f32 = 1.24;
/// The ascent of Noto Sans divided by the font size, in a line of this height.
const ASCENT: f32 = 0.98;
/// The side of the square with the mark.
const MARK: f32 = 60.0;
const NAME_SIZE: f32 = 32.0;

/// A shape of the picture.
#[derive(Debug)]
pub(super) struct Shape {
    pub(super) layer: Layer,
    pub(super) form: Form,
}

/// The form and the position of a shape.
#[derive(Debug)]
pub(super) enum Form {
    /// A line of text.
    Line {
        text: String,
        weight: Weight,
        size: f32,
        x: f32,
        baseline: f32,
    },
    /// A rectangle, perhaps with round corners.
    Box {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        radius: f32,
    },
    Circle {
        x: f32,
        y: f32,
        radius: f32,
    },
}

const fn column(sizes: &'static [f32], max_lines: usize) -> Column {
    Column {
        width: TEXT_WIDTH,
        sizes,
        max_lines,
    }
}

/// The columns for a text. The first column into which the whole text fits is used. If no column is large enough, the last one
/// has an ellipsis at its end.
type Columns = &'static [Column];

// The highest title and the highest facts together fit between the mark and the lower margin.
const TITLE: Columns = &[
    column(&[88.0, 80.0, 72.0], 2),
    column(&[60.0, 54.0], 3),
    column(&[44.0], 4),
];
const WHEN: Columns = &[column(&[36.0, 33.0, 30.0, 27.0], 1), column(&[25.0], 2)];
const ZONE: Columns = &[column(&[25.0], 1)];
const VENUE: Columns = &[column(&[34.0], 1), column(&[30.0, 26.0, 23.0], 2)];

/// Computes the positions of all shapes, in the order in which they are drawn. The result depends only on the texts and the
/// fonts.
pub(super) fn lay_out(card: &ShareCard<'_>, faces: &Faces) -> Vec<Shape> {
    let (width, height) = (f32::from(WIDTH), f32::from(HEIGHT));
    let mut shapes = vec![Shape {
        layer: Layer::Accent,
        form: Form::Box {
            x: 0.0,
            y: height - BAND,
            width,
            height: BAND,
            radius: 0.0,
        },
    }];
    header(&mut shapes, card, faces);

    // The facts are at the lower margin, and the title is right above them.
    let bold = faces.of(Weight::Bold);
    let regular = faces.of(Weight::Regular);
    let mut up = Upwards {
        shapes,
        bottom: height - BAND - 52.0,
    };
    if let Some(venue) = legible(card.venue, regular) {
        up.block(fitted(regular, &venue, VENUE), Weight::Regular, Layer::Ink);
        up.bottom -= 14.0;
    }
    if let Some(zone) = legible(card.zone, regular) {
        up.block(fitted(regular, &zone, ZONE), Weight::Regular, Layer::Muted);
    }
    let title = legible(card.title, bold);
    if let Some(when) = legible(card.when, bold) {
        // Without a title, the time is the headline.
        let columns = if title.is_some() { WHEN } else { TITLE };
        up.block(fitted(bold, &when, columns), Weight::Bold, Layer::Accent);
    }
    up.bottom -= 26.0;
    if let Some(title) = title {
        up.block(fitted(bold, &title, TITLE), Weight::Bold, Layer::Ink);
    }
    up.shapes
}

/// Returns the font size and the lines of a text in the first column that is large enough.
fn fitted(face: &Face, text: &str, columns: Columns) -> (f32, Vec<String>) {
    let whole = columns
        .iter()
        .find_map(|column| fit_whole(face, text, *column));
    let shortened = || columns.last().map(|column| fit(face, text, *column));
    whole.or_else(shortened).unwrap_or_default()
}

/// Adds the mark and the name of the site, and the word for a cancelled event.
fn header(shapes: &mut Vec<Shape>, card: &ShareCard<'_>, faces: &Faces) {
    let top = 54.0;
    let middle = top + MARK / 2.0;
    // The mark is drawn like `web/static/assets/icons/icon.svg`, whose side has 32 units.
    let unit = MARK / 32.0;
    let at = |units: f32| MARGIN + units * unit;
    let circle = |layer, x, radius| Shape {
        layer,
        form: Form::Circle {
            x: at(x),
            y: middle,
            radius: radius * unit,
        },
    };
    let bar = |layer, x: f32, y: f32, width: f32, height: f32, radius: f32| Shape {
        layer,
        form: Form::Box {
            x,
            y,
            width,
            height,
            radius,
        },
    };
    shapes.push(bar(Layer::Accent, MARGIN, top, MARK, MARK, 8.0 * unit));
    let line = 2.5 * unit;
    let (from, length) = (at(9.0), 14.0 * unit);
    shapes.push(bar(
        Layer::OnAccent,
        from,
        middle - line / 2.0,
        length,
        line,
        0.0,
    ));
    shapes.push(circle(Layer::OnAccent, 9.0, 4.5));
    shapes.push(circle(Layer::OnAccent, 23.0, 4.75));
    shapes.push(circle(Layer::AccentAgain, 23.0, 2.25));

    let line = |layer, text: String, x: f32| Shape {
        layer,
        form: Form::Line {
            text,
            weight: Weight::Bold,
            size: NAME_SIZE,
            x,
            baseline: middle + NAME_SIZE * 0.36,
        },
    };
    let bold = faces.of(Weight::Bold);
    let short = |text: &str, width: f32| {
        let text = legible(text, bold)?;
        let column = Column {
            width,
            sizes: &[NAME_SIZE],
            max_lines: 1,
        };
        fit(bold, &text, column).1.into_iter().next()
    };
    if let Some(name) = short(card.site, TEXT_WIDTH / 2.0) {
        shapes.push(line(Layer::Ink, name, MARGIN + MARK + 20.0));
    }
    if let Some(word) = card
        .cancelled
        .and_then(|word| short(word, TEXT_WIDTH / 3.0))
    {
        let padding = 28.0;
        let width = bold.width(&word, NAME_SIZE) + 2.0 * padding;
        let x = MARGIN + TEXT_WIDTH - width;
        shapes.push(bar(Layer::Stop, x, top, width, MARK, MARK / 2.0));
        shapes.push(line(Layer::OnStop, word, x + padding));
    }
}

/// Stacks texts upwards.
struct Upwards {
    shapes: Vec<Shape>,
    /// The lower edge of the next text.
    bottom: f32,
}

impl Upwards {
    /// Adds the lines of a text above the texts that are already there.
    fn block(&mut self, (size, lines): (f32, Vec<String>), weight: Weight, layer: Layer) {
        for text in lines.into_iter().rev() {
            self.bottom -= size * LINE_HEIGHT;
            self.shapes.push(Shape {
                layer,
                form: Form::Line {
                    text,
                    weight,
                    size,
                    x: MARGIN,
                    baseline: self.bottom + size * ASCENT,
                },
            });
        }
    }
}

/// Returns a text in characters that the fonts have, without emoji. Returns `None` if nothing is left, or if the fonts lack more
/// than half of its letters.
fn legible(text: &str, face: &Face) -> Option<String> {
    let is_shown = |c: &char| !is_pictogram(*c) && !is_invisible(*c);
    let kept: String = text
        .nfc()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(is_shown)
        .collect();
    let letters = || kept.chars().filter(|c| c.is_alphabetic());
    if letters().filter(|c| !face.has(*c)).count() * 2 > letters().count() {
        return None;
    }
    let shown = printable(&kept, |c| face.has(c));
    let shown = shown.trim();
    (!shown.is_empty()).then(|| shown.to_owned())
}
