//! Chooses the mask of a QR code (ISO/IEC 18004, 7.8).
//!
//! A mask inverts some of the data modules. The standard has eight masks, and requires the mask with the lowest penalty. A code
//! has a low penalty if it has few areas of one colour, and no pattern that looks like a finder pattern.
//! `Canvas::apply_best_mask` of `qrcode` finds the same mask. But it allocates a closure for every module and mask, which took
//! a third of the CPU time of a ticket mail.

use qrcode::{
    Color,
    canvas::{Canvas, MaskPattern},
};

const MASKS: [MaskPattern; 8] = [
    MaskPattern::Checkerboard,
    MaskPattern::HorizontalLines,
    MaskPattern::VerticalLines,
    MaskPattern::DiagonalLines,
    MaskPattern::LargeCheckerboard,
    MaskPattern::Fields,
    MaskPattern::Diamonds,
    MaskPattern::Meadow,
];

/// Returns the modules of `canvas`, row by row, with the mask that has the lowest penalty. If several masks have the lowest
/// penalty, the first one is used.
pub(super) fn mask(canvas: &Canvas, width: usize) -> Vec<Color> {
    let mut best = (u32::MAX, Vec::new());
    for mask in MASKS {
        let mut masked = canvas.clone();
        masked.apply_mask(mask);
        let modules = masked.into_colors();
        let penalty = penalty(&modules, width);
        if penalty < best.0 {
            best = (penalty, modules);
        }
    }
    best.1
}

/// Returns the penalty of a code (ISO/IEC 18004, 7.8.3).
fn penalty(modules: &[Color], width: usize) -> u32 {
    let rows = || modules.chunks_exact(width);
    let mut transposed = vec![Color::Light; modules.len()];
    for (y, row) in rows().enumerate() {
        for (&module, column) in row.iter().zip(transposed.chunks_exact_mut(width)) {
            column[y] = module;
        }
    }
    let in_squares: u32 = rows()
        .zip(rows().skip(1))
        .map(|(upper, lower)| square_penalty(upper, lower))
        .sum();
    column_penalty(modules, width)
        + column_penalty(&transposed, width)
        + in_squares
        + balance_penalty(modules)
}

/// Returns the penalty of all columns. A run of at least 5 modules of one colour adds its length minus 2. Each `#.###.#` with
/// four light modules before or after it adds 40. Modules outside the code count as light.
///
/// All columns are processed at the same time, row by row and without branches, so that the compiler can use vector
/// instructions.
fn column_penalty(modules: &[Color], width: usize) -> u32 {
    // For each column, `runs` contains the length of the present run of one colour, and `windows` contains the last 15 modules
    // as bits. A dark module is 1.
    let mut runs = vec![0_u8; width];
    let mut windows = vec![0_u16; width];
    let mut penalty = 0;
    for row in modules.chunks_exact(width) {
        let columns = row.iter().zip(&mut runs).zip(&mut windows);
        let in_row: u32 = columns
            .map(|((&module, run), window)| {
                let is_dark = u16::from(module == Color::Dark);
                let goes_on = u8::from(*window & 1 == is_dark);
                *run = *run * goes_on + 1;
                *window = (*window << 1) | is_dark;
                u32::from(*run == 5) * 3 + u32::from(*run > 5)
            })
            .sum();
        penalty += in_row + finder_penalty(&windows);
    }
    // The four rows below the last row of the code count as light.
    for _ in 0..4 {
        for window in &mut windows {
            *window <<= 1;
        }
        penalty += finder_penalty(&windows);
    }
    penalty
}

/// Returns the penalty for patterns that look like finder patterns. Each window with such a pattern in its middle, and with
/// four light modules at one of its ends, adds 40.
fn finder_penalty(windows: &[u16]) -> u32 {
    const LAST_FOUR: u16 = 0b1111;
    const FIRST_FOUR: u16 = LAST_FOUR << 11;
    const MIDDLE: u16 = 0b111_1111 << 4;
    const FINDER: u16 = 0b101_1101 << 4;

    let is_finder = |window: &u16| {
        let has_light_end = window & LAST_FOUR == 0 || window & FIRST_FOUR == 0;
        u32::from(window & MIDDLE == FINDER && has_light_end)
    };
    windows.iter().map(is_finder).sum::<u32>() * 40
}

/// Returns the penalty for squares of two by two modules in the adjacent rows `upper` and `lower`. Each square of one colour
/// adds 3.
fn square_penalty(upper: &[Color], lower: &[Color]) -> u32 {
    let dark = |module: &Color| u8::from(*module == Color::Dark);
    let pairs = upper.iter().zip(lower).map(|(u, l)| dark(u) + dark(l));
    let next = pairs.clone().skip(1);
    let is_square = |(pair, next): (u8, u8)| u32::from((pair + next) % 4 == 0);
    pairs.zip(next).map(is_square).sum::<u32>() * 3
}

/// Returns twice the difference between 50 % and the percentage of dark modules. The standard rounds this value to steps of 5
/// %, but `qrcode` does not.
fn balance_penalty(modules: &[Color]) -> u32 {
    let dark = modules.iter().filter(|&&module| module == Color::Dark);
    // A code has at most 177 × 177 modules, so the product does not overflow.
    let ratio = dark.count() * 200 / modules.len();
    u32::try_from(ratio.abs_diff(100)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use qrcode::{EcLevel, QrCode, Version, bits::Bits};

    use super::super::Symbol;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn the_mask_is_the_one_that_qrcode_chooses(
            text in "[0-9A-Z $%*+./:-]{1,300}", repeated in 1..4_usize,
        ) {
            let text = text.repeat(repeated);
            let symbol = Symbol::of(&text).unwrap();
            let version = Version::Normal(i16::try_from((symbol.width() - 17) / 4).unwrap());
            let mut bits = Bits::new(version);
            bits.push_alphanumeric_data(text.as_bytes()).unwrap();
            bits.push_terminator(EcLevel::M).unwrap();
            let expected = QrCode::with_bits(bits, EcLevel::M).unwrap();
            prop_assert!(symbol.modules == expected.into_colors());
        }
    }
}
