//! What clients see: shapes of answers, never a stored item.

mod event;
mod registration;
mod user;

pub(crate) use event::EventView;
pub(crate) use registration::{AttendeeView, RegistrationView};
pub(crate) use user::{SessionView, UserView};
