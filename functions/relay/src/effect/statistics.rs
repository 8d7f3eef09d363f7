//! Computes the effects of a change of an item on statistics: the numbers that the item adds to statistics after the change,
//! minus the numbers that it added before.

use domain::{
    id::EventId,
    stats::{StatsOf, tally::Tally},
};

use super::Effect;

/// Returns what an item contributes to statistics after a change, minus what it contributed before the change. `None` means
/// that the item does not exist.
pub(crate) fn difference<T>(
    before: Option<&T>,
    after: Option<&T>,
    contribution: impl Fn(&T) -> Tally,
) -> Tally {
    let of = |item: Option<&T>| item.map(&contribution).unwrap_or_default();
    of(after).since(&of(before))
}

/// Returns the effects of an event's change by `tally`: all of `tally` is added to the statistics of the event, and the numbers
/// that the whole deployment also counts are added to the statistics of the deployment.
pub(crate) fn add_to_event(event: EventId, tally: Tally) -> Vec<Effect> {
    let for_all = tally.for_all();
    let mut effects = Vec::new();
    effects.extend(add(StatsOf::Event(event), tally));
    effects.extend(add_to_all(for_all));
    effects
}

/// Returns the effect that adds `tally` to the statistics of the deployment, or `None` if `tally` is zero.
pub(crate) fn add_to_all(tally: Tally) -> Option<Effect> {
    add(StatsOf::System, tally)
}

fn add(of: StatsOf, tally: Tally) -> Option<Effect> {
    (!tally.is_zero()).then_some(Effect::AddToStatistics { of, tally })
}
