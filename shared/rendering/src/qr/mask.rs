//! The choice of a QR code's mask (ISO/IEC 18004, 7.8).
//!
//! A mask inverts some of the data modules. The standard has eight, and wants the one with the lowest penalty: few
//! areas of one colour, and nothing that looks like a finder pattern. `Canvas::apply_best_mask` of `qrcode` finds
//! the same mask, but allocates a closure for every module, which was a third of a ticket mail's CPU time.

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

/// Returns the modules of `canvas`, row by row, under the mask with the lowest penalty; of equals, under the first.
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
    let in_rows: u32 = rows().map(|row| line_penalty(row.iter())).sum();
    let in_columns: u32 = (0..width)
        .map(|x| line_penalty(modules[x..].iter().step_by(width)))
        .sum();
    let in_squares: u32 = rows()
        .zip(rows().skip(1))
        .map(|(upper, lower)| square_penalty(upper, lower))
        .sum();
    in_rows + in_columns + in_squares + balance_penalty(modules)
}

/// Returns the penalty of a row or a column: length minus 2 for each run of 5 modules or more of one colour, and
/// 40 for each `#.###.#` that has four light modules before or behind it. Beyond the code everything is light.
fn line_penalty<'a>(line: impl Iterator<Item = &'a Color>) -> u32 {
    const SIDE: u16 = 0b1111;
    const FINDER: u16 = 0b101_1101;
    const FINDER_MASK: u16 = 0b111_1111;

    let mut penalty = 0;
    // The last 15 modules, dark ones as 1: four, a finder pattern perhaps, four.
    let mut window = 0_u16;
    let mut finder = |is_dark: bool| {
        window = (window << 1) | u16::from(is_dark);
        let is_finder = (window >> 4) & FINDER_MASK == FINDER;
        let has_light_side = window & SIDE == 0 || (window >> 11) & SIDE == 0;
        if is_finder && has_light_side { 40 } else { 0 }
    };
    let run_penalty = |length: u32| if length >= 5 { length - 2 } else { 0 };

    let (mut run, mut last) = (0, Color::Light);
    for &module in line {
        penalty += finder(module == Color::Dark);
        if module != last {
            penalty += run_penalty(run);
            run = 0;
            last = module;
        }
        run += 1;
    }
    penalty += run_penalty(run);
    // A finder pattern at the end.
    penalty + (0..4).map(|_| finder(false)).sum::<u32>()
}

/// Returns 3 for each square of four modules of one colour in two rows.
fn square_penalty(upper: &[Color], lower: &[Color]) -> u32 {
    upper
        .windows(2)
        .zip(lower.windows(2))
        .map(|(upper, lower)| u32::from(upper == lower && upper[0] == upper[1]) * 3)
        .sum()
}

/// Returns twice the percentage by which the dark modules are more or less than half of all. The standard rounds
/// this to steps of 5 %, `qrcode` does not.
fn balance_penalty(modules: &[Color]) -> u32 {
    let dark = modules.iter().filter(|&&module| module == Color::Dark);
    // At most 177 × 177 modules.
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
