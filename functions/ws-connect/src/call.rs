//! Calls of a host: a connection was opened or closed, or sent a message.

/// An event of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The id of the connection. No other connection ever has it.
    pub connection_id: String,
    /// The id of the call. The answer to a message takes it as its deduplication id, so a second call needs another one.
    pub request_id: String,
    /// The kind of call.
    pub route: Route,
}

/// The kind of call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// A client wants to open the connection.
    Connect {
        /// The query parameter `ticket`, with which the client signs in.
        ticket: Option<String>,
    },
    /// The connection was closed, by its client or by the host.
    Disconnect,
    /// The client sent a text frame.
    Message {
        /// The frame, of any length that the host accepts.
        text: String,
    },
}
