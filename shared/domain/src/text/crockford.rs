//! Crockford's base32, for texts that people read out and type. It has no I, L, O (read as 1, 1, 0) and no U.

/// The symbols, in the order of their values.
pub(crate) const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// The number of bits of a symbol.
pub(crate) const BITS_PER_SYMBOL: u32 = 5;
const GROUP: u32 = 4;

/// Returns the lowest `5 · symbols` bits in groups of four symbols, the highest first; at most 12 symbols.
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

/// Reads exactly `symbols` symbols as a person typed them: in either case, with or without hyphens and spaces anywhere, `O` for
/// `0`, `I` or `L` for `1`.
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
