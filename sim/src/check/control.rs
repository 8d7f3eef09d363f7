//! Negative controls: what of the protocol one of them goes without.

/// A condition, or an order, without which the protocol is wrong: the negative controls.
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
    /// Borrow: the guest is added at home, not where the seat was.
    BorrowHome,
    /// Remove: the guest is there.
    RemoveThere,
    /// Release: `held >= n`.
    ReleaseHeld,
    /// Registrations: the revision must be newer.
    RegistrationRev,
    /// Registrations, if the seat was merely seen: not over a confirmed one.
    SeenConfirmed,
    /// The relay brings buckets up to an event whose process died.
    Align,
    /// Enqueue: the home bucket has the revision that was read.
    EnqueueHome,
    /// Enqueue: the registration does not tell of a place.
    EnqueueWaiting,
    /// Promote: the home bucket has the revision that was read.
    PromoteHome,
    /// Promote: the place is there, and the registration tells of it.
    PromotePlace,
    /// Promote: the source has the seat.
    PromoteSeat,
    /// Promote: it is the head, not the last, who is read.
    Head,
    /// Affirm: the registration is brought up to the home bucket.
    Affirm,
    /// The relay learns before it reads the availability and the head.
    LearnFirst,
    /// A place made or deleted is an occasion for a promotion.
    JoinOccasion,
    /// The relay repairs registrations.
    Repair,
    /// A place is deleted when its user registered directly.
    Strike,
    /// Lower: the seats are there.
    LowerSeats,
    /// Own reads may go back after a lost call: a limit of the protocol, not a condition.
    LossCounts,
    /// Own reads, and answers, may be wrong for a moment after two lost calls: likewise.
    LossesCount,
    /// The relay reads the accounts of those who got a seat.
    SeatedAccount,
    /// The relay reads the accounts of those who came to wait.
    JoinedAccount,
    /// The relay looks for what is left of an account that is erased.
    ErasedAccount,
    /// The relay reads an account after it knows that the registration is written, not before.
    AccountAfterRepair,
    /// Sold out is answered only when the buckets are known to be empty.
    SoldOutKnown,
}
