//! Turns texts into outlines.

use skrifa::{
    instance::{LocationRef, Size},
    outline::{DrawSettings, OutlinePen},
};
use tiny_skia::{Path, PathBuilder};

use crate::text::face::Face;

/// Returns the outline of a line of text whose baseline begins at this position. Returns `None` if nothing is visible.
pub(super) fn outline(face: &Face, text: &str, size: f32, x: f32, baseline: f32) -> Option<Path> {
    let mut pen = Pen {
        path: PathBuilder::new(),
        x,
        baseline,
    };
    for c in text.chars() {
        let glyph = face.drawn(c);
        if let Some(outline) = face.outlines().get(glyph.id) {
            let settings = DrawSettings::unhinted(Size::new(size), LocationRef::default());
            // A broken glyph would leave a gap. The tests draw every glyph of the embedded fonts.
            let _ = outline.draw(settings, &mut pen);
        }
        pen.x += glyph.advance * size;
    }
    pen.path.finish()
}

/// Moves outlines of glyphs to their place. In fonts, `y` grows upwards.
struct Pen {
    path: PathBuilder,
    x: f32,
    baseline: f32,
}

impl OutlinePen for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.path.move_to(self.x + x, self.baseline - y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.path.line_to(self.x + x, self.baseline - y);
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        let (left, base) = (self.x, self.baseline);
        self.path.quad_to(left + cx, base - cy, left + x, base - y);
    }

    fn curve_to(&mut self, cx0: f32, cy0: f32, cx1: f32, cy1: f32, x: f32, y: f32) {
        let (left, base) = (self.x, self.baseline);
        self.path.cubic_to(
            left + cx0,
            base - cy0,
            left + cx1,
            base - cy1,
            left + x,
            base - y,
        );
    }

    fn close(&mut self) {
        self.path.close();
    }
}
