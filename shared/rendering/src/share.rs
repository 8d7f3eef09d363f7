//! Draws the picture that social networks and messengers show beside a link to an event: 1200×630 pixels, as PNG.

mod canvas;
mod colours;
mod layout;
mod outline;
#[cfg(test)]
mod tests;

use crate::text::face::{Faces, FontError};

/// The width of the picture in pixels.
pub const WIDTH: u16 = 1200;
/// The height of the picture in pixels.
pub const HEIGHT: u16 = 630;
/// The number of the design. It increases with every change of the drawing, so that the picture gets a new address and caches
/// drop the old picture. A test fails if the drawing changes without a new number.
pub const DESIGN: u32 = 1;

/// The texts of the picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShareCard<'a> {
    /// The name of the site, beside its mark.
    pub site: &'a str,
    /// The title of the event.
    pub title: &'a str,
    /// The time of the event in words.
    pub when: &'a str,
    /// The time zone of `when` in words.
    pub zone: &'a str,
    /// The venue of the event.
    pub venue: &'a str,
    /// The word that marks a cancelled event; `None` if the event takes place.
    pub cancelled: Option<&'a str>,
}

/// The reason why a picture cannot be drawn. All reasons are faults of this crate.
#[derive(Debug, thiserror::Error)]
pub enum ShareError {
    /// An embedded font cannot be read.
    #[error(transparent)]
    Font(#[from] FontError),
    /// A shape or the whole picture has no valid size.
    #[error("the picture's {0} has no valid dimensions")]
    Geometry(&'static str),
    /// The PNG picture could not be encoded.
    #[error("the picture could not be written as PNG")]
    Png(#[source] png::EncodingError),
}

/// Returns the picture as PNG. The same texts always give the same bytes.
///
/// A long text is wrapped first. If it is still too long, its font becomes smaller, and at last an ellipsis replaces its end.
/// Emoji are left out. Other characters that the embedded fonts do not have are transliterated. If the fonts lack most letters
/// of a text, for example of an Arabic title, the text is left out, because its transliteration would be hard to read and the
/// preview shows the title as text beside the picture.
///
/// # Errors
/// All errors are faults of this crate.
pub fn share_png(card: &ShareCard<'_>) -> Result<Vec<u8>, ShareError> {
    drawn(card)?.png()
}

fn drawn(card: &ShareCard<'_>) -> Result<canvas::Canvas, ShareError> {
    let faces = Faces::load()?;
    let mut canvas = canvas::Canvas::new()?;
    for shape in layout::lay_out(card, faces) {
        canvas.draw(&shape, faces)?;
    }
    Ok(canvas)
}
