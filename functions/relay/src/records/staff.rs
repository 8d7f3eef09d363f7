//! The effects of a change to an event's door staff.

use domain::id::UserId;

use crate::effect::Effect;

/// Returns the effect of removing `user` from the door staff of an event: a check of the user's rights on open connections.
pub(crate) fn on_staff_removed(user: UserId) -> Vec<Effect> {
    vec![Effect::RecheckRights { user }]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{table, user};

    #[test]
    fn effects_of_door_staff() {
        insta::assert_snapshot!(table([("removed", on_staff_removed(user(2)))]), @r"
        removed:
          RecheckRights: USER2
        ");
    }
}
