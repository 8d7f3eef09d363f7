//! The picture of an event, and the sizes in which it is kept.

use serde::{Deserialize, Serialize};

use crate::{id::PictureId, text::PictureDescription};

/// The widths in pixels of the sizes of a picture: for a card, for a phone or a column, and for a wide page.
const WIDTHS: [u32; 3] = [480, 960, 1600];
/// A size is at most this many times as high as its width in [`WIDTHS`].
const MOST_HEIGHTS: u32 = 2;

/// The largest number of bytes of an uploaded file. API Gateway passes a file on as base64, and Lambda takes 6 MB.
pub const MAX_FILE_BYTES: usize = 4 << 20;
/// The largest number of pixels of an uploaded picture. While a picture is decoded, each pixel takes up to 9 bytes of memory.
pub const MAX_PIXELS: u32 = 32_000_000;

/// The picture of an event. Its files are JPEG, one for each size, and never change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// The id of the picture, which is part of its files' addresses.
    pub id: PictureId,
    /// The description for people who do not see the picture; `None` if the picture only decorates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<PictureDescription>,
    /// The sizes, the smallest first. There is at least one.
    pub sizes: Vec<PictureSize>,
}

/// One size of a picture, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureSize {
    /// The width, which is different for each size of a picture.
    pub width: u32,
    /// The height.
    pub height: u32,
}

impl Picture {
    /// Returns the largest size.
    #[must_use]
    pub fn largest(&self) -> Option<PictureSize> {
        self.sizes.last().copied()
    }

    /// Returns the path of the file of one size, at the origin of the pages.
    #[must_use]
    pub fn path(&self, size: PictureSize) -> String {
        format!("/pictures/{}/{}.jpg", self.id, size.width)
    }
}

impl PictureSize {
    /// Returns the sizes in which a picture of this size is kept, the smallest first. No size is larger than the picture.
    #[must_use]
    pub fn kept(self) -> Vec<Self> {
        let mut sizes: Vec<Self> = Vec::with_capacity(WIDTHS.len());
        for width in WIDTHS {
            let size = self.within(width, MOST_HEIGHTS * width);
            if sizes.last().is_none_or(|last| last.width < size.width) {
                sizes.push(size);
            }
        }
        sizes
    }

    /// Returns the largest size of the same shape that is not larger than `width` and `height`, and not larger than this size.
    fn within(self, width: u32, height: u32) -> Self {
        if self.width <= width && self.height <= height {
            return self;
        }
        let scaled = |length: u32, by: u32, whole: u32| {
            let rounded = (u64::from(length) * u64::from(by) + u64::from(whole) / 2)
                / u64::from(whole.max(1));
            u32::try_from(rounded).unwrap_or(u32::MAX).max(1)
        };
        let is_wide =
            u64::from(self.width) * u64::from(height) >= u64::from(self.height) * u64::from(width);
        if is_wide {
            Self {
                width,
                height: scaled(self.height, width, self.width),
            }
        } else {
            Self {
                width: scaled(self.width, height, self.height),
                height,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kept(width: u32, height: u32) -> Vec<(u32, u32)> {
        let sizes = PictureSize { width, height }.kept();
        sizes.iter().map(|size| (size.width, size.height)).collect()
    }

    #[test]
    fn a_picture_is_kept_in_up_to_three_sizes_and_never_enlarged() {
        assert_eq!(kept(4000, 3000), [(480, 360), (960, 720), (1600, 1200)]);
        assert_eq!(kept(3000, 4000), [(480, 640), (960, 1280), (1600, 2133)]);
        assert_eq!(kept(1200, 600), [(480, 240), (960, 480), (1200, 600)]);
        assert_eq!(kept(960, 540), [(480, 270), (960, 540)]);
        assert_eq!(kept(300, 200), [(300, 200)]);
        assert_eq!(kept(1, 1), [(1, 1)]);
    }

    #[test]
    fn a_long_picture_is_bounded_in_its_height() {
        assert_eq!(kept(1000, 8000), [(120, 960), (240, 1920), (400, 3200)]);
        assert_eq!(kept(1, 30_000), [(1, 960)]);
        assert_eq!(kept(30_000, 1), [(480, 1), (960, 1), (1600, 1)]);
    }

    proptest! {
        #[test]
        fn every_size_is_within_its_bounds(width in 1..60_000_u32, height in 1..60_000_u32) {
            let sizes = PictureSize { width, height }.kept();
            prop_assert!(!sizes.is_empty());
            prop_assert!(sizes.is_sorted_by(|a, b| a.width < b.width));
            for size in sizes {
                prop_assert!((1..=width.min(1600)).contains(&size.width));
                prop_assert!((1..=height.min(3200)).contains(&size.height));
            }
        }
    }
}
