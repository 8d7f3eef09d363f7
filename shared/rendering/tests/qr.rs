//! Tests QR codes. The library that reads the codes is different from the library that makes them.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use proptest::prelude::*;
use rendering::qr::Symbol;

/// A text of 161 base45 characters, which is the length of a ticket's text.
const TICKET: &str = "EM1:6BF:R0+Q8%E$9ZTK 3VX7JC*-W2./NHA4GDL5MPSUIOYB:R0+Q8%E$9ZTK 3VX7JC*-W2./\
                      NHA4GDL5MPSUIOYB6BF:R0+Q8%E$9ZTK 3VX7JC*-W2./NHA4GDL5MPSUIOYB6BF:R0+Q8%E$9ZTK 3VX7JCQQ";

fn png(text: &str) -> Vec<u8> {
    Symbol::of(text).unwrap().png().unwrap()
}

fn svg(text: &str) -> String {
    Symbol::of(text).unwrap().svg()
}

/// Decodes a square picture with `rqrr`. `is_dark` returns whether a pixel is dark.
fn read(side: usize, is_dark: impl Fn(usize, usize) -> bool) -> String {
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| {
        if is_dark(x, y) { 0 } else { 255 }
    });
    let codes = picture.detect_grids();
    assert_eq!(codes.len(), 1);
    codes[0].decode().unwrap().1
}

fn read_png(file: &[u8]) -> String {
    let mut reader = png::Decoder::new(std::io::Cursor::new(file))
        .read_info()
        .unwrap();
    let mut bits = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut bits).unwrap();
    assert_eq!(info.bit_depth, png::BitDepth::One);
    assert_eq!(info.color_type, png::ColorType::Grayscale);
    assert_eq!(info.width, info.height);
    read(info.width as usize, |x, y| {
        bits[y * info.line_size + x / 8] & (0x80 >> (x % 8)) == 0
    })
}

/// Reads a path that consists only of repetitions of `M{x} {y}h{n}v1h-{n}z`.
fn read_svg(svg: &str) -> String {
    const SCALE: usize = 4;
    let between = |start: &str, end: &str| {
        let from = svg.find(start).unwrap() + start.len();
        &svg[from..from + svg[from..].find(end).unwrap()]
    };
    let side: usize = between("viewBox=\"0 0 ", " ").parse().unwrap();
    let mut dark = vec![false; side * side];
    for run in between(" d=\"", "\"").split_terminator('z') {
        let (x, rest) = run.strip_prefix('M').unwrap().split_once(' ').unwrap();
        let (y, rest) = rest.split_once('h').unwrap();
        let (length, rest) = rest.split_once("v1h-").unwrap();
        assert_eq!(length, rest);
        let [x, y, length] = [x, y, length].map(|number| number.parse::<usize>().unwrap());
        dark[y * side + x..y * side + x + length].fill(true);
    }
    assert!(dark[..4 * side].iter().all(|dark| !dark), "quiet zone");
    read(side * SCALE, |x, y| dark[y / SCALE * side + x / SCALE])
}

#[test]
fn a_ticket_is_read_off_its_png() {
    let file = png(TICKET);
    assert_eq!(TICKET.len(), 161);
    assert_eq!(read_png(&file), TICKET);
    // Version 7 has 45 modules and a quiet zone of 4 modules on each side. Each module has 10 pixels.
    assert_eq!(file[16..24], [0, 0, 2, 18, 0, 0, 2, 18]);
    assert!(file.len() < 2_000, "{} bytes", file.len());
}

#[test]
fn a_ticket_is_read_off_its_svg() {
    let svg = svg(TICKET);
    assert_eq!(read_svg(&svg), TICKET);
    assert!(svg.starts_with(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 53 53\" width=\"530\" height=\"530\" \
         shape-rendering=\"crispEdges\"><rect width=\"53\" height=\"53\" fill=\"#fff\"/><path fill=\"#000\" d=\"M"
    ));
    assert!(svg.len() < 12_000, "{} bytes", svg.len());
}

#[test]
fn texts_of_any_kind_are_read() {
    for text in [
        "7K3M-9QXT-2BVD",
        "https://example.org/t/ä?x=1",
        "0123456789",
    ] {
        assert_eq!(read_png(&png(text)), text);
        assert_eq!(read_svg(&svg(text)), text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_base45_is_read(text in "[0-9A-Z $%*+./:-]{1,178}") {
        prop_assert_eq!(read_png(&png(&text)), text.clone());
        prop_assert_eq!(read_svg(&svg(&text)), text);
    }
}
