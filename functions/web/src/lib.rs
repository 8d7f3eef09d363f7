//! The public pages, and the files of the app: an axum router.
//!
//! A host makes [`Pages`] and serves their [`router`]. The module `lambda` is the host on AWS Lambda; the feature `lambda`
//! enables it.
//!
//! Architecture invariant: no page depends on the identity of its visitor. No page reads a cookie or an access token, so caches
//! may keep all pages. Texts of organizers are hostile input: templates escape them, and only [`markdown`] turns them into
//! elements.

mod assets;
mod catalogue;
mod dates;
mod error;
mod events;
mod headers;
#[cfg(feature = "lambda")]
pub mod lambda;
mod locale;
mod markdown;
mod markup;
mod pages;
mod query;
mod reply;
mod routes;
mod settings;
mod share;
mod site;
mod views;
mod visit;

#[cfg(test)]
mod tests;

pub use assets::has_app;
pub use pages::{Pages, Shared};
pub use routes::router;
pub use settings::Settings;
