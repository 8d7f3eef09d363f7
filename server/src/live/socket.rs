//! Serves one open WebSocket connection.

use std::time::Duration;

use futures::{SinkExt as _, StreamExt as _};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    task::unconstrained,
    time::{Instant, timeout},
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Error, Message,
        error::CapacityError,
        protocol::{CloseFrame, Role, WebSocketConfig, frame::coding::CloseCode},
    },
};
use ws_connect::Route;

use super::{IDLE, LONGEST, LiveServer, connections::Inlet};

/// The maximum length of a frame, in bytes. The constant below is the maximum length of a message ("Amazon API Gateway
/// quotas").
const LONGEST_FRAME: usize = 32 << 10;
const LONGEST_MESSAGE: usize = 128 << 10;
/// The size of the read buffer of a connection, in bytes. It is small, because there may be ten thousand connections and their
/// frames are short.
const READ_BUFFER: usize = 1 << 10;
/// The maximum time that the server may take to send the last frames of a connection and to complete the closing handshake.
const TIME_TO_CLOSE: Duration = Duration::from_secs(2);

type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// The reason why a connection ends.
#[derive(Debug, PartialEq, Eq)]
enum End {
    /// The client closed the connection, or the connection broke.
    Theirs,
    /// The server closes the connection with this close code.
    Ours(CloseCode),
}

impl LiveServer {
    /// Serves the open connection `id` until it ends.
    pub(super) async fn serve(&self, id: &str, upgraded: Upgraded, mut inlet: Inlet) {
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER)
            .write_buffer_size(0)
            .max_write_buffer_size(2 * LONGEST_MESSAGE)
            .max_frame_size(Some(LONGEST_FRAME))
            .max_message_size(Some(LONGEST_MESSAGE));
        let io = TokioIo::new(upgraded);
        let mut socket = WebSocketStream::from_raw_socket(io, Role::Server, Some(config)).await;
        if let End::Ours(code) = self.converse(id, &mut socket, &mut inlet).await {
            let _ = timeout(TIME_TO_CLOSE, close(&mut socket, &mut inlet, code)).await;
        }
    }

    async fn converse(&self, id: &str, socket: &mut Socket, inlet: &mut Inlet) -> End {
        let end = Instant::now() + LONGEST;
        let mut last = Instant::now();
        loop {
            let until = end.min(last + IDLE);
            let happened = tokio::select! {
                () = inlet.close.cancelled() => return End::Ours(CloseCode::Normal),
                () = self.stop.cancelled() => return End::Ours(CloseCode::Away),
                () = tokio::time::sleep_until(until) => return End::Ours(CloseCode::Away),
                frame = inlet.frames.recv() => Happened::Posted(frame),
                message = socket.next() => Happened::Heard(message),
            };
            last = Instant::now();
            match happened {
                Happened::Posted(None) => return End::Theirs,
                Happened::Posted(Some(frame)) => {
                    // The send is polled before the signals that end the connection, so that a frame that was posted before
                    // such a signal is still sent. If a client does not read, the send waits, but the connection is closed
                    // nevertheless.
                    let sent = tokio::select! {
                        biased;
                        sent = unconstrained(socket.send(Message::text(frame))) => sent,
                        () = inlet.close.cancelled() => return End::Ours(CloseCode::Normal),
                        () = self.stop.cancelled() => return End::Ours(CloseCode::Away),
                        () = tokio::time::sleep_until(until) => return End::Ours(CloseCode::Away),
                    };
                    if sent.is_err() {
                        return End::Theirs;
                    }
                }
                Happened::Heard(message) => match heard(message) {
                    Heard::Text(text) => {
                        self.call(id, Route::Message { text }).await;
                    }
                    Heard::Nothing => {}
                    Heard::End(end) => return end,
                },
            }
        }
    }
}

/// An event on a connection: a frame to send, or a frame received.
enum Happened {
    Posted(Option<String>),
    Heard(Option<Result<Message, Error>>),
}

/// The content of a frame from the client.
#[derive(Debug, PartialEq, Eq)]
enum Heard {
    Text(String),
    /// A ping or a pong. The WebSocket library answers a ping itself.
    Nothing,
    End(End),
}

fn heard(message: Option<Result<Message, Error>>) -> Heard {
    let ours = |code| Heard::End(End::Ours(code));
    match message {
        Some(Ok(Message::Text(text))) => Heard::Text(text.to_string()),
        // Binary frames are refused, because API Gateway accepts text frames only.
        Some(Ok(Message::Binary(_))) => ours(CloseCode::Unsupported),
        Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => Heard::Nothing,
        Some(Err(Error::Capacity(CapacityError::MessageTooLong { .. }))) => ours(CloseCode::Size),
        Some(Err(Error::Utf8(_))) => ours(CloseCode::Invalid),
        Some(Err(Error::Protocol(_))) => ours(CloseCode::Protocol),
        Some(Ok(Message::Close(_)) | Err(_)) | None => Heard::End(End::Theirs),
    }
}

/// Sends the frames that wait, and then closes the connection with `code`.
async fn close(socket: &mut Socket, inlet: &mut Inlet, code: CloseCode) {
    inlet.frames.close();
    while let Some(frame) = inlet.frames.recv().await {
        if socket.send(Message::text(frame)).await.is_err() {
            return;
        }
    }
    let reason = match code {
        CloseCode::Away => "Going away",
        _ => "",
    };
    let frame = CloseFrame {
        code,
        reason: reason.into(),
    };
    if socket.close(Some(frame)).await.is_ok() {
        // The connection ends when the client answers the close frame.
        while let Some(Ok(_)) = socket.next().await {}
        drain(socket.get_mut()).await;
    }
}

/// Reads and drops the rest of what a client sends. If a connection is dropped with unread data, it is reset, and its client
/// may not see the close code.
async fn drain(stream: &mut TokioIo<Upgraded>) {
    let mut dropped = [0; 1 << 10];
    if stream.shutdown().await.is_ok() {
        while matches!(stream.read(&mut dropped).await, Ok(1..)) {}
    }
}
