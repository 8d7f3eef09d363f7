//! Counts mails in the metrics.

use bootstrap::metrics::{Metric, Metrics};
use domain::mail::{key::MailKey, state::MailState};

/// Adds a mail that has reached `state` to the metrics.
pub(crate) fn count(metrics: &Metrics, key: &MailKey, state: MailState) {
    let (kind, outcome) = (key.known_kind(), state.as_str());
    metrics.note(Metric::Mails { kind, outcome }, 1);
}
