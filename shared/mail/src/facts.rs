//! The facts that mails are written from.
//!
//! Each audience has a type of its own: [`AccountFacts`], [`RegistrantFacts`], [`AttendeeFacts`]; organizers get
//! [`EventFacts`].

mod account;
mod event;
mod registration;

pub use self::{
    account::AccountFacts,
    event::EventFacts,
    registration::{AttendeeFacts, CalendarEntry, CancelledBy, RegistrantFacts, Seat, Ticket},
};
pub(crate) use self::{
    account::Code,
    event::{Period, Previous},
    registration::Place,
};
