//! Measures whether the cost of a registration depends on the number of seats and events.

use anyhow::Result;
use indicatif::ProgressBar;

use super::report::{Grown, Operation};
use super::scene::Scene;
use crate::crowd::at_once;

/// Number of seats of each of the measured events.
const SEATS: [usize; 4] = [100, 1_000, 10_000, 100_000];
/// Number of events in a large table.
pub(super) const MANY_EVENTS: usize = 1_000;
/// Number of people who register for each event. Even the smallest of the events has more seats.
const PEOPLE: usize = 40;

/// Measures registrations for events with more and more seats. Then creates many events, and measures registrations and one
/// page of the list of events in the table that has now grown. If `quick` is true, leaves out the largest event and creates
/// only a tenth of the events.
pub(super) fn measure(scene: &mut Scene, quick: bool) -> Result<(Vec<Grown>, Operation)> {
    scene.stay_signed_in()?;
    let sizes = if quick { &SEATS[..3] } else { &SEATS[..] };
    let mut grown = sizes
        .iter()
        .map(|seats| registrations(scene, *seats, 0))
        .collect::<Result<Vec<_>>>()?;
    let events = if quick { MANY_EVENTS / 10 } else { MANY_EVENTS };
    eprintln!("  {events} events");
    at_once(events, &ProgressBar::hidden(), |_| scene.event(10))?;
    scene.stay_signed_in()?;
    grown.push(registrations(scene, SEATS[0], events)?);
    let page = scene.operation("page of 20 events, of many", 50, 200, |_| {
        scene.client.get("/v1/events?limit=20", None)
    })?;
    Ok((grown, page))
}

fn registrations(scene: &Scene, seats: usize, events: usize) -> Result<Grown> {
    eprintln!("  registrations for one of {seats} seats");
    let event = scene.event(seats)?;
    scene.register(&event, 0)?.expect_status(201, "registers")?;
    let Operation { cost, .. } = scene.operation("registration", PEOPLE, 201, |index| {
        scene.register(&event, index + 1)
    })?;
    Ok(Grown {
        seats,
        events,
        cost,
    })
}
