//! QR codes, as a phone would decode them.

use std::io::Cursor;

/// Decodes the one QR code in a PNG picture, with a decoder that em-connect does not use.
#[track_caller]
pub fn qr_content_of(picture: &[u8]) -> String {
    let mut decoder = png::Decoder::new(Cursor::new(picture));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = match decoder.read_info() {
        Ok(reader) => reader,
        Err(error) => panic!("no PNG: {error}"),
    };
    let mut pixels = vec![0; reader.output_buffer_size().unwrap_or_default()];
    let frame = match reader.next_frame(&mut pixels) {
        Ok(frame) => frame,
        Err(error) => panic!("no picture: {error}"),
    };
    let samples = frame.color_type.samples();
    let (width, height) = (frame.width as usize, frame.height as usize);
    let brightness = |x: usize, y: usize| pixels[y * frame.line_size + x * samples];
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(width, height, brightness);
    let grids = prepared.detect_grids();
    assert_eq!(grids.len(), 1, "QR codes in {width} × {height} pixels");
    match grids[0].decode() {
        Ok((_, content)) => content,
        Err(error) => panic!("no content: {error}"),
    }
}
