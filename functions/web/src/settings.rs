//! The settings of the pages in one deployment.

/// The settings of the pages in one deployment.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The origin at which visitors reach the pages, without a slash at the end. `None` means that each request names it in its
    /// header `Host`.
    pub public_url: Option<String>,
    /// The address of the WebSocket. `None` means that it is `/live` at the origin of the pages.
    pub live_url: Option<String>,
}
