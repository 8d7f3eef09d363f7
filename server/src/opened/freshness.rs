//! Keeps cached public answers as fresh as the last write to the database.

use std::sync::Arc;

use api::Generations;
use embedded::{Changed, Observer};

/// Passes each change of the database to the cache of public answers.
#[derive(Debug)]
pub(super) struct Freshness(pub(super) Arc<Generations>);

impl Observer for Freshness {
    fn committed(&self, changes: &[Changed]) {
        for change in changes {
            self.0.changed(&change.pk, &change.sk);
        }
    }
}
