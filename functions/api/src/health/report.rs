//! The health report of the deployment, and the verdict that follows from its checks.

mod parts;

use serde::Serialize;
use utoipa::ToSchema;

pub(crate) use parts::{
    DeadLettersCheck, QueueCheck, QueuesCheck, SenderCheck, StreamCheck, TableCheck,
};

/// Whether the deployment can do its work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Readiness {
    pub(crate) status: Verdict,
    checks: Checks,
}

/// The verdict of all checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Verdict {
    /// Everything is in order.
    Ready,
    /// The deployment works, but somebody should look at the checks that are not `ok`.
    Degraded,
    /// The table, a queue or the stream is slow or failing.
    NotReady,
}

/// The result of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Status {
    /// The checked part works.
    Ok,
    /// The checked part is switched off in this deployment.
    Off,
    /// There is no result yet.
    Unknown,
    /// The checked part works, but somebody should look at it.
    Degraded,
    /// The checked part did not answer within two seconds.
    Slow,
    /// The checked part refused the request, is not available, or is over its limit.
    Failing,
}

/// All checks. If `table`, `queues` or `stream` is slow or failing, the deployment is not ready.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Checks {
    pub(crate) table: TableCheck,
    pub(crate) queues: QueuesCheck,
    pub(crate) dead_letters: DeadLettersCheck,
    pub(crate) sender: SenderCheck,
    pub(crate) stream: StreamCheck,
}

impl Readiness {
    pub(crate) fn of(checks: Checks) -> Self {
        let needed = [
            checks.table.status,
            checks.queues.status,
            checks.stream.status,
        ];
        let advisory = [checks.dead_letters.status, checks.sender.status];
        Self {
            status: verdict(&needed, &advisory),
            checks,
        }
    }
}

fn verdict(needed: &[Status], advisory: &[Status]) -> Verdict {
    let is_away = |status: &Status| matches!(status, Status::Slow | Status::Failing);
    let is_fine = |status: &Status| matches!(status, Status::Ok | Status::Off | Status::Unknown);
    if needed.iter().any(is_away) {
        Verdict::NotReady
    } else if needed.iter().chain(advisory).all(is_fine) {
        Verdict::Ready
    } else {
        Verdict::Degraded
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Status; 6] = [
        Status::Ok,
        Status::Off,
        Status::Unknown,
        Status::Degraded,
        Status::Slow,
        Status::Failing,
    ];

    #[test]
    fn only_what_is_needed_makes_it_unready() {
        for (status, expected) in ALL.into_iter().zip([
            Verdict::Ready,
            Verdict::Ready,
            Verdict::Ready,
            Verdict::Degraded,
            Verdict::NotReady,
            Verdict::NotReady,
        ]) {
            for at in 0..3 {
                let mut needed = [Status::Ok; 3];
                needed[at] = status;
                assert_eq!(verdict(&needed, &[Status::Ok; 2]), expected, "{status:?}");
            }
        }
        for (status, expected) in ALL.into_iter().zip([
            Verdict::Ready,
            Verdict::Ready,
            Verdict::Ready,
            Verdict::Degraded,
            Verdict::Degraded,
            Verdict::Degraded,
        ]) {
            for advisory in [[status, Status::Ok], [Status::Ok, status]] {
                assert_eq!(verdict(&[Status::Ok; 3], &advisory), expected, "{status:?}");
                let needed = [Status::Ok, Status::Failing, Status::Ok];
                assert_eq!(verdict(&needed, &advisory), Verdict::NotReady);
            }
        }
    }
}
