//! Draws shapes into a picture whose pixels are places in a palette.

use tiny_skia::{FillRule, Mask, Path, PathBuilder, Rect, Transform};

use super::{
    HEIGHT, ShareError, WIDTH,
    colours::{Layer, palette},
    layout::{Form, Shape},
    outline::outline,
};
use crate::{
    png_file::{FILTER_BYTES, NO_FILTER, PngFile},
    text::face::Faces,
};

/// The distance of the control points of a quarter circle from its ends, for a circle with the radius 1.
const QUARTER: f32 = 0.552_284_8;

/// A picture that grows shape by shape.
pub(super) struct Canvas {
    /// The rows of the PNG. Each row begins with its filter byte.
    rows: Vec<u8>,
    /// The parts of the picture that the present shape covers.
    mask: Mask,
}

impl Canvas {
    /// Returns a picture that shows only the ground.
    pub(super) fn new() -> Result<Self, ShareError> {
        let row = FILTER_BYTES + usize::from(WIDTH);
        let mask = Mask::new(u32::from(WIDTH), u32::from(HEIGHT));
        Ok(Self {
            rows: vec![NO_FILTER; row * usize::from(HEIGHT)],
            mask: mask.ok_or(ShareError::Geometry("canvas"))?,
        })
    }

    /// Draws a shape over the shapes that are already there.
    pub(super) fn draw(&mut self, shape: &Shape, faces: &Faces) -> Result<(), ShareError> {
        let path = match &shape.form {
            Form::Line {
                text,
                weight,
                size,
                x,
                baseline,
            } => match outline(faces.of(*weight), text, *size, *x, *baseline) {
                Some(path) => path,
                None => return Ok(()),
            },
            Form::Box {
                x,
                y,
                width,
                height,
                radius,
            } => rounded(*x, *y, *width, *height, *radius).ok_or(ShareError::Geometry("box"))?,
            Form::Circle { x, y, radius } => {
                PathBuilder::from_circle(*x, *y, *radius).ok_or(ShareError::Geometry("circle"))?
            }
        };
        self.fill(&path, shape.layer);
        Ok(())
    }

    fn fill(&mut self, path: &Path, layer: Layer) {
        let smooth = true;
        self.mask.clear();
        self.mask
            .fill_path(path, FillRule::Winding, smooth, Transform::identity());
        let width = usize::from(WIDTH);
        let rows = self.rows.chunks_exact_mut(FILTER_BYTES + width);
        let covered = self.mask.data().chunks_exact(width);
        let (above, height) = lines(path);
        for (row, covered) in rows.zip(covered).skip(above).take(height) {
            for (pixel, &coverage) in row.iter_mut().skip(FILTER_BYTES).zip(covered) {
                if coverage > 0 {
                    *pixel = layer.place(coverage);
                }
            }
        }
    }

    /// Returns the picture as PNG.
    pub(super) fn png(&self) -> Result<Vec<u8>, ShareError> {
        let file = PngFile {
            width: u32::from(WIDTH),
            height: u32::from(HEIGHT),
            color: png::ColorType::Indexed,
            depth: png::BitDepth::Eight,
            palette: Some(&palette()),
        };
        file.encode(&self.rows).map_err(ShareError::Png)
    }

    /// Returns the rows of the picture without their filter bytes.
    #[cfg(test)]
    pub(super) fn pixels(&self) -> impl Iterator<Item = &[u8]> {
        let rows = self.rows.chunks_exact(FILTER_BYTES + usize::from(WIDTH));
        rows.map(|row| &row[FILTER_BYTES..])
    }
}

/// Returns the number of rows above a path, and the number of rows of the path.
fn lines(path: &Path) -> (usize, usize) {
    let bounds = path.bounds().round_out();
    bounds.map_or((0, usize::from(HEIGHT)), |bounds| {
        let top = usize::try_from(bounds.top()).unwrap_or_default();
        let bottom = usize::try_from(bounds.bottom()).unwrap_or_default();
        (top, bottom.saturating_sub(top))
    })
}

/// Returns a rectangle with round corners.
fn rounded(x: f32, y: f32, width: f32, height: f32, radius: f32) -> Option<Path> {
    let rect = Rect::from_xywh(x, y, width, height)?;
    if radius <= 0.0 {
        return Some(PathBuilder::from_rect(rect));
    }
    let (left, top, right, bottom) = (rect.left(), rect.top(), rect.right(), rect.bottom());
    let control = radius * (1.0 - QUARTER);
    let mut path = PathBuilder::new();
    path.move_to(left + radius, top);
    path.line_to(right - radius, top);
    path.cubic_to(
        right - control,
        top,
        right,
        top + control,
        right,
        top + radius,
    );
    path.line_to(right, bottom - radius);
    path.cubic_to(
        right,
        bottom - control,
        right - control,
        bottom,
        right - radius,
        bottom,
    );
    path.line_to(left + radius, bottom);
    path.cubic_to(
        left + control,
        bottom,
        left,
        bottom - control,
        left,
        bottom - radius,
    );
    path.line_to(left, top + radius);
    path.cubic_to(left, top + control, left + control, top, left + radius, top);
    path.close();
    path.finish()
}
