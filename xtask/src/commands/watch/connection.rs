//! One WebSocket connection of `cargo xtask watch`.

use std::io::ErrorKind;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tungstenite::{Error, HandshakeError, Message, WebSocket, client};

use super::end::End;
use super::heartbeat::{ANSWER_WITHIN, Due, Heartbeat};

/// Timeout of one read. It is a second, because the screen shows the age of the counts in seconds.
const TICK: Duration = Duration::from_secs(1);

/// A WebSocket connection, with its heartbeat and its subscriptions.
pub(super) struct Connection {
    socket: WebSocket<TcpStream>,
    heartbeat: Heartbeat,
    subscriptions: Vec<Value>,
    subscribe_at: Option<Instant>,
}

impl Connection {
    /// Connects to `url`, anonymously or with a ticket. The first call of [`Self::read`] sends the subscriptions.
    pub(super) fn open(
        url: &str,
        ticket: Option<&str>,
        subscriptions: Vec<Value>,
    ) -> Result<Self, End> {
        let stream = connect(url)?;
        let request = match ticket {
            Some(ticket) => format!("{url}?ticket={ticket}"),
            None => url.to_owned(),
        };
        let (socket, _) = client(request, stream).map_err(|error| match error {
            HandshakeError::Failure(error) => lost(&error),
            HandshakeError::Interrupted(_) => End::Lost(format!(
                "no answer to the handshake in {} s",
                ANSWER_WITHIN.as_secs()
            )),
        })?;
        socket
            .get_ref()
            .set_read_timeout(Some(TICK))
            .map_err(|error| End::Failed(error.into()))?;
        let now = Instant::now();
        Ok(Self {
            socket,
            heartbeat: Heartbeat::new(now),
            subscriptions,
            subscribe_at: Some(now),
        })
    }

    /// Sends the subscriptions or the ping if they are due, then waits for a frame for a second. Returns `None` if no frame
    /// came.
    pub(super) fn read(&mut self) -> Result<Option<String>, End> {
        let now = Instant::now();
        if self.subscribe_at.is_some_and(|at| at <= now) {
            self.subscribe_at = None;
            for action in self.subscriptions.clone() {
                self.send(&action)?;
            }
        }
        match self.heartbeat.due(now) {
            Due::Nothing => {}
            Due::Ping => self.send(&json!({"action": "ping"}))?,
            Due::Lost => {
                let seconds = ANSWER_WITHIN.as_secs();
                return Err(End::Lost(format!("the server is silent for {seconds} s")));
            }
        }
        let message = match self.socket.read() {
            Ok(message) => message,
            Err(Error::Io(error)) if is_quiet(error.kind()) => return Ok(None),
            Err(error) => return Err(lost(&error)),
        };
        self.heartbeat.heard();
        match message {
            Message::Text(text) => Ok(Some(text.as_str().to_owned())),
            Message::Close(Some(frame)) => Err(End::Lost(format!(
                "the server closed it ({} {})",
                frame.code,
                frame.reason.as_str()
            ))),
            Message::Close(None) => Err(End::Lost("the server closed it".to_owned())),
            _ => Ok(None),
        }
    }

    /// Sends the subscriptions once more after `wait`, because the server could not process them now.
    pub(super) fn subscribe_after(&mut self, wait: Duration) {
        self.subscribe_at = Some(Instant::now() + wait);
    }

    fn send(&mut self, action: &Value) -> Result<(), End> {
        self.socket
            .send(Message::text(action.to_string()))
            .map_err(|error| lost(&error))?;
        self.heartbeat.sent(Instant::now());
        Ok(())
    }
}

/// Opens a TCP connection. A read or a write waits for at most [`ANSWER_WITHIN`].
fn connect(url: &str) -> Result<TcpStream, End> {
    let address = url
        .strip_prefix("ws://")
        .and_then(|rest| rest.split('/').next());
    let Some(address) = address else {
        let fault = anyhow::anyhow!("`{url}` is no address of a local stack's WebSocket");
        return Err(End::Failed(fault));
    };
    let connect = || {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(ANSWER_WITHIN))?;
        stream.set_write_timeout(Some(ANSWER_WITHIN))?;
        Ok(stream)
    };
    connect().map_err(|error: std::io::Error| End::Lost(error.to_string()))
}

/// Returns whether a read ended without a fault: nothing came before the timeout, or a signal interrupted the read.
fn is_quiet(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted
    )
}

fn lost(error: &Error) -> End {
    End::Lost(error.to_string())
}
