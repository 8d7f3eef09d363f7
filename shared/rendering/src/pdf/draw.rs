//! The laid-out page as a tagged PDF document.

use std::num::NonZeroU16;

use krilla::{
    Document, SerializeSettings,
    color::luma,
    geom::{Path, PathBuilder, Point, Rect},
    metadata::Metadata,
    page::PageSettings,
    paint::Fill,
    surface::Surface,
    tagging::{Artifact, ArtifactType, ContentTag, Node, SpanTag, Tag, TagGroup, TagKind, TagTree},
};

use super::{
    PdfError, TicketDocument,
    face::Faces,
    layout::{Block, Item, PAGE_HEIGHT, PAGE_WIDTH, Role},
};
use crate::qr::Symbol;

/// The language of this page's own words.
const LANGUAGE: &str = "en";
const RULE_POINTS: f32 = 0.75;

pub(super) fn draw(
    ticket: &TicketDocument<'_>,
    items: &[Item],
    faces: &Faces,
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
            Item::Text(block) => tags.push(draw_text(&mut surface, block, faces)),
            Item::Rule { x, y, width } => draw_rule(&mut surface, *x, *y, *width)?,
            Item::Qr { x, y, side } => {
                let path = qr_path(qr, *x, *y, *side).ok_or(PdfError::Geometry("QR code"))?;
                tags.push(draw_qr(&mut surface, &path));
            }
        }
    }
    surface.finish();
    page.finish();
    document.set_tag_tree(tags);
    document.finish().map_err(PdfError::Document)
}

/// Without any time, so that the same ticket gives the same bytes.
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

fn draw_text(surface: &mut Surface<'_>, block: &Block, faces: &Faces) -> Node {
    let face = faces.of(block.weight);
    let mut group = TagGroup::new(match block.role {
        Role::Heading => TagKind::from(Tag::Hn(NonZeroU16::MIN, None)),
        Role::Paragraph => TagKind::from(Tag::P),
    });
    for (line, number) in block.lines.iter().zip(0..) {
        let span = surface.start_tagged(ContentTag::Span(SpanTag::empty()));
        surface.draw_glyphs(
            Point::from_xy(block.x, block.baseline(number)),
            &face.glyphs(line),
            face.font(),
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

fn draw_qr(surface: &mut Surface<'_>, path: &Path) -> Node {
    let content = surface.start_tagged(ContentTag::Other);
    surface.draw_path(path);
    surface.end_tagged();
    let alt = "QR code of this ticket, to be scanned at the door";
    TagGroup::with_children(Tag::Figure(Some(alt.to_owned())), vec![content.into()]).into()
}

/// All dark modules as one path, so that no viewer shows seams between them.
fn qr_path(qr: &Symbol, x: f32, y: f32, side: f32) -> Option<Path> {
    // At most 177 modules a side (ISO/IEC 18004).
    let module = |count: usize| u8::try_from(count).ok().map(f32::from);
    let scale = side / module(qr.width())?;
    let mut path = PathBuilder::new();
    for run in qr.dark_runs() {
        path.push_rect(Rect::from_xywh(
            x + module(run.x)? * scale,
            y + module(run.y)? * scale,
            module(run.length)? * scale,
            scale,
        )?);
    }
    path.finish()
}
