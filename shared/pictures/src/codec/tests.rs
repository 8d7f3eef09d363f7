use std::io::Cursor;

use image::{DynamicImage, ImageEncoder as _, ImageFormat, Luma, Rgba, codecs::png::PngEncoder};

use super::*;

/// Returns a picture whose left half is red, and whose right half is blue.
fn halves(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, _| {
        if x < width / 2 {
            Rgb([250, 0, 0])
        } else {
            Rgb([0, 0, 250])
        }
    })
}

fn file(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    picture.into().write_to(&mut file, format).unwrap();
    file.into_inner()
}

/// Returns an EXIF block with an orientation, and with a position on the earth.
fn exif(orientation: u8) -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08".to_vec();
    // Two entries: the orientation, and the pointer to the position, which is at byte 38.
    exif.extend([0, 2, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]);
    exif.extend([0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 38, 0, 0, 0, 0]);
    exif.extend([0, 1, 0, 1, 0, 2, 0, 0, 0, 2, b'N', 0, 0, 0, 0, 0, 0, 0]);
    exif.extend(b"GPS position: Vienna");
    exif
}

/// Returns the JPEG file with the EXIF block after its start.
fn with_exif(file: &[u8], exif: &[u8]) -> Vec<u8> {
    let length = u16::try_from(exif.len() + 2).unwrap();
    let (start, rest) = file.split_at(2);
    let head = [0xff, 0xe1].into_iter().chain(length.to_be_bytes());
    let block = head.chain(exif.iter().copied());
    start
        .iter()
        .copied()
        .chain(block)
        .chain(rest.to_vec())
        .collect()
}

fn read(file: &PictureFile) -> RgbImage {
    let read = image::load_from_memory_with_format(&file.jpeg, ImageFormat::Jpeg);
    let read = read.unwrap().into_rgb8();
    assert_eq!(read.dimensions(), (file.size.width, file.size.height));
    read
}

fn is_red(pixel: Rgb<u8>) -> bool {
    pixel.0[0] > 200 && pixel.0[2] < 60
}

fn is_blue(pixel: Rgb<u8>) -> bool {
    pixel.0[2] > 200 && pixel.0[0] < 60
}

#[test]
fn every_format_becomes_jpeg_files_of_all_sizes() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        let files = sizes_of(&file(halves(2000, 1000), format)).unwrap();
        let widths: Vec<u32> = files.iter().map(|file| file.size.width).collect();
        assert_eq!(widths, [480, 960, 1600], "{format:?}");
        for file in &files {
            let picture = read(file);
            let (width, height) = picture.dimensions();
            assert!(is_red(*picture.get_pixel(width / 4, height / 2)));
            assert!(is_blue(*picture.get_pixel(width * 3 / 4, height / 2)));
        }
    }
}

#[test]
fn a_large_picture_is_reduced_in_two_steps() {
    let files = sizes_of(&file(halves(5000, 400), ImageFormat::Png)).unwrap();
    let picture = read(files.last().unwrap());
    assert_eq!(picture.dimensions(), (1600, 128));
    assert!(is_red(*picture.get_pixel(790, 64)) && is_blue(*picture.get_pixel(810, 64)));
}

#[test]
fn the_picture_is_turned_and_nothing_else_of_the_camera_is_kept() {
    let file = file(halves(64, 32), ImageFormat::Jpeg);
    // The orientation 6 means a turn by 90 degrees clockwise: left becomes top.
    let turned = with_exif(&file, &exif(6));
    assert!(turned.windows(3).any(|window| window == b"GPS"));
    let files = sizes_of(&turned).unwrap();
    let picture = read(&files[0]);
    assert_eq!(picture.dimensions(), (32, 64));
    assert!(is_red(*picture.get_pixel(16, 8)) && is_blue(*picture.get_pixel(16, 56)));
    for part in [&b"GPS"[..], b"Exif", b"Vienna"] {
        let kept = &files[0].jpeg;
        assert!(!kept.windows(part.len()).any(|window| window == part));
    }
    // A damaged block does not refuse the picture.
    let damaged = with_exif(&file, b"Exif\0\0MM\0\x2a\xff\xff\xff\xff");
    assert_eq!(read(&sizes_of(&damaged).unwrap()[0]).dimensions(), (64, 32));
}

#[test]
fn transparent_parts_become_white_and_grey_pictures_stay_grey() {
    let clear = RgbaImage::from_pixel(20, 20, Rgba([0, 0, 0, 0]));
    let files = sizes_of(&file(clear, ImageFormat::Png)).unwrap();
    assert_eq!(read(&files[0]).get_pixel(10, 10).0, [255, 255, 255]);
    let grey = image::GrayImage::from_pixel(20, 20, Luma([128]));
    let files = sizes_of(&file(grey, ImageFormat::Png)).unwrap();
    let [red, green, blue] = read(&files[0]).get_pixel(10, 10).0;
    assert!(red == green && green == blue && red.abs_diff(128) < 4);
    assert_eq!(
        [on_white(0, 255), on_white(7, 0), on_white(0, 128)],
        [0, 255, 127]
    );
}

#[test]
fn a_file_that_ends_early_is_refused() {
    let picture = RgbImage::from_fn(200, 200, |x, y| {
        let noise = u8::try_from((x * 7919 + y * 104_729) % 251).unwrap();
        Rgb([noise, noise.wrapping_mul(3), noise.wrapping_mul(7)])
    });
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        let whole = file(picture.clone(), format);
        assert!(sizes_of(&whole).is_ok(), "{format:?}");
        for part in [whole.len() / 3, whole.len() / 2, whole.len() * 9 / 10] {
            let refused = sizes_of(&whole[..part]);
            assert_eq!(refused, Err(PictureError::Damaged), "{format:?} {part}");
        }
    }
    // A JPEG file may have bytes after its end.
    let mut longer = file(picture, ImageFormat::Jpeg);
    longer.extend(b"more of the phone");
    assert!(sizes_of(&longer).is_ok());
}

#[test]
fn other_files_are_refused() {
    for other in [
        &b""[..],
        b"\xff",
        b"hello",
        b"GIF89a\x01\0\x01\0\0\0\0;",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7",
        b"BM",
    ] {
        assert_eq!(sizes_of(other), Err(PictureError::OtherFormat), "{other:?}");
    }
    for damaged in [
        &b"\xff\xd8\xff\xd9"[..],
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\0\0\0\0WEBP",
    ] {
        assert_eq!(sizes_of(damaged), Err(PictureError::Damaged), "{damaged:?}");
    }
}

/// Returns a PNG file that says that it has this size, and has no pixels.
fn png_head(width: u32, height: u32) -> Vec<u8> {
    let mut file = Vec::new();
    PngEncoder::new(&mut file)
        .write_image(&[0; 3], 1, 1, ExtendedColorType::Rgb8)
        .unwrap();
    file[16..20].copy_from_slice(&width.to_be_bytes());
    file[20..24].copy_from_slice(&height.to_be_bytes());
    let checksum = crc(&file[12..29]);
    file[29..33].copy_from_slice(&checksum.to_be_bytes());
    file
}

fn crc(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 * (crc & 1))
        })
    };
    !bytes.iter().fold(u32::MAX, step)
}

#[test]
fn a_small_file_with_a_huge_picture_is_refused_before_it_is_decoded() {
    for (width, height) in [(8000, 4001), (60_000, 60_000), (u32::MAX >> 1, 1)] {
        let refused = sizes_of(&png_head(width, height));
        assert_eq!(
            refused,
            Err(PictureError::TooManyPixels),
            "{width} {height}"
        );
    }
    assert_eq!(sizes_of(&png_head(0, 1)), Err(PictureError::Damaged));
}

#[test]
fn animations_are_refused() {
    // An animated PNG has this chunk before its pixels: one frame, which is shown for ever.
    let still = file(halves(8, 8), ImageFormat::Png);
    let chunk = [b"acTL".as_slice(), &[0, 0, 0, 2, 0, 0, 0, 0]].concat();
    let (head, rest) = still.split_at(33);
    let chunk = [&8_u32.to_be_bytes()[..], &chunk, &crc(&chunk).to_be_bytes()].concat();
    let animated = [head, &chunk, rest].concat();
    assert_eq!(sizes_of(&animated), Err(PictureError::Animated));
    // The header of a WebP file: extended, with the flag for animations, one pixel; then an empty animation.
    let body = [
        b"WEBPVP8X".as_slice(),
        &[10, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        b"ANIM",
        &[6, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    ]
    .concat();
    let length = u32::try_from(body.len()).unwrap().to_le_bytes();
    let animated = [b"RIFF".as_slice(), &length, &body].concat();
    assert!(matches!(
        sizes_of(&animated),
        Err(PictureError::Animated | PictureError::Damaged)
    ));
}
