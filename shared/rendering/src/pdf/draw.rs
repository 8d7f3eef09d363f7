//! Draws the laid-out page as a tagged PDF document.

use std::num::NonZeroU16;

use krilla::{
    Document, SerializeSettings,
    color::luma,
    geom::{Path, PathBuilder, Point, Rect, Transform},
    metadata::Metadata,
    page::PageSettings,
    paint::Fill,
    surface::Surface,
    tagging::{Artifact, ArtifactType, ContentTag, Node, SpanTag, Tag, TagGroup, TagKind, TagTree},
};

use super::{
    PdfError, TicketDocument,
    fonts::Fonts,
    layout::{Block, Item, PAGE_HEIGHT, PAGE_WIDTH, Role},
};
use crate::qr::Symbol;

/// The language of the words that are the same on every ticket's page, such as the label "Where".
const LANGUAGE: &str = "en";
const RULE_POINTS: f32 = 0.75;

pub(super) fn draw(
    ticket: &TicketDocument<'_>,
    items: &[Item],
    fonts: &Fonts,
    qr: &Symbol,
) -> Result<Vec<u8>, PdfError> {
    let mut document = Document::new_with(SerializeSettings::default());
    document.set_metadata(metadata(ticket));

    let settings =
        PageSettings::from_wh(PAGE_WIDTH, PAGE_HEIGHT).ok_or(PdfError::Geometry("page"))?;
    let mut page = document.start_page_with(settings);
    let mut surface = page.surface();
    surface.set_fill(Some(Fill {
        paint: luma::Color::black().into(),
        ..Fill::default()
    }));
    let mut tags = TagTree::new().with_lang(Some(LANGUAGE.to_owned()));
    for item in items {
        match item {
            Item::Text(block) => tags.push(draw_text(&mut surface, block, fonts)),
            Item::Rule { x, y, width } => draw_rule(&mut surface, *x, *y, *width)?,
            Item::Qr { x, y, side } => {
                let node = draw_qr(&mut surface, qr, *x, *y, *side);
                tags.push(node.ok_or(PdfError::Geometry("QR code"))?);
            }
        }
    }
    surface.finish();
    page.finish();
    document.set_tag_tree(tags);
    document.finish().map_err(PdfError::Document)
}

/// Returns the document's metadata. It contains no time, so that the same ticket always gives the same bytes.
fn metadata(ticket: &TicketDocument<'_>) -> Metadata {
    let title: String = ticket
        .event_title
        .chars()
        .filter(|c| !c.is_control())
        .collect();
    Metadata::new()
        .title(format!("Ticket: {title}"))
        .language(LANGUAGE.to_owned())
        .creator("em-connect".to_owned())
}

fn draw_text(surface: &mut Surface<'_>, block: &Block, fonts: &Fonts) -> Node {
    let font = fonts.of(block.weight);
    let mut group = TagGroup::new(match block.role {
        Role::Heading => TagKind::from(Tag::Hn(NonZeroU16::MIN, None)),
        Role::Paragraph => TagKind::from(Tag::P),
    });
    for (line, number) in block.lines.iter().zip(0..) {
        let span = surface.start_tagged(ContentTag::Span(SpanTag::empty()));
        surface.draw_glyphs(
            Point::from_xy(block.x, block.baseline(number)),
            &font.glyphs(line),
            font.font(),
            line,
            block.size,
            false,
        );
        surface.end_tagged();
        group.push(span);
    }
    group.into()
}

fn draw_rule(surface: &mut Surface<'_>, x: f32, y: f32, width: f32) -> Result<(), PdfError> {
    let path = Rect::from_xywh(x, y, width, RULE_POINTS)
        .and_then(|rect| {
            let mut path = PathBuilder::new();
            path.push_rect(rect);
            path.finish()
        })
        .ok_or(PdfError::Geometry("rule"))?;
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(
        ArtifactType::Layout,
    )));
    surface.draw_path(&path);
    surface.end_tagged();
    Ok(())
}

/// Draws the QR code as a square. `x` and `y` are the position of its upper left corner, and `side` is its width, in points.
///
/// The coordinates of the path are numbers of modules, and a transformation scales the path. Coordinates in points would take
/// three times as many bytes as these whole numbers of one or two digits.
fn draw_qr(surface: &mut Surface<'_>, qr: &Symbol, x: f32, y: f32, side: f32) -> Option<Node> {
    let path = qr_path(qr)?;
    let scale = side / coordinate(qr.width())?;
    let content = surface.start_tagged(ContentTag::Other);
    surface.push_transform(&Transform::from_row(scale, 0.0, 0.0, scale, x, y));
    surface.draw_path(&path);
    surface.pop();
    surface.end_tagged();
    let alt = "QR code of this ticket, to be scanned at the door";
    let figure = Tag::Figure(Some(alt.to_owned()));
    Some(TagGroup::with_children(figure, vec![content.into()]).into())
}

/// Returns all dark modules as one path, so that no PDF viewer shows gaps between the modules.
fn qr_path(qr: &Symbol) -> Option<Path> {
    let mut path = PathBuilder::new();
    for area in dark_areas(qr) {
        let (left, right) = (coordinate(area.left)?, coordinate(area.right)?);
        let (top, bottom) = (coordinate(area.top)?, coordinate(area.bottom)?);
        path.move_to(left, top);
        path.line_to(right, top);
        path.line_to(right, bottom);
        // Filling a path also closes it (ISO 32000-1, 8.5.3.1).
        path.line_to(left, bottom);
    }
    path.finish()
}

/// A rectangle of dark modules.
struct DarkArea {
    left: usize,
    right: usize,
    top: usize,
    bottom: usize,
}

/// Returns the dark modules of the code as rectangles. If successive rows have a run of dark modules in the same columns, these
/// runs become one rectangle, so that the drawing is smaller.
fn dark_areas(qr: &Symbol) -> Vec<DarkArea> {
    let mut areas: Vec<DarkArea> = Vec::new();
    // For each column, the index of the last rectangle whose left edge is in this column.
    let mut last = vec![usize::MAX; qr.width()];
    for run in qr.dark_runs() {
        let (left, right, top) = (run.x, run.x + run.length, run.y);
        match areas.get_mut(last[left]) {
            Some(above) if above.bottom == top && above.right == right => above.bottom += 1,
            _ => {
                last[left] = areas.len();
                areas.push(DarkArea {
                    left,
                    right,
                    top,
                    bottom: top + 1,
                });
            }
        }
    }
    areas
}

/// Converts a number of modules to a coordinate. Returns `None` for a number that no QR code has: a QR code has at most 177
/// modules on a side (ISO/IEC 18004).
fn coordinate(modules: usize) -> Option<f32> {
    u8::try_from(modules).ok().map(f32::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_areas_cover_every_dark_module_once_and_no_other() {
        let qr = Symbol::of("EM1:7K3M9QXT2BVD").unwrap();
        let modules_of = |area: &DarkArea| {
            let (columns, rows) = (area.left..area.right, area.top..area.bottom);
            rows.flat_map(move |y| columns.clone().map(move |x| (y, x)))
                .collect::<Vec<_>>()
        };
        let areas = dark_areas(&qr);
        let mut covered: Vec<_> = areas.iter().flat_map(modules_of).collect();
        covered.sort_unstable();
        let dark: Vec<_> = qr
            .dark_runs()
            .flat_map(|run| (run.x..run.x + run.length).map(move |x| (run.y, x)))
            .collect();
        assert_eq!(covered, dark);
        assert!(areas.len() < qr.dark_runs().count());
    }
}
