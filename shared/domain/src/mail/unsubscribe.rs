//! The link with which a registrant stops announcements and reminders of one event without signing in (RFC 8058).

use std::sync::Arc;

use crate::{
    id::{EventId, UserId},
    keys::{cursor, keyring::Keyring},
};

/// The purpose of the tokens in unsubscribe links. It distinguishes these tokens from cursors, which the same key
/// authenticates.
const PURPOSE: &str = "unsubscribe";

/// The error that a link was not made by this deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the link is not one that we sent")]
pub struct NotOurLink;

/// Returns the token of the link that mails about `event` to `user` contain. The token does not expire, so the user can still
/// stop the mails with an old mail.
#[must_use]
pub fn seal(keyring: &Keyring, user: UserId, event: EventId) -> String {
    cursor::seal(keyring, PURPOSE, &(user, event))
}

/// Reads the token of an unsubscribe link, and returns the user and the event that the link is about.
///
/// # Errors
/// The token was not made with one of `keyrings`.
pub fn open(keyrings: &[Arc<Keyring>], token: &str) -> Result<(UserId, EventId), NotOurLink> {
    cursor::open(keyrings, PURPOSE, token).map_err(|_| NotOurLink)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::keyring::tests::keyring;

    #[test]
    fn a_link_names_its_user_and_event_and_no_cursor_passes_for_one() {
        let keyrings = [Arc::new(keyring("0123456789abcdef0123456789abcdef"))];
        let user: UserId = "usr_01h455vb4pex5vsknk084sn02q".parse().unwrap();
        let event: EventId = "evt_01h455vb4pex5vsknk084sn02r".parse().unwrap();
        assert_eq!(
            open(&keyrings, &seal(&keyrings[0], user, event)),
            Ok((user, event))
        );
        let cursor = cursor::seal(&keyrings[0], "users", &(user, event));
        for wrong in ["", "x", &cursor] {
            assert_eq!(open(&keyrings, wrong), Err(NotOurLink));
        }
    }
}
