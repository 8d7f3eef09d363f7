//! The embedded fonts: which characters they have, how wide they are.
//!
//! One glyph for one character, without kerning and ligatures: enough for Latin, Greek and Cyrillic, and what
//! is measured is exactly what is drawn.

use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::{
    FontRef, MetadataProvider,
    charmap::Charmap,
    instance::{LocationRef, Size},
    metrics::GlyphMetrics,
};

use super::PdfError;

const REGULAR: &[u8] = include_bytes!("../../fonts/NotoSans-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../../fonts/NotoSans-Bold.ttf");

/// How heavy a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    Bold,
}

/// The two faces of the embedded family; both have the same characters.
pub(super) struct Faces {
    regular: Face,
    bold: Face,
}

impl Faces {
    pub(super) fn load() -> Result<Self, PdfError> {
        Ok(Self {
            regular: Face::load(REGULAR).ok_or(PdfError::Font("Noto Sans Regular"))?,
            bold: Face::load(BOLD).ok_or(PdfError::Font("Noto Sans Bold"))?,
        })
    }

    pub(super) fn of(&self, weight: Weight) -> &Face {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }
}

/// One face.
pub(super) struct Face {
    font: Font,
    charmap: Charmap<'static>,
    metrics: GlyphMetrics<'static>,
}

impl Face {
    fn load(bytes: &'static [u8]) -> Option<Self> {
        let tables = FontRef::new(bytes).ok()?;
        Some(Self {
            font: Font::new(bytes.into(), 0)?,
            charmap: tables.charmap(),
            metrics: tables.glyph_metrics(Size::unscaled(), LocationRef::default()),
        })
    }

    pub(super) fn font(&self) -> Font {
        self.font.clone()
    }

    pub(super) fn has(&self, c: char) -> bool {
        self.charmap.map(c).is_some()
    }

    /// Width of a character in em.
    pub(super) fn advance(&self, c: char) -> f32 {
        self.metrics
            .advance_width(self.charmap.map(c).unwrap_or_default())
            .unwrap_or_default()
            / self.font.units_per_em()
    }

    /// Width of a text at a size.
    pub(super) fn width(&self, text: &str, size: f32) -> f32 {
        text.chars().map(|c| self.advance(c)).sum::<f32>() * size
    }

    /// The glyphs of a text, from left to right.
    pub(super) fn glyphs(&self, text: &str) -> Vec<KrillaGlyph> {
        text.char_indices()
            .map(|(start, c)| {
                let glyph = self.charmap.map(c).unwrap_or_default();
                KrillaGlyph::new(
                    GlyphId::new(glyph.to_u32()),
                    self.advance(c),
                    0.0,
                    0.0,
                    0.0,
                    start..start + c.len_utf8(),
                    None,
                )
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_faces_have_the_characters_of_europe() {
        let faces = Faces::load().unwrap();
        let all = || ('\0'..=char::MAX).filter(|c| faces.of(Weight::Regular).has(*c));
        assert!(all().count() > 1_500);
        assert!(all().all(|c| faces.of(Weight::Bold).has(c)));
        for c in "Łukasz Ñandú ẞ Ştefan Việt Ωμέγα Їжак ά „“ – … € ₴".chars()
        {
            assert!(faces.of(Weight::Regular).has(c), "{c}");
        }
        assert!((' '..='~').all(|c| faces.of(Weight::Regular).has(c)));
    }
}
