//! The effects of a session that begins or ends.

use domain::id::UserId;

use crate::effect::Effect;

/// Returns the effect of a new session: a check whether the user's account still exists. If it was erased, the session is
/// deleted.
pub(crate) fn on_session_begun(user: UserId) -> Vec<Effect> {
    vec![Effect::GiveBackIfErased { user }]
}

/// Returns the effect of the end of a session, which was revoked, deleted or expired: a check of the user's rights on open
/// connections.
pub(crate) fn on_session_ended(user: UserId) -> Vec<Effect> {
    vec![Effect::RecheckRights { user }]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{table, user};

    #[test]
    fn effects_of_a_session() {
        insta::assert_snapshot!(table([
            ("begun", on_session_begun(user(2))),
            ("ended", on_session_ended(user(2))),
        ]), @r"
        begun:
          GiveBackIfErased: USER2
        ended:
          RecheckRights: USER2
        ");
    }
}
