//! The calls that a host makes when a connection is opened, is closed, or sends a message.

/// A call from the host about one connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The id of the connection. It is never used for another connection.
    pub connection_id: String,
    /// The id of the call. It becomes the deduplication id of the reply to a message, so each call must have a different id.
    pub request_id: String,
    /// The action of the connection: it was opened, was closed, or sent a message.
    pub route: Route,
}

/// The action of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// A client wants to open the connection.
    Connect {
        /// The query parameter `ticket`, with which the client signs in.
        ticket: Option<String>,
    },
    /// The connection was closed by its client or by the host.
    Disconnect,
    /// The client sent a text frame.
    Message {
        /// The text of the frame. The host need not limit its length, because `Live` refuses a text that is too long.
        text: String,
    },
}
