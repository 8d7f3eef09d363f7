//! The facts from which mails are composed.
//!
//! Each audience has its own type: [`AccountFacts`], [`RegistrantFacts`] or [`AttendeeFacts`]. Organizers get [`EventFacts`].

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
