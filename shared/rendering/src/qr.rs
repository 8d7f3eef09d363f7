//! Renders QR codes as SVG and PNG.
//!
//! The codes have error correction M (15 % of the code may be unreadable), and a quiet zone of 4 modules, as ISO/IEC 18004
//! requires. If a text consists only of digits, capital letters and `` $%*+-./:``, as in base45, each character takes 5.5 bits
//! instead of 8. So the code has fewer and larger modules.

mod mask;

use std::fmt::Write as _;

use qrcode::{
    Color, EcLevel, Version,
    bits::{self, Bits},
    canvas::Canvas,
    ec,
    types::{self, QrResult},
};

use crate::png_file::{FILTER_BYTES, NO_FILTER, PngFile};

/// The number of white modules between the code and each edge of the picture.
const QUIET_ZONE_MODULES: usize = 4;
/// The size of a module in pixels. A phone can read a code of this size from the screen of another phone. A ticket's code is
/// 530 pixels wide.
const PIXELS_PER_MODULE: usize = 10;

/// The reason why a QR code cannot be made from a text.
#[derive(Debug, thiserror::Error)]
pub enum QrError {
    /// The text does not fit into any QR code. The largest QR code holds 3,391 characters of the alphanumeric set.
    #[error("the text does not fit into a QR code")]
    Text(#[source] types::QrError),
    /// The PNG picture could not be encoded.
    #[error("the QR code could not be written as PNG")]
    Png(#[source] png::EncodingError),
}

/// A QR code.
pub struct Symbol {
    /// The number of modules on one side, without the quiet zone.
    width: usize,
    /// All modules of the code, row by row.
    modules: Vec<Color>,
}

impl Symbol {
    /// Returns the smallest QR code of `text`.
    ///
    /// # Errors
    /// The text does not fit into any QR code.
    pub fn of(text: &str) -> Result<Self, QrError> {
        let bits = if text.bytes().all(is_alphanumeric) {
            alphanumeric(text)
        } else {
            bits::encode_auto(text.as_bytes(), EcLevel::M)
        };
        bits.and_then(Self::with_bits).map_err(QrError::Text)
    }

    /// Does the same as [`qrcode::QrCode::with_bits`], but chooses the mask with this crate's module `mask`, which is faster.
    fn with_bits(bits: Bits) -> QrResult<Self> {
        let version = bits.version();
        let (data, correction) = ec::construct_codewords(&bits.into_bytes(), version, EcLevel::M)?;
        let mut canvas = Canvas::new(version, EcLevel::M);
        canvas.draw_all_functional_patterns();
        canvas.draw_data(&data, &correction);
        let width = usize::from(version.width().unsigned_abs());
        Ok(Self {
            width,
            modules: mask::mask(&canvas, width),
        })
    }

    /// Returns an SVG document. It contains one black path on white, and a module is one user unit wide.
    #[must_use]
    pub fn svg(&self) -> String {
        let side = self.width() + 2 * QUIET_ZONE_MODULES;
        let mut svg = format!(
            concat!(
                r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {0}" "#,
                r#"width="{1}" height="{1}" shape-rendering="crispEdges">"#,
                r##"<rect width="{0}" height="{0}" fill="#fff"/><path fill="#000" d=""##
            ),
            side,
            side * PIXELS_PER_MODULE,
        );
        for run in self.dark_runs() {
            let (x, y) = (run.x + QUIET_ZONE_MODULES, run.y + QUIET_ZONE_MODULES);
            // Writing to a `String` cannot fail.
            let _ = write!(svg, "M{x} {y}h{0}v1h-{0}z", run.length);
        }
        svg.push_str(r#""/></svg>"#);
        svg
    }

    /// Returns a PNG picture of the QR code. Each pixel has one bit, and each module is 10 pixels wide.
    ///
    /// # Errors
    /// The PNG cannot be encoded.
    pub fn png(&self) -> Result<Vec<u8>, QrError> {
        let side = (self.width() + 2 * QUIET_ZONE_MODULES) * PIXELS_PER_MODULE;
        let bytes_per_row = FILTER_BYTES + side.div_ceil(8);

        // In a PNG of one bit per pixel, 1 is white, and the leftmost of eight pixels is the highest bit of the byte.
        let mut white = vec![0xff_u8; bytes_per_row];
        white[0] = NO_FILTER;
        // `lines` contains one row of pixels for each row of modules.
        let mut lines = vec![white; side / PIXELS_PER_MODULE];
        for run in self.dark_runs() {
            let left = (run.x + QUIET_ZONE_MODULES) * PIXELS_PER_MODULE;
            let line = &mut lines[run.y + QUIET_ZONE_MODULES];
            for column in left..left + run.length * PIXELS_PER_MODULE {
                line[FILTER_BYTES + column / 8] &= !(0x80 >> (column % 8));
            }
        }
        let mut rows = Vec::with_capacity(bytes_per_row * side);
        for line in lines {
            rows.extend(line.repeat(PIXELS_PER_MODULE));
        }
        // The largest QR code has 177 modules on a side, so `side` is at most a few thousand pixels.
        let side = u32::try_from(side).unwrap_or(u32::MAX);
        let file = PngFile {
            width: side,
            height: side,
            color: png::ColorType::Grayscale,
            depth: png::BitDepth::One,
            palette: None,
        };
        file.encode(&rows).map_err(QrError::Png)
    }

    /// Returns the number of modules on one side, without the quiet zone.
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// Returns all runs of adjacent dark modules, row by row.
    pub(crate) fn dark_runs(&self) -> impl Iterator<Item = Run> {
        let is_dark = |x, y| self.modules[y * self.width() + x] == Color::Dark;
        (0..self.width()).flat_map(move |y| {
            let mut x = 0;
            std::iter::from_fn(move || {
                let start = (x..self.width()).find(|&x| is_dark(x, y))?;
                x = (start..self.width())
                    .find(|&x| !is_dark(x, y))
                    .unwrap_or(self.width());
                Some(Run {
                    x: start,
                    y,
                    length: x - start,
                })
            })
        })
    }
}

/// Returns the bits of the smallest QR code that contains the text as one alphanumeric segment. By itself, `qrcode` would put
/// digits into separate segments, and would then sometimes need a larger code.
fn alphanumeric(text: &str) -> QrResult<Bits> {
    let encode = |version| {
        let mut bits = Bits::new(Version::Normal(version));
        bits.push_alphanumeric_data(text.as_bytes())?;
        bits.push_terminator(EcLevel::M)?;
        Ok(bits)
    };
    (1..=40)
        .map(encode)
        .find(|bits| !matches!(bits, Err(types::QrError::DataTooLong)))
        .unwrap_or(Err(types::QrError::DataTooLong))
}

/// Returns whether a byte belongs to the alphanumeric set of ISO/IEC 18004, table 5. These are also the characters of base45
/// (RFC 9285).
fn is_alphanumeric(byte: u8) -> bool {
    byte.is_ascii_digit() || byte.is_ascii_uppercase() || b" $%*+-./:".contains(&byte)
}

/// A sequence of adjacent dark modules in one row.
pub(crate) struct Run {
    pub(crate) x: usize,
    pub(crate) y: usize,
    pub(crate) length: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_is_encoded_in_alphanumeric_mode() {
        // Version 7-M holds 178 alphanumeric characters, but only 122 bytes (ISO/IEC 18004, table 7).
        let base45 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 $%*+-./:".repeat(4);
        // Version 1 has 21 modules on a side, and each following version has 4 more (ISO/IEC 18004, 5.3.1).
        let version = |text: &str| (Symbol::of(text).unwrap().width() - 17) / 4;
        assert_eq!(version(&base45[..161]), 7);
        assert_eq!(version(&base45[..178]), 7);
        assert_eq!(version(&base45[..179]), 8);
        assert_eq!(version(&"a".repeat(161)), 9);
    }

    #[test]
    fn runs_cover_exactly_the_dark_modules() {
        let symbol = Symbol::of("EM1:7K3M9QXT2BVD").unwrap();
        let mut dark = vec![Color::Light; symbol.width().pow(2)];
        for run in symbol.dark_runs() {
            for x in run.x..run.x + run.length {
                dark[run.y * symbol.width() + x] = Color::Dark;
            }
        }
        assert_eq!(dark, symbol.modules);
    }

    #[test]
    fn a_text_that_is_too_long_is_an_error() {
        assert!(Symbol::of("").is_ok());
        assert!(Symbol::of(&"A".repeat(3_391)).is_ok());
        let longer = Symbol::of(&"A".repeat(3_392));
        assert!(matches!(longer, Err(QrError::Text(_))));
    }
}
