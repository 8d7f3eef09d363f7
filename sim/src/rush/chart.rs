//! Draws the figures of simulations as a chart in SVG, which is legible on light and dark backgrounds.

mod panel;

use std::fmt::Write as _;

use super::{model::Model, tally::SaleOutcome};
use panel::{Axis, Line, Panel};

/// The colour and the dash pattern of each line, in the order of the designs. The dash patterns distinguish the lines without
/// colour.
const STYLES: [(&str, &str); 6] = [
    ("#2f6fde", "none"),
    ("#0f9d76", "5 7"),
    ("#c9473a", "7 4"),
    ("#c98a1b", "2 3"),
    ("#9059c8", "10 3 2 3"),
    ("#808890", "1 4"),
];

const HEAD: &str = r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 470" role="img" font-family="system-ui, sans-serif" font-size="13">
<style>
  .ground { fill: #ffffff } text { fill: #24292f } .faint { fill: #57606a } .grid { stroke: #d8dee4 } .axis { stroke: #57606a }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #0d1117 } text { fill: #e6edf3 } .faint { fill: #9198a1 } .grid { stroke: #2a313a } .axis { stroke: #9198a1 }
  }
</style>
<rect class="ground" width="960" height="470" rx="8"/>
"#;

/// Draws two panels side by side. The first shows how many people are confirmed over time. The second shows how many people are
/// confirmed per second with each number of partitions.
pub(crate) fn svg(model: &Model, of_scale: &[(u32, &[SaleOutcome])]) -> String {
    let base = of_scale
        .iter()
        .find(|(partitions, _)| *partitions == model.partitions);
    let base = base.map_or(&[][..], |(_, outcomes)| *outcomes);
    let mut svg = HEAD.to_owned();
    svg += "<text x=\"30\" y=\"34\" font-size=\"18\" font-weight=\"600\">A sale under a table's limits, simulated</text>\n";
    _ = writeln!(
        svg,
        "<text class=\"faint\" x=\"30\" y=\"56\">{} seats, {} people in {} s, {} + {} partitions of {} write units/s, burst {} s. A model's figures, not DynamoDB's.</text>",
        model.capacity,
        model.requests,
        model.window_seconds,
        model.partitions,
        model.users_on(),
        model.write_units,
        model.burst_seconds,
    );
    svg += &sold(model, base).svg(30.0);
    svg += &by_partitions(model, of_scale).svg(500.0);
    let names = base
        .iter()
        .map(|outcome| outcome.design)
        .chain(["limit: every unit sells a seat"]);
    for (column, (name, (colour, dashes))) in (0u32..).zip(names.zip(STYLES)) {
        let x = 40.0 + f64::from(column % 3) * 305.0;
        let y = 432.0 + f64::from(column / 3) * 22.0;
        _ = writeln!(
            svg,
            "<path d=\"M{x} {} h30\" stroke=\"{colour}\" stroke-width=\"2.5\" stroke-dasharray=\"{dashes}\"/><text x=\"{}\" y=\"{y}\">{name}</text>",
            y - 4.0,
            x + 40.0
        );
    }
    svg + "</svg>\n"
}

fn line(design: usize, points: Vec<(f64, f64)>) -> Line {
    let (colour, dashes) = STYLES[design.min(STYLES.len() - 1)];
    Line {
        colour,
        dashes,
        points,
    }
}

/// Draws the number of people confirmed by each design in the first seconds of the sale.
fn sold(model: &Model, outcomes: &[SaleOutcome]) -> Panel {
    let seconds = 2 * 5_u32.max(model.capacity / model.partitions / 500);
    let capacity = f64::from(model.capacity);
    let limit = f64::from(model.partitions) * model.write_units;
    let mut lines: Vec<Line> = (0..)
        .zip(outcomes)
        .map(|(design, outcome)| {
            let tenths = 0..=seconds * 10;
            let sold = |tenth: u32| {
                let at = std::time::Duration::from_millis(u64::from(tenth) * 100);
                outcome
                    .confirmed_at
                    .partition_point(|confirmed| *confirmed <= at)
            };
            let point = |tenth| {
                (
                    f64::from(tenth) / 10.0,
                    f64::from(u32::try_from(sold(tenth)).unwrap_or(u32::MAX)),
                )
            };
            line(design, tenths.map(point).collect())
        })
        .collect();
    lines.push(line(5, vec![(0.0, 0.0), (capacity / limit, capacity)]));
    Panel {
        title: format!("People confirmed, {} partitions", model.partitions),
        x: Axis::linear("seconds since sales opened", f64::from(seconds), 5),
        y: Axis::linear("people", capacity, 5),
        lines,
    }
}

/// Draws how many people each design confirms per second with each number of partitions.
fn by_partitions(model: &Model, of_scale: &[(u32, &[SaleOutcome])]) -> Panel {
    let designs = of_scale.first().map_or(0, |(_, outcomes)| outcomes.len());
    let mut lines: Vec<Line> = (0..designs)
        .map(|design| {
            let points = of_scale.iter().filter_map(|(partitions, outcomes)| {
                Some((
                    f64::from(*partitions),
                    outcomes.get(design)?.confirmed_per_second,
                ))
            });
            line(design, points.collect())
        })
        .collect();
    let limit = of_scale.iter().map(|(partitions, _)| {
        let partitions = f64::from(*partitions);
        (partitions, partitions * model.write_units)
    });
    lines.push(line(5, limit.collect()));
    let partitions: Vec<f64> = of_scale
        .iter()
        .map(|(partitions, _)| f64::from(*partitions))
        .collect();
    Panel {
        title: "Confirmed a second, by partitions".to_owned(),
        x: Axis::logarithmic(
            "partitions that hold seats; seats and people in proportion",
            partitions,
        ),
        y: Axis::logarithmic(
            "confirmed/s",
            vec![100.0, 300.0, 1_000.0, 3_000.0, 10_000.0, 30_000.0],
        ),
        lines,
    }
}
