//! The embedded fonts, as the PDF library draws them.

use std::sync::OnceLock;

use krilla::text::{Font, GlyphId, KrillaGlyph};

use crate::text::face::{Face, Faces, FontError, Weight};

/// The regular and the bold font.
pub(super) struct Fonts {
    regular: PdfFont,
    bold: PdfFont,
}

impl Fonts {
    /// Returns the fonts. A process parses them only once.
    ///
    /// # Errors
    /// A font cannot be used.
    pub(super) fn load() -> Result<&'static Self, FontError> {
        static FONTS: OnceLock<Fonts> = OnceLock::new();
        if let Some(fonts) = FONTS.get() {
            return Ok(fonts);
        }
        let faces = Faces::load()?;
        let font = |weight, name| PdfFont::of(faces.of(weight)).ok_or(FontError(name));
        let fonts = Self {
            regular: font(Weight::Regular, "Noto Sans Regular")?,
            bold: font(Weight::Bold, "Noto Sans Bold")?,
        };
        Ok(FONTS.get_or_init(|| fonts))
    }

    pub(super) fn of(&self, weight: Weight) -> &PdfFont {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }
}

/// One font.
pub(super) struct PdfFont {
    face: &'static Face,
    font: Font,
}

impl PdfFont {
    fn of(face: &'static Face) -> Option<Self> {
        let font = Font::new(face.bytes().into(), 0)?;
        Some(Self { face, font })
    }

    pub(super) fn font(&self) -> Font {
        self.font.clone()
    }

    /// Returns the glyphs of a text, from left to right.
    pub(super) fn glyphs(&self, text: &str) -> Vec<KrillaGlyph> {
        text.char_indices()
            .map(|(start, c)| {
                let glyph = self.face.drawn(c);
                let id = GlyphId::new(glyph.id.to_u32());
                let range = start..start + c.len_utf8();
                KrillaGlyph::new(id, glyph.advance, 0.0, 0.0, 0.0, range, None)
            })
            .collect()
    }
}
