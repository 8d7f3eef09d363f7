//! Negative controls: each removes one rule of the protocol, and the checker must then find a violation.

/// A rule that a negative control can remove from the protocol. The comment of each variant states the rule. Without it, the
/// protocol is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Without {
    /// A claim succeeds only if the home bucket has a free seat (`free > 0`).
    ClaimFree,
    /// A claim succeeds only if the home bucket does not contain the guest yet.
    ClaimNotThere,
    /// A claim succeeds only if the home bucket's terms admit guests now.
    ClaimTerms,
    /// A borrow succeeds only if the donor has a free seat (`free > 0`).
    BorrowFree,
    /// A borrow succeeds only if the home bucket does not contain the guest yet.
    BorrowNotThere,
    /// A borrow adds the guest to the home bucket, not to the donor.
    BorrowHome,
    /// A removal succeeds only if the home bucket contains the guest.
    RemoveThere,
    /// A release of `n` seats succeeds only if the bucket has at least `n` held seats (`held >= n`).
    ReleaseHeld,
    /// A write replaces a registration only if the revision of the write is greater than the stored revision.
    RegistrationRev,
    /// If a process has only read that a user has a seat, and did not give the seat, it does not replace a confirmed
    /// registration.
    SeenConfirmed,
    /// A bucket gets other terms only if the new terms are newer than the bucket's terms.
    AlignNewer,
    /// If the process that changed the event has ended before it updated all buckets, the relay updates the terms of the
    /// buckets.
    Align,
    /// A user gets a place only if the home bucket still has the revision that the user's process has read.
    EnqueueHome,
    /// A user gets a place only if the registration does not name a place yet.
    EnqueueWaiting,
    /// A promotion succeeds only if the home bucket still has the revision that the relay has read.
    PromoteHome,
    /// A promotion succeeds only if the place exists and the registration names this place.
    PromotePlace,
    /// A promotion succeeds only if the bucket that gives the seat still has the seat.
    PromoteSeat,
    /// A promotion reads the first place of the waitlist, not the last.
    Head,
    /// If a user who is on the waitlist joins a second time, the registration gets the revision of the home bucket.
    Affirm,
    /// The relay writes the availability before it reads the availability and the head of the waitlist.
    LearnFirst,
    /// The relay checks whether a promotion is due when a place is made or deleted.
    JoinOccasion,
    /// The relay repairs registrations that do not agree with the guest list.
    Repair,
    /// A place is deleted when its user gets a seat by a claim.
    Strike,
    /// The capacity is lowered only if each bucket still has the seats that are withdrawn from the bucket.
    LowerSeats,
    /// After the answer to one call of a user was lost, the user may read a registration that is older than one that the user
    /// read before. This is a limit of the protocol, not a condition.
    LossCounts,
    /// After the answers to two calls of a user were lost, the user's reads and answers may be wrong for a moment. This is a
    /// limit of the protocol, not a condition.
    LossesCount,
    /// The relay reads the accounts of users who got a seat, to find erased accounts.
    SeatedAccount,
    /// The relay reads the accounts of users who got a place, to find erased accounts.
    JoinedAccount,
    /// After an account is erased, the relay looks for the account's seat and place.
    ErasedAccount,
    /// The relay reads an account only after it knows that the registration is written.
    AccountAfterRepair,
    /// A claim answers *sold out* only if the availability that it read shows no free seat.
    SoldOutKnown,
}
