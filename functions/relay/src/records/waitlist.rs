//! The effects of a change to a waitlist.

use domain::id::EventId;

use crate::effect::Effect;

/// Returns the effects when a user joins or leaves the waitlist of `event`: the places on the waitlist are recounted, and the
/// event's counts are published.
pub(crate) fn on_waitlist(event: EventId) -> Vec<Effect> {
    vec![
        Effect::CountWaitlist { event },
        Effect::PublishCounts { event },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{event_id, table};

    #[test]
    fn effects_of_a_waitlist() {
        insta::assert_snapshot!(table([("joined or left", on_waitlist(event_id()))]), @r"
        joined or left:
          CountWaitlist: EVENT
          PublishCounts: EVENT
        ");
    }
}
