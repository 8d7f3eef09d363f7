//! The types of answers. The API never returns a stored item itself.

mod bytes;
mod event;
mod registration;
mod scan;
mod session;
mod stats;
mod ticket;
mod user;
pub(crate) mod words;

pub(crate) use bytes::Bytes;
pub(crate) use event::EventView;
pub(crate) use registration::{Place, RegistrationView, shown_state};
pub(crate) use scan::{ScanView, TicketEndView};
pub(crate) use session::{ActiveSessionView, StoredSessionView};
pub(crate) use stats::{AdminStatsView, EventStatsView};
pub(crate) use ticket::{TicketView, qr};
pub(crate) use user::{BrowserSessionView, SessionView, UserView, shown_email, shown_name};
