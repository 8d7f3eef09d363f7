//! Writes PNG files whose rows of pixels are already in the form of the file.

use std::io::Write as _;

use flate2::{Compression, write::ZlibEncoder};

/// The number of bytes at the start of each row of a PNG that contain the row's filter type (PNG specification, 9.2).
pub(crate) const FILTER_BYTES: usize = 1;
/// The filter type of a row to which no filter is applied. Filters work on whole bytes and on differences, so they make pixels
/// of one bit and pixels of a palette harder to compress (PNG specification, 12.7).
pub(crate) const NO_FILTER: u8 = 0;
/// The compression level. Level 6 would take 1.5 times as long, and would make the PNG of a QR code only one byte smaller.
const COMPRESSION_LEVEL: u32 = 5;

/// The header of a PNG file.
pub(crate) struct PngFile<'a> {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) color: png::ColorType,
    pub(crate) depth: png::BitDepth,
    /// The colours of the palette, three bytes each: red, green, blue.
    pub(crate) palette: Option<&'a [u8]>,
}

impl PngFile<'_> {
    /// Returns the file with these rows. Each row begins with its filter byte.
    ///
    /// All rows are compressed in one call. The `png` library would pass each row to the compressor separately, and the
    /// compressor clears 32 KiB for each row.
    pub(crate) fn encode(&self, rows: &[u8]) -> Result<Vec<u8>, png::EncodingError> {
        let mut data = ZlibEncoder::new(Vec::new(), Compression::new(COMPRESSION_LEVEL));
        data.write_all(rows)?;
        let data = data.finish()?;

        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, self.width, self.height);
        encoder.set_color(self.color);
        encoder.set_depth(self.depth);
        if let Some(palette) = self.palette {
            encoder.set_palette(palette);
        }
        let mut writer = encoder.write_header()?;
        writer.write_chunk(png::chunk::IDAT, &data)?;
        writer.finish()?;
        Ok(file)
    }
}
