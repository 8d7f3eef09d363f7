//! Counts in the metrics how many mails reach each state, such as `sent` or `bounced`.

use bootstrap::metrics::{Metric, Metrics};
use domain::mail::{key::MailKey, state::MailState};

/// Adds one to the metric that counts mails of this kind that have reached `state`.
pub(crate) fn count(metrics: &Metrics, key: &MailKey, state: MailState) {
    let (kind, outcome) = (key.known_kind(), state.as_str());
    metrics.note(Metric::Mails { kind, outcome }, 1);
}
