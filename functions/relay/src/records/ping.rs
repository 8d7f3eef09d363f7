//! The effects of a ping, which checks whether the stream is read.

use jiff::Timestamp;

use crate::effect::Effect;

/// Returns the effect of a ping that was written at `asked_at`: the reply to it.
pub(crate) fn on_ping(asked_at: Timestamp) -> Vec<Effect> {
    vec![Effect::AnswerPing { asked_at }]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{at, table};

    #[test]
    fn effects_of_a_ping() {
        insta::assert_snapshot!(table([("asked", on_ping(at()))]), @r"
        asked:
          AnswerPing: 2027-05-01T18:00:00Z
        ");
    }
}
