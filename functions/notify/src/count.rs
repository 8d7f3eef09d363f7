//! The metric of mails.

use bootstrap::metrics::{Metric, Metrics};
use domain::mail::{key::MailKey, state::MailState};

/// Counts a mail that has reached `state`.
pub(crate) fn count(metrics: &Metrics, key: &MailKey, state: MailState) {
    let (kind, outcome) = (key.known_kind(), state.as_str());
    metrics.note(Metric::Mails { kind, outcome }, 1);
}
