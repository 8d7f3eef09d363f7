//! Calculates percentiles of measured values, and formats figures.

/// Percentiles of a latency, in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Latency {
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    pub(crate) max: f64,
}

/// Returns percentiles of all samples by nearest rank, so each percentile is one of the samples. Without samples, all
/// percentiles are 0.
pub(crate) fn latency_of(mut samples: Vec<f64>) -> Latency {
    samples.sort_by(f64::total_cmp);
    let at = |hundredths: usize| {
        let rank = (samples.len() * hundredths).div_ceil(100);
        samples.get(rank.saturating_sub(1)).copied().unwrap_or(0.0)
    };
    Latency {
        p50: at(50),
        p99: at(99),
        max: at(100),
    }
}

/// Returns a count as a floating-point number.
#[expect(clippy::cast_precision_loss, reason = "counts here are far below 2^52")]
pub(crate) fn float(count: usize) -> f64 {
    count as f64
}

/// Formats a figure with at most four significant digits, because the measurements are not precise enough for more digits.
pub(crate) fn text(value: f64) -> String {
    let decimals = match value.abs() {
        large if large >= 1000.0 => 0,
        large if large >= 100.0 => 1,
        large if large >= 10.0 => 2,
        _ => 3,
    };
    let text = format!("{value:.decimals$}");
    if text.contains('.') {
        let text = text.trim_end_matches('0').trim_end_matches('.');
        return if text == "-0" { "0" } else { text }.to_owned();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_samples() {
        let samples: Vec<f64> = (1..=200).rev().map(f64::from).collect();
        let all = latency_of(samples);
        assert_eq!((all.p50, all.p99, all.max), (100.0, 198.0, 200.0));
        let one = latency_of(vec![7.0]);
        assert_eq!((one.p50, one.p99, one.max), (7.0, 7.0, 7.0));
        assert_eq!(latency_of(Vec::new()), Latency::default());
    }

    #[test]
    fn numbers_for_people() {
        let texts = [0.0, -0.000_01, 2.0, 0.125, 12.345, 123.45, 12_345.6].map(text);
        assert_eq!(texts, ["0", "0", "2", "0.125", "12.35", "123.5", "12346"]);
    }
}
