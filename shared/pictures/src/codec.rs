//! Checks uploaded pictures and makes their sizes.
//!
//! Uploaded files are hostile input. The format is what the file's first bytes say. The number of pixels is checked before they
//! are decoded, so a small file cannot need much memory. Only pixels go into the new files: positions, names and times that
//! cameras write into files do not.

mod jpeg;

use std::io::Cursor;

use domain::events::picture::{MAX_PIXELS, PictureSize};
use image::{
    DynamicImage, ExtendedColorType, ImageDecoder, ImageError, ImageFormat, Limits, Rgb, RgbImage,
    RgbaImage,
    codecs::{jpeg::JpegDecoder, jpeg::JpegEncoder, png::PngDecoder, webp::WebPDecoder},
    imageops::{FilterType, resize},
    metadata::Orientation,
};

use crate::PictureFile;

/// The quality of the JPEG files, from 1 to 100.
const QUALITY: u8 = 82;
/// The largest number of bytes that a decoder may allocate: four bytes for each pixel, and some more.
const MAX_DECODER_BYTES: u64 = MAX_PIXELS as u64 * 4 + (16 << 20);

/// The reason why a file was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// The file is neither JPEG nor PNG nor WebP.
    #[error("must be a JPEG, PNG or WebP file")]
    OtherFormat,
    /// The picture moves.
    #[error("must not be an animation")]
    Animated,
    /// The picture has more than [`MAX_PIXELS`], or as many with more than eight bits for each colour.
    #[error("must have at most {} million pixels", MAX_PIXELS / 1_000_000)]
    TooManyPixels,
    /// The file ends early, or is damaged.
    #[error("is damaged or incomplete")]
    Damaged,
}

impl From<ImageError> for PictureError {
    fn from(error: ImageError) -> Self {
        match error {
            ImageError::Limits(_) => Self::TooManyPixels,
            _ => Self::Damaged,
        }
    }
}

/// Returns the files in which the picture `file` is kept, the smallest first. The call needs up to 300 MB of memory and takes up
/// to a second.
///
/// # Errors
/// The file is not a picture that can be shown.
pub fn sizes_of(file: &[u8]) -> Result<Vec<PictureFile>, PictureError> {
    let (picture, orientation) = decoded(file)?;
    let (width, height) = oriented((picture.width(), picture.height()), orientation);
    let sizes = PictureSize { width, height }.kept();
    let largest = sizes.last().ok_or(PictureError::Damaged)?;
    let picture = roughly_reduced(picture, *largest, orientation);
    let mut picture = opaque(picture);
    picture.apply_orientation(orientation);
    let picture = picture.into_rgb8();
    sizes
        .into_iter()
        .map(|size| written(&picture, size))
        .collect()
}

/// Decodes a file. The orientation says how its pixels must be turned.
fn decoded(file: &[u8]) -> Result<(DynamicImage, Orientation), PictureError> {
    let content = Cursor::new(file);
    let format = image::guess_format(file).map_err(|_| PictureError::OtherFormat)?;
    match format {
        ImageFormat::Jpeg => {
            if !jpeg::is_complete(file) {
                return Err(PictureError::Damaged);
            }
            pixels(JpegDecoder::new(content)?)
        }
        ImageFormat::Png => {
            let decoder = PngDecoder::with_limits(content, limits())?;
            if decoder.is_apng()? {
                return Err(PictureError::Animated);
            }
            pixels(decoder)
        }
        ImageFormat::WebP => {
            let decoder = WebPDecoder::new(content)?;
            if decoder.has_animation() {
                return Err(PictureError::Animated);
            }
            pixels(decoder)
        }
        _ => Err(PictureError::OtherFormat),
    }
}

fn limits() -> Limits {
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MAX_DECODER_BYTES);
    limits
}

fn pixels(mut decoder: impl ImageDecoder) -> Result<(DynamicImage, Orientation), PictureError> {
    let (width, height) = decoder.dimensions();
    let has_pixels = width > 0 && height > 0;
    let is_small = u64::from(width) * u64::from(height) <= u64::from(MAX_PIXELS);
    if !has_pixels {
        return Err(PictureError::Damaged);
    }
    if !is_small || decoder.total_bytes() > MAX_DECODER_BYTES {
        return Err(PictureError::TooManyPixels);
    }
    decoder.set_limits(limits())?;
    // A damaged note about the orientation does not damage the picture.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    Ok((DynamicImage::from_decoder(decoder)?, orientation))
}

/// Returns the width and the height of a picture after it was turned.
fn oriented((width, height): (u32, u32), orientation: Orientation) -> (u32, u32) {
    match orientation {
        Orientation::NoTransforms
        | Orientation::Rotate180
        | Orientation::FlipHorizontal
        | Orientation::FlipVertical => (width, height),
        Orientation::Rotate90
        | Orientation::Rotate270
        | Orientation::Rotate90FlipH
        | Orientation::Rotate270FlipH => (height, width),
    }
}

/// Reduces a picture that is much larger than `largest` to about twice that size. This step needs little memory. The next step
/// has the better filter, but would need 16 bytes for each pixel of its input.
fn roughly_reduced(
    picture: DynamicImage,
    largest: PictureSize,
    orientation: Orientation,
) -> DynamicImage {
    let (width, height) = oriented((largest.width, largest.height), orientation);
    let (width, height) = (width.saturating_mul(2), height.saturating_mul(2));
    if picture.width() > width && picture.height() > height {
        picture.thumbnail_exact(width, height)
    } else {
        picture
    }
}

/// Lays a picture with transparent parts on white, because JPEG has no transparency.
fn opaque(picture: DynamicImage) -> DynamicImage {
    if !picture.color().has_alpha() {
        return picture;
    }
    let picture: RgbaImage = picture.into_rgba8();
    let laid = RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [red, green, blue, alpha] = picture.get_pixel(x, y).0;
        Rgb([red, green, blue].map(|colour| on_white(colour, alpha)))
    });
    laid.into()
}

fn on_white(colour: u8, alpha: u8) -> u8 {
    let (colour, alpha) = (u16::from(colour), u16::from(alpha));
    let mixed = (colour * alpha + 255 * (255 - alpha) + 127) / 255;
    u8::try_from(mixed).unwrap_or(u8::MAX)
}

fn written(picture: &RgbImage, size: PictureSize) -> Result<PictureFile, PictureError> {
    let mut jpeg = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut jpeg, QUALITY);
    if picture.dimensions() == (size.width, size.height) {
        encoder.encode(picture, size.width, size.height, ExtendedColorType::Rgb8)?;
    } else {
        let smaller = resize(picture, size.width, size.height, FilterType::CatmullRom);
        encoder.encode(&smaller, size.width, size.height, ExtendedColorType::Rgb8)?;
    }
    Ok(PictureFile { size, jpeg })
}

#[cfg(test)]
mod tests;
