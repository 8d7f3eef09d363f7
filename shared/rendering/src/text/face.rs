//! The embedded fonts, with the characters that they contain and the widths of these characters.
//!
//! Each character has one glyph, and there is no kerning and no ligature. This is enough for Latin, Greek and Cyrillic. It also
//! gives each drawn text exactly the measured width.

use std::sync::OnceLock;

use skrifa::{
    FontRef, GlyphId, MetadataProvider,
    charmap::Charmap,
    instance::{LocationRef, Size},
    metrics::GlyphMetrics,
    outline::OutlineGlyphCollection,
};

const REGULAR: &[u8] = include_bytes!("../../fonts/NotoSans-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../../fonts/NotoSans-Bold.ttf");

/// An embedded font that cannot be read. This is a fault of this crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the embedded font {0} could not be read")]
pub struct FontError(pub(crate) &'static str);

/// The font weight of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    Regular,
    Bold,
}

/// The regular and the bold font of the embedded font family. Both have the same characters.
pub(crate) struct Faces {
    regular: Face,
    bold: Face,
}

impl Faces {
    /// Returns the fonts. A process parses them only once.
    ///
    /// # Errors
    /// A font cannot be used.
    pub(crate) fn load() -> Result<&'static Self, FontError> {
        static FACES: OnceLock<Faces> = OnceLock::new();
        if let Some(faces) = FACES.get() {
            return Ok(faces);
        }
        let faces = Self {
            regular: Face::load(REGULAR).ok_or(FontError("Noto Sans Regular"))?,
            bold: Face::load(BOLD).ok_or(FontError("Noto Sans Bold"))?,
        };
        Ok(FACES.get_or_init(|| faces))
    }

    pub(crate) fn of(&self, weight: Weight) -> &Face {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }
}

/// A glyph of a font, and its width in em.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Glyph {
    pub(crate) id: GlyphId,
    pub(crate) advance: f32,
}

/// One font of the embedded font family.
pub(crate) struct Face {
    bytes: &'static [u8],
    charmap: Charmap<'static>,
    metrics: GlyphMetrics<'static>,
    outlines: OutlineGlyphCollection<'static>,
    units_per_em: f32,
    /// The glyphs of the ASCII characters, so that most characters need no search in the font. One search takes 2,000
    /// instructions of the processor.
    ascii: [Option<Glyph>; 128],
}

impl Face {
    fn load(bytes: &'static [u8]) -> Option<Self> {
        let tables = FontRef::new(bytes).ok()?;
        let metrics = tables.metrics(Size::unscaled(), LocationRef::default());
        let mut face = Self {
            bytes,
            charmap: tables.charmap(),
            metrics: tables.glyph_metrics(Size::unscaled(), LocationRef::default()),
            outlines: tables.outline_glyphs(),
            units_per_em: f32::from(metrics.units_per_em),
            ascii: [None; 128],
        };
        for code in 0..128_u8 {
            face.ascii[usize::from(code)] = face.look_up(char::from(code));
        }
        Some(face)
    }

    fn look_up(&self, c: char) -> Option<Glyph> {
        self.charmap.map(c).map(|id| self.measured(id))
    }

    fn measured(&self, id: GlyphId) -> Glyph {
        let advance = self.metrics.advance_width(id).unwrap_or_default();
        Glyph {
            id,
            advance: advance / self.units_per_em,
        }
    }

    fn glyph(&self, c: char) -> Option<Glyph> {
        let ascii = u8::try_from(c).ok().map(usize::from);
        match ascii.and_then(|code| self.ascii.get(code)) {
            Some(glyph) => *glyph,
            None => self.look_up(c),
        }
    }

    /// Returns the glyph that is drawn for a character: an empty box if the font does not have the character.
    pub(crate) fn drawn(&self, c: char) -> Glyph {
        self.glyph(c)
            .unwrap_or_else(|| self.measured(GlyphId::NOTDEF))
    }

    /// Returns the font's file.
    pub(crate) fn bytes(&self) -> &'static [u8] {
        self.bytes
    }

    /// Returns the outlines of the font's glyphs.
    pub(crate) fn outlines(&self) -> &OutlineGlyphCollection<'static> {
        &self.outlines
    }

    pub(crate) fn has(&self, c: char) -> bool {
        self.glyph(c).is_some()
    }

    /// Returns the width of a character in em.
    pub(crate) fn advance(&self, c: char) -> f32 {
        self.drawn(c).advance
    }

    /// Returns the width of a text at the font size `size`.
    pub(crate) fn width(&self, text: &str, size: f32) -> f32 {
        text.chars().map(|c| self.advance(c)).sum::<f32>() * size
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
