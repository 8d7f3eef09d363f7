//! The facts that a batch adds to statistics.

use std::{collections::BTreeMap, sync::Arc};

use domain::stats::{
    StatsOf,
    fact::{Fact, FactId},
    tally::Tally,
};
use jiff::Timestamp;

use crate::record::Source;

/// The facts, grouped by the statistics to which they will be added. Each group is stored together with the first record that
/// reports one of the group's facts.
#[derive(Debug, Default)]
pub(crate) struct Facts(pub(crate) BTreeMap<StatsOf, (Vec<Fact>, Arc<Source>)>);

impl Facts {
    /// Adds a fact: `tally` must be added to the statistics `of`. The record `source`, which was written at the time `at`,
    /// reports it.
    pub(crate) fn add(&mut self, of: StatsOf, tally: Tally, at: Timestamp, source: &Arc<Source>) {
        let id = FactId::of(&source.pk, &source.sk, &source.sequence_number);
        let facts = self.0.entry(of);
        let (facts, _) = facts.or_insert_with(|| (Vec::new(), Arc::clone(source)));
        facts.push(Fact { id, at, tally });
    }
}
