//! Negative controls: each takes one part of the protocol away.

/// A part of the protocol, mostly a condition, without which the protocol is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Without {
    /// Claim: `free > 0`.
    ClaimFree,
    /// Claim: the guest is not there yet.
    ClaimNotThere,
    /// Claim: the bucket takes guests.
    ClaimTerms,
    /// Borrow: the donor's `free > 0`.
    BorrowFree,
    /// Borrow: the guest is not at home yet.
    BorrowNotThere,
    /// Borrow: the guest is added at home, not where the seat was.
    BorrowHome,
    /// Remove: the guest is there.
    RemoveThere,
    /// Release: `held >= n`.
    ReleaseHeld,
    /// Registrations: the revision must be newer.
    RegistrationRev,
    /// Registrations, if the seat was only seen: it does not replace a confirmed one.
    SeenConfirmed,
    /// Align: the terms are newer.
    AlignNewer,
    /// The relay brings the terms of buckets up to the event if the process that changed it ended.
    Align,
    /// Enqueue: the home bucket has the revision that was read.
    EnqueueHome,
    /// Enqueue: the registration does not name a place.
    EnqueueWaiting,
    /// Promote: the home bucket has the revision that was read.
    PromoteHome,
    /// Promote: the place is there, and the registration names it.
    PromotePlace,
    /// Promote: the source has the seat.
    PromoteSeat,
    /// Promote: the head of the waitlist is read, not its last place.
    Head,
    /// Affirm: the registration is brought up to the home bucket.
    Affirm,
    /// The relay writes the availability before it reads the availability and the head.
    LearnFirst,
    /// The relay looks for a promotion when a place is made or deleted.
    JoinOccasion,
    /// The relay repairs registrations.
    Repair,
    /// A place is deleted when its user gets a seat by a claim.
    Strike,
    /// Lower: each bucket still has the seats that are withdrawn from it.
    LowerSeats,
    /// A user's own reads may go back after a lost call. This is a limit of the protocol, not a condition.
    LossCounts,
    /// A user's own reads and answers may be wrong for a moment after two lost calls. This is a limit, too.
    LossesCount,
    /// The relay reads the accounts of users who got a seat.
    SeatedAccount,
    /// The relay reads the accounts of users who got a place.
    JoinedAccount,
    /// The relay looks for seats and places of an erased account.
    ErasedAccount,
    /// The relay reads an account only after it knows that the registration is written.
    AccountAfterRepair,
    /// Sold out is answered only when the buckets are known to be empty.
    SoldOutKnown,
}
