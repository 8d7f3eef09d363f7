//! Sessions: which refresh tokens can be exchanged for new tokens, and when a session began.
//!
//! A session is a family of refresh tokens, one generation after the other. When the current token is exchanged, it gets a
//! successor, which is then the current token. The reply may be lost, and two tabs of a browser may send the same token at the
//! same time. So for [`GRACE`] the exchange may be repeated and returns the same successor, unless the successor has been
//! exchanged itself. If a client sends any other token of an earlier generation, somebody has copied that token (RFC 9700,
//! 4.14.2).
//!
//! A thief who is quick gets the same successor as the owner. The theft is detected when both exchange that successor: the
//! second exchange ends the session if it comes more than [`GRACE`] after the first.

use std::cmp::Ordering;

use jiff::{SignedDuration, Timestamp};

use crate::id::SessionId;

/// The time after the first exchange of a refresh token during which the same token may be exchanged again.
pub const GRACE: SignedDuration = SignedDuration::from_secs(30);

/// The state of a session in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The generation of the current refresh token, from 1.
    pub generation: u32,
    /// The time at which the current token was made in exchange for its predecessor; `None` for the first token, or if the
    /// current token was made by an earlier release, which did not have [`GRACE`].
    pub refreshed_at: Option<Timestamp>,
    /// Whether the session was ended, has expired, or began before the account's password was changed.
    pub is_over: bool,
}

/// The result that a client gets when it sends a refresh token to exchange it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worth {
    /// The token is the current token of its session, and may be exchanged for its successor.
    Successor,
    /// The token was exchanged for the current token less than [`GRACE`] ago. The current token is returned again.
    Current,
    /// The token was exchanged before, so somebody has a copy of it. The session must be ended if it has not ended yet.
    Theft,
    /// The holder of the token gets nothing, because the session has ended, or has not reached the token's generation yet.
    Nothing,
}

impl Standing {
    /// Returns what the token of generation `shown` gives its holder at `now`.
    #[must_use]
    pub fn worth_of(&self, shown: u32, now: Timestamp) -> Worth {
        // If this process's clock is behind, the time of the exchange is in the future. Such an exchange counts as recent.
        let is_recent = self
            .refreshed_at
            .is_some_and(|at| now.duration_since(at) <= GRACE);
        let is_predecessor = shown.checked_add(1) == Some(self.generation);
        match shown.cmp(&self.generation) {
            Ordering::Equal if !self.is_over => Worth::Successor,
            Ordering::Less if is_predecessor && is_recent && !self.is_over => Worth::Current,
            Ordering::Less => Worth::Theft,
            Ordering::Equal | Ordering::Greater => Worth::Nothing,
        }
    }
}

/// Returns the time at which the session began. A session's id contains this time if the id is a `UUIDv7`. For an id of another
/// UUID version, returns `None`.
#[must_use]
pub fn began_at(id: SessionId) -> Option<Timestamp> {
    let (seconds, nanoseconds) = id.uuid().get_timestamp()?.to_unix();
    Timestamp::new(
        i64::try_from(seconds).ok()?,
        i32::try_from(nanoseconds).ok()?,
    )
    .ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::events::schedule::tests::time;

    const EXCHANGED_AT: &str = "2027-01-01T00:00:00Z";

    /// Returns a session whose current token is its third token.
    fn third(is_over: bool) -> Standing {
        Standing {
            generation: 3,
            refreshed_at: Some(time(EXCHANGED_AT)),
            is_over,
        }
    }

    fn after(milliseconds: i64) -> Timestamp {
        time(EXCHANGED_AT) + SignedDuration::from_millis(milliseconds)
    }

    #[test]
    fn a_token_is_worth_what_the_table_says() {
        use Worth::{Current, Nothing, Successor, Theft};
        // Each row has the milliseconds since the second token was exchanged, then what the holders of the tokens 1 to 4 get
        // while the session is alive, then what they get after the session has ended.
        for (milliseconds, alive, over) in [
            (
                -5_000,
                [Theft, Current, Successor, Nothing],
                [Theft, Theft, Nothing, Nothing],
            ),
            (
                0,
                [Theft, Current, Successor, Nothing],
                [Theft, Theft, Nothing, Nothing],
            ),
            (
                30_000,
                [Theft, Current, Successor, Nothing],
                [Theft, Theft, Nothing, Nothing],
            ),
            (
                30_001,
                [Theft, Theft, Successor, Nothing],
                [Theft, Theft, Nothing, Nothing],
            ),
        ] {
            for (is_over, expected) in [(false, alive), (true, over)] {
                let standing = third(is_over);
                let worth = [1, 2, 3, 4].map(|shown| standing.worth_of(shown, after(milliseconds)));
                assert_eq!(worth, expected, "after {milliseconds} ms, over: {is_over}");
            }
        }
    }

    /// If an earlier release made the last refresh of a session, the time of that refresh is unknown.
    #[test]
    fn an_exchange_whose_time_is_not_known_is_not_repeated() {
        let standing = Standing {
            refreshed_at: None,
            ..third(false)
        };
        assert_eq!(standing.worth_of(2, after(0)), Worth::Theft);
        assert_eq!(standing.worth_of(3, after(0)), Worth::Successor);
    }

    #[test]
    fn a_session_began_when_its_id_was_made() {
        let id: SessionId = "ses_01h455vb4pex5vsknk084sn02q".parse().unwrap();
        assert_eq!(began_at(id), Some(time("2023-06-30T03:34:18.518Z")));
        let other = SessionId::from_uuid(Uuid::from_u128(7));
        assert_eq!(began_at(other), None);
    }

    proptest! {
        /// Clients send tokens in any order. Each generation has one successor. When a token is exchanged more than once, its
        /// successor is returned only within [`GRACE`] after the first exchange. No token is returned after a theft was
        /// detected.
        #[test]
        fn a_generation_has_one_successor(shows in prop::collection::vec((1u32..6, 0i64..20_000), 1..40)) {
            let mut now = time(EXCHANGED_AT);
            let mut standing = Standing { generation: 1, refreshed_at: None, is_over: false };
            let mut exchanged_at = [None; 8];
            for (shown, milliseconds) in shows {
                now += SignedDuration::from_millis(milliseconds);
                let given = match standing.worth_of(shown, now) {
                    Worth::Successor => {
                        standing.generation += 1;
                        standing.refreshed_at = Some(now);
                        Some(standing.generation)
                    }
                    Worth::Current => Some(standing.generation),
                    Worth::Theft => {
                        standing.is_over = true;
                        None
                    }
                    Worth::Nothing => None,
                };
                if let Some(given) = given {
                    prop_assert!(!standing.is_over);
                    prop_assert_eq!(given, shown + 1);
                    let first = *exchanged_at[shown as usize].get_or_insert(now);
                    prop_assert!(now.duration_since(first) <= GRACE);
                    prop_assert_eq!(exchanged_at[given as usize], None, "the successor was exchanged");
                }
            }
        }
    }
}
