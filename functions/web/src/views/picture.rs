//! The picture of an event as pages show it.

use std::fmt::Write as _;

use domain::events::picture::Picture;

/// The place of a picture on a wide screen, in rem: the width of its column, and the `max-block-size` of `.event-picture`.
const PLACE: (u32, u32) = (44, 28);

/// The picture of an event as pages show it.
#[derive(Debug)]
pub(crate) struct PictureView {
    /// The path of the file of middle size, for browsers that do not choose a size.
    pub(crate) src: String,
    /// The files of all sizes and their widths, as the attribute `srcset` has them.
    pub(crate) srcset: String,
    /// The width and the height of the largest file. Browsers take the shape of the picture from them.
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// The path of the smallest file, if the picture is narrower than the place of a picture on a wide screen. It is shown blurred
    /// beside the picture.
    pub(crate) backdrop: Option<String>,
    /// The description for people who do not see the picture; empty if the picture only decorates.
    pub(crate) alt: String,
}

impl PictureView {
    /// Returns the picture as pages show it; `None` if it has no size, which no stored picture has.
    pub(crate) fn new(picture: &Picture) -> Option<Self> {
        let largest = picture.largest()?;
        let middle = picture.sizes.get(picture.sizes.len() / 2)?;
        let mut srcset = String::new();
        for size in &picture.sizes {
            let separator = if srcset.is_empty() { "" } else { ", " };
            let path = picture.path(*size);
            let _ = write!(srcset, "{separator}{path} {}w", size.width);
        }
        let is_narrow = largest.width * PLACE.1 < largest.height * PLACE.0;
        let smallest = picture.sizes.first().filter(|_| is_narrow);
        let description = picture.description.as_ref();
        Some(Self {
            src: picture.path(*middle),
            srcset,
            width: largest.width,
            height: largest.height,
            backdrop: smallest.map(|size| picture.path(*size)),
            alt: description.map_or_else(String::new, |text| text.as_str().to_owned()),
        })
    }
}
