//! Crockford's base32, for texts that people read aloud and type. It has no U, and no I, L or O, which are read as 1, 1 and 0.

/// The symbols of the alphabet, in the order of their values.
pub(crate) const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// The number of bits that a symbol represents.
pub(crate) const BITS_PER_SYMBOL: u32 = 5;
const GROUP: u32 = 4;

/// Writes the lowest `5 · symbols` bits as symbols in groups of four, the highest bits first. `symbols` is at most 12.
pub(crate) fn write(bits: u64, symbols: u32) -> String {
    let mut text = String::with_capacity(15);
    for place in 0..symbols {
        if place > 0 && place % GROUP == 0 {
            text.push('-');
        }
        let value = bits >> (BITS_PER_SYMBOL * (symbols - 1 - place)) & 31;
        text.push(char::from(ALPHABET[value as usize]));
    }
    text
}

/// Reads exactly `symbols` symbols as a person typed them. Upper and lower case are the same, hyphens and spaces may stand
/// anywhere, `O` is read as `0`, and `I` or `L` as `1`.
pub(crate) fn read(text: &str, symbols: u32) -> Option<u64> {
    let mut bits = 0;
    let mut count = 0;
    for typed in text.chars().filter(|typed| !matches!(typed, '-' | ' ')) {
        if count == symbols {
            return None;
        }
        bits = bits << BITS_PER_SYMBOL | value(typed)?;
        count += 1;
    }
    (count == symbols).then_some(bits)
}

fn value(typed: char) -> Option<u64> {
    let symbol = match typed.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    (0..)
        .zip(ALPHABET)
        .find_map(|(value, known)| (char::from(*known) == symbol).then_some(value))
}
