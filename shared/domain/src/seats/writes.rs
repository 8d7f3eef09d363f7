//! The writes of the guest list, as values. A value contains the conditions on the stored items and the changes to these items.
//!
//! Each value is defined once and used in two ways. The store translates it into conditional writes to the table. The model
//! checker and the simulator evaluate it with the types of this crate ([`BucketWrite::holds`], [`BucketWrite::apply`] and so
//! on). A property test of the store shows that both ways give the same result.
//!
//! | operation | value |
//! | --- | --- |
//! | claim a seat at home | [`BucketWrite::claim`] |
//! | borrow a seat from another bucket | [`BorrowWrite`] |
//! | give up a seat | [`BucketWrite::removal`]; requested by somebody else: [`RemovalWrite`] |
//! | record a seat, or its loss, in the registration | [`RegistrationWrite::seat`], [`RegistrationWrite::removal`] |
//! | join the waitlist | [`EnqueueWrite`] |
//! | confirm that a user still waits | [`AffirmWrite`] |
//! | give up a place | [`GiveUpWrite`] |
//! | promote the head of the waitlist | [`PromotionWrite`] |
//! | make held seats free | [`BucketWrite::release`] |
//! | raise and lower the capacity | [`BucketWrite::raise`], [`BucketWrite::lower`] |
//! | update a bucket's terms to those of the event | [`BucketWrite::alignment`] |
//! | create a bucket at publication | [`LayoutWrite`] |
//!
//! A value with several parts is one transaction: either all parts are written, or none of them is.
//!
//! The list above leaves out three kinds of writes. First, a registration has two flags: its user wants no mail about the
//! event, and its seat is kept after the account is erased. A write of a flag has only the condition that the registration
//! exists, and no rule of the guest list reads the flags. Second, the event, the entry of the audit log and the check that an
//! account exists are not items of the guest list. The store adds them to the transactions that need them. Third, the
//! availability is only a hint and has its own module ([`availability`](super::availability)).

mod bucket;
mod capacity;
mod claim;
mod join;
mod leave;
mod place;
mod promotion;
mod registration;
mod terms;

pub use bucket::{BucketChange, BucketDemand, BucketWrite};
pub use claim::BorrowWrite;
pub use join::{AffirmWrite, EnqueueWrite};
pub use leave::{GiveUpWrite, RemovalWrite};
pub use place::PlaceWrite;
pub use promotion::{PromotionRefusal, PromotionWrite};
pub use registration::{RegistrationChange, RegistrationDemand, RegistrationWrite};
pub use terms::LayoutWrite;
