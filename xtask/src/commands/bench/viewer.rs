//! A viewer of one event.

use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::json;
use tungstenite::{Message, WebSocket, client};

const ANSWER_WITHIN: Duration = Duration::from_secs(15);

/// A connection that stays subscribed to one event until it is dropped.
pub(super) struct Viewer(WebSocket<TcpStream>);

impl Viewer {
    /// Connects to `url`, subscribes to the live counts of `event`, and waits for the first frame, which is a snapshot.
    pub(super) fn of(url: &str, event: &str) -> Result<Self> {
        let address = url
            .strip_prefix("ws://")
            .and_then(|rest| rest.split('/').next())
            .with_context(|| format!("{url} is no address of a local stack"))?;
        let stream = TcpStream::connect(address).with_context(|| format!("connecting to {url}"))?;
        stream.set_read_timeout(Some(ANSWER_WITHIN))?;
        let (mut socket, _) =
            client(url, stream).map_err(|error| anyhow::anyhow!("connecting to {url}: {error}"))?;
        let subscribe = json!({"action": "subscribe", "eventId": event}).to_string();
        socket.send(Message::text(subscribe))?;
        let mut viewer = Self(socket);
        viewer.hear("snapshot")?;
        Ok(viewer)
    }

    /// Waits for a frame of the type `wanted`.
    pub(super) fn hear(&mut self, wanted: &str) -> Result<()> {
        loop {
            let frame = self.0.read().with_context(|| format!("no {wanted}"))?;
            let Message::Text(text) = frame else { continue };
            let frame: serde_json::Value = serde_json::from_str(&text)?;
            ensure!(frame["type"] != "error", "the viewer got {frame}");
            if frame["type"] == wanted {
                return Ok(());
            }
        }
    }
}
