//! Finds out whether a JPEG file is complete. Decoders fill the missing part of a file with grey.

/// The marker that begins the compressed pixels.
const START_OF_SCAN: u8 = 0xda;
/// The marker that ends the picture.
const END_OF_IMAGE: u8 = 0xd9;

/// Returns whether the file reaches the end of its picture. Bytes after the end, which some phones write, are ignored.
pub(super) fn is_complete(file: &[u8]) -> bool {
    let mut rest = file.get(2..).unwrap_or_default();
    while let Some((marker, after)) = next_marker(rest) {
        if marker == END_OF_IMAGE {
            return true;
        }
        // The length counts its own two bytes.
        let &[high, low, ..] = after else {
            return false;
        };
        let length = usize::from(u16::from_be_bytes([high, low]));
        let Some(next) = after.get(length.max(2)..) else {
            return false;
        };
        rest = if marker == START_OF_SCAN {
            after_pixels(next)
        } else {
            next
        };
    }
    false
}

/// Returns the marker at the beginning of `bytes` and the bytes after it. A marker may have any number of fill bytes before it.
fn next_marker(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let at = bytes.iter().position(|byte| *byte != 0xff)?;
    let marker = bytes.get(at)?;
    (at > 0).then_some((*marker, bytes.get(at + 1..)?))
}

/// Skips compressed pixels. Within them, `ff 00` stands for the byte `ff`, and the markers `d0` to `d7` have no content.
fn after_pixels(mut bytes: &[u8]) -> &[u8] {
    while let Some(at) = bytes.iter().position(|byte| *byte == 0xff) {
        bytes = bytes.get(at..).unwrap_or_default();
        match bytes.get(1) {
            Some(0x00 | 0xd0..=0xd7) => bytes = bytes.get(2..).unwrap_or_default(),
            Some(0xff) => bytes = bytes.get(1..).unwrap_or_default(),
            _ => return bytes,
        }
    }
    &[]
}
