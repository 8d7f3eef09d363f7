//! Columns that stand below each other.

/// The rows as lines. A cell that is a number stands at the right of its column.
pub(crate) fn aligned<const N: usize>(rows: &[[String; N]]) -> Vec<String> {
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.max().unwrap_or(0)
    };
    let widths: [usize; N] = std::array::from_fn(width);
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(widths).map(|(cell, width)| {
            if cell.parse::<u64>().is_ok() {
                format!("{cell:>width$}")
            } else {
                format!("{cell:<width$}")
            }
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_begin_and_numbers_end_below_each_other() {
        let row = |cells: [&str; 3]| cells.map(str::to_owned);
        let rows = [
            row(["", "waiting", "dead"]),
            row(["mail", "12", "0"]),
            row(["feedback", "-", "1000000"]),
        ];
        assert_eq!(
            aligned(&rows),
            [
                "          waiting  dead",
                "mail           12        0",
                "feedback  -        1000000",
            ]
        );
        assert_eq!(aligned::<2>(&[]), [""; 0]);
    }
}
