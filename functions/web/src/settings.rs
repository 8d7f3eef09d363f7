//! The settings of the pages in one deployment.

/// The settings of the pages in one deployment.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The origin at which visitors reach the pages, without a slash at the end. `None` means that each request names it in its
    /// header `Host`. Then no shared cache may keep the answer.
    pub public_url: Option<String>,
    /// The address of the WebSocket. `None` means that it is `/live` at the origin of the pages.
    pub live_url: Option<String>,
}
