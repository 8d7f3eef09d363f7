//! The WebSocket of the smoke test.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use tungstenite::{Error, HandshakeError, Message, WebSocket, client};

use super::wait::PATIENCE;
use crate::web_socket::{Address, Stream, is_quiet};

const TICK: Duration = Duration::from_secs(1);

/// A connection of nobody in particular.
pub(super) struct Live<'a> {
    url: &'a str,
    socket: WebSocket<Stream>,
}

impl<'a> Live<'a> {
    /// Connects.
    pub(super) fn connect(url: &'a str) -> Result<Self> {
        let stream = Stream::connect(&Address::parse(url)?, PATIENCE)
            .with_context(|| format!("connecting to {url}"))?;
        let (socket, _) = client(url, stream).map_err(|error| match error {
            HandshakeError::Failure(error) => anyhow::Error::new(error).context(url.to_owned()),
            HandshakeError::Interrupted(_) => anyhow::anyhow!("{url}: no answer to the handshake"),
        })?;
        socket.get_ref().set_read_timeout(TICK)?;
        Ok(Self { url, socket })
    }

    /// Asks whether anybody listens.
    pub(super) fn ping(mut self) -> Result<()> {
        self.send(&json!({"action": "ping"}))?;
        self.wait_for("pong", |frame| frame["type"] == "pong")
    }

    /// Subscribes to an event that nobody has registered for yet.
    pub(super) fn subscribe(&mut self, event: &str) -> Result<()> {
        self.send(&json!({"action": "subscribe", "eventId": event}))?;
        self.wait_for("snapshot of an empty event", |frame| {
            frame["type"] == "snapshot" && frame["eventId"] == event && frame["registered"] == 0
        })
    }

    /// Waits for the count.
    pub(super) fn wait_for_registered(&mut self, registered: u32) -> Result<()> {
        self.wait_for(&format!("count of {registered} registered"), |frame| {
            frame["type"] == "count" && frame["registered"] == registered
        })
    }

    fn send(&mut self, action: &Value) -> Result<()> {
        let sent = self.socket.send(Message::text(action.to_string()));
        sent.with_context(|| format!("{}: sending {action}", self.url))
    }

    fn wait_for(&mut self, what: &str, is_it: impl Fn(&Value) -> bool) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        let mut last = "nothing".to_owned();
        while Instant::now() < deadline {
            let message = match self.socket.read() {
                Ok(message) => message,
                Err(Error::Io(error)) if is_quiet(error.kind()) => continue,
                Err(error) => {
                    return Err(error)
                        .with_context(|| format!("{}: waiting for a {what}", self.url));
                }
            };
            let Message::Text(text) = message else {
                continue;
            };
            if serde_json::from_str(text.as_str()).is_ok_and(|frame| is_it(&frame)) {
                return Ok(());
            }
            text.as_str().clone_into(&mut last);
        }
        bail!(
            "{}: no {what} after {} s; the last frame was {last}",
            self.url,
            PATIENCE.as_secs()
        )
    }
}
