//! The data that templates show.

mod event;
mod frame;
mod json_ld;
mod picture;

pub(crate) use event::{Announcement, EventView, shown_name};
pub(crate) use frame::{Frame, Page, PagePicture};
pub(crate) use json_ld::json_ld;
