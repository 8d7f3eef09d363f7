//! One panel of a chart: a coordinate system with lines.

use std::fmt::Write as _;

/// The position and size, in pixels, of the area in which a panel draws its lines. The whole panel, with its title and labels,
/// is about 430 pixels wide and 340 pixels high.
const LEFT: f64 = 62.0;
const TOP: f64 = 100.0;
const WIDTH: f64 = 350.0;
const HEIGHT: f64 = 250.0;

/// A coordinate system with lines.
pub(super) struct Panel {
    /// Title of the panel.
    pub(super) title: String,
    /// The horizontal axis.
    pub(super) x: Axis,
    /// The vertical axis.
    pub(super) y: Axis,
    /// The lines in the coordinate system.
    pub(super) lines: Vec<Line>,
}

/// A line through points.
pub(super) struct Line {
    /// The colour of the line in CSS.
    pub(super) colour: &'static str,
    /// The dash pattern of the line in SVG.
    pub(super) dashes: &'static str,
    /// The points, in the units of the axes.
    pub(super) points: Vec<(f64, f64)>,
}

/// An axis of a coordinate system.
pub(super) struct Axis {
    label: &'static str,
    ticks: Vec<f64>,
    logarithmic: bool,
}

impl Axis {
    /// Creates an axis from 0 to `end`, with `steps` equal steps and a tick after each.
    pub(super) fn linear(label: &'static str, end: f64, steps: u32) -> Self {
        let tick = |step| end * f64::from(step) / f64::from(steps);
        Self {
            label,
            ticks: (0..=steps).map(tick).collect(),
            logarithmic: false,
        }
    }

    /// Creates a logarithmic axis from the first of `ticks` to the last.
    pub(super) fn logarithmic(label: &'static str, ticks: Vec<f64>) -> Self {
        Self {
            label,
            ticks,
            logarithmic: true,
        }
    }

    /// Returns the position of a value on the axis: 0 at the first tick, 1 at the last.
    fn share(&self, value: f64) -> f64 {
        let of = |value: f64| {
            if self.logarithmic {
                value.max(1.0).ln()
            } else {
                value
            }
        };
        let (Some(first), Some(last)) = (self.ticks.first(), self.ticks.last()) else {
            return 0.0;
        };
        if last > first {
            ((of(value) - of(*first)) / (of(*last) - of(*first))).clamp(0.0, 1.0)
        } else {
            0.5
        }
    }
}

impl Panel {
    /// Draws the panel `left` pixels to the right of the chart's left edge.
    pub(super) fn svg(&self, left: f64) -> String {
        let x = |value: f64| left + LEFT + WIDTH * self.x.share(value);
        let y = |value: f64| TOP + HEIGHT * (1.0 - self.y.share(value));
        let (right, bottom) = (left + LEFT + WIDTH, TOP + HEIGHT);
        let mut svg = format!(
            "<text x=\"{}\" y=\"86\" font-weight=\"600\">{}</text>\n",
            left + LEFT,
            self.title
        );
        for tick in &self.y.ticks {
            let at = y(*tick);
            _ = write!(
                svg,
                "<path class=\"grid\" d=\"M{} {at:.1} H{right}\"/>",
                left + LEFT
            );
            _ = writeln!(
                svg,
                "<text class=\"faint\" x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{tick}</text>",
                left + LEFT - 8.0,
                at + 4.0
            );
        }
        for tick in &self.x.ticks {
            _ = write!(
                svg,
                "<path class=\"axis\" d=\"M{:.1} {bottom} v5\"/>",
                x(*tick)
            );
            _ = writeln!(
                svg,
                "<text class=\"faint\" x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\">{tick}</text>",
                x(*tick),
                bottom + 20.0
            );
        }
        _ = writeln!(
            svg,
            "<path class=\"axis\" d=\"M{} {bottom} H{right}\"/>",
            left + LEFT
        );
        _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
            left + LEFT + WIDTH / 2.0,
            bottom + 42.0,
            self.x.label
        );
        let (label_x, label_y) = (left + 6.0, TOP + HEIGHT / 2.0);
        _ = writeln!(
            svg,
            "<text x=\"{label_x}\" y=\"{label_y}\" text-anchor=\"middle\" transform=\"rotate(-90 {label_x} {label_y})\">{}</text>",
            self.y.label
        );
        for line in &self.lines {
            let points: Vec<String> = line
                .points
                .iter()
                .map(|(px, py)| format!("{:.1} {:.1}", x(*px), y(*py)))
                .collect();
            let (colour, dashes) = (line.colour, line.dashes);
            _ = writeln!(
                svg,
                "<path d=\"M{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2.5\" stroke-linejoin=\"round\" stroke-dasharray=\"{dashes}\"/>",
                points.join(" L")
            );
        }
        svg
    }
}
