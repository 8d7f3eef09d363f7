//! Parses the parts of a request. If a part is invalid, the answer is a problem document.

mod acting;
mod actor;
mod body;
mod client;
mod file;
mod if_match;
mod list;
mod same_origin;

pub(crate) use crate::access::{EventPath, SessionPath, TicketPath, UserPath};
pub(crate) use acting::Acting;
pub(crate) use actor::{AccountHolder, CurrentSession, MaybeActor, SignedIn, TokenBearer};
pub(crate) use body::{Body, OptionalBody, Patch, patch};
pub(crate) use client::FromClient;
pub(crate) use file::PictureBody;
pub use file::needed_body_bytes;
pub(crate) use if_match::IfMatch;
pub(crate) use list::{ListQuery, Paged, seal};
pub(crate) use same_origin::SameOrigin;
