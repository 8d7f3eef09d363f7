//! Sessions of browsers: a script of a page gets the access token only, and the browser holds the refresh token in a cookie.
//!
//! The cookie is sent only to these operations. Each of them refuses requests from pages of another origin.

mod cookie;
pub(crate) mod log_in;
pub(crate) mod log_out;
pub(crate) mod refresh;
pub(crate) mod sign_up;
