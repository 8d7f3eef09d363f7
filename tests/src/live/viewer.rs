//! A viewer's WebSocket connection, and all frames that it has received.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::stream::{SplitSink, SplitStream};
use futures::{SinkExt, StreamExt};
use jiff::Timestamp;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;

use super::{Frame, Socket};
use crate::{Event, PATIENCE, eventually};

/// A viewer, connected over a WebSocket. It reads frames in the background, so the arrival time of each frame is exact,
/// whatever the test does meanwhile. Dropping the viewer ends its connection without a close frame.
///
/// If the viewer received a frame that is not in the contract, every method that reads frames panics.
#[derive(Debug)]
pub struct Viewer {
    heard: Arc<Mutex<Heard>>,
    pub(super) speech: tokio::sync::Mutex<Speech>,
    listening: JoinHandle<()>,
}

/// The frames that the viewer received.
#[derive(Debug, Default)]
struct Heard {
    frames: Vec<Frame>,
    is_closed: bool,
}

/// The sending half of the WebSocket connection.
#[derive(Debug)]
pub(super) struct Speech {
    sink: SplitSink<Socket, Message>,
    /// The times at which the latest actions were sent.
    pub(super) sent: VecDeque<Timestamp>,
}

impl Speech {
    /// Sends a text. If the connection is lost, this method reports no error, but the later wait for an answer fails.
    pub(super) async fn send(&mut self, text: &str) {
        let _ = self.sink.send(Message::text(text)).await;
    }
}

impl Viewer {
    pub(super) fn of(socket: Socket) -> Self {
        let (sink, stream) = socket.split();
        let heard = Arc::default();
        Self {
            listening: tokio::spawn(listen(stream, Arc::clone(&heard))),
            heard,
            speech: tokio::sync::Mutex::new(Speech {
                sink,
                sent: VecDeque::new(),
            }),
        }
    }

    /// Returns all frames that have arrived so far.
    #[track_caller]
    pub fn frames(&self) -> Vec<Frame> {
        let frames = lock(&self.heard).frames.clone();
        frames.into_iter().map(Frame::expect_known).collect()
    }

    /// Returns all frames of this type that have arrived so far.
    #[track_caller]
    pub fn frames_of(&self, kind: &str) -> Vec<Frame> {
        let frames = self.frames().into_iter();
        frames.filter(|frame| frame.is(kind)).collect()
    }

    /// Returns all states of an event that have arrived so far: the frames `snapshot` and `count`.
    #[track_caller]
    pub fn states_of(&self, event: &Event) -> Vec<Frame> {
        let frames = self.frames().into_iter();
        frames
            .filter(|frame| frame.is_state() && frame.is_about(event))
            .collect()
    }

    /// Waits for the first frame of this type, and returns it.
    pub async fn frame(&self, kind: &str) -> Frame {
        self.frame_once(|frame| frame.is(kind)).await
    }

    /// Waits for the first frame for which `holds` returns true, and returns that frame.
    pub async fn frame_once(&self, holds: impl Fn(&Frame) -> bool) -> Frame {
        eventually(PATIENCE, async || {
            let mut frames = self.frames().into_iter();
            frames
                .find(&holds)
                .ok_or_else(|| format!("no such frame in {}", self.all_texts()))
        })
        .await
    }

    /// Waits until `holds` returns true for the latest state of an event, and returns that state.
    pub async fn state_once(&self, event: &Event, holds: impl Fn(&Frame) -> bool) -> Frame {
        eventually(PATIENCE, async || {
            let last = self.states_of(event).pop().filter(&holds);
            last.ok_or_else(|| format!("no such state last in {}", self.all_texts()))
        })
        .await
    }

    /// Waits until the latest state of an event has this many registrations, and returns that state.
    pub async fn count_becomes(&self, event: &Event, registered: usize) -> Frame {
        self.state_once(event, |state| state["registered"] == registered)
            .await
    }

    /// Waits until the server has closed the connection.
    pub async fn closed(&self) {
        eventually(PATIENCE, async || {
            if self.is_open() {
                Err(format!("still open after {}", self.all_texts()))
            } else {
                Ok(())
            }
        })
        .await;
    }

    /// Returns whether the connection is still open.
    pub fn is_open(&self) -> bool {
        !lock(&self.heard).is_closed
    }

    /// Ends the connection without a close frame, as if the viewer's machine lost power.
    pub async fn kill(mut self) {
        self.listening.abort();
        let _ = (&mut self.listening).await;
    }

    /// Asserts that the time `asOf` of an event's states never decreases, and that two `count` frames of the same time are
    /// equal. Equal frames occur because a late push and the next push both send the latest published counts.
    #[track_caller]
    pub fn assert_in_order(&self, event: &Event) {
        let states = self.states_of(event);
        for pair in states.windows(2) {
            let [before, after] = pair else { continue };
            assert!(
                before.as_of() <= after.as_of(),
                "back in time: {before}, then {after}"
            );
        }
        let counts: Vec<&Frame> = states.iter().filter(|state| state.is("count")).collect();
        for pair in counts.windows(2) {
            let [before, after] = pair else { continue };
            assert!(
                before.as_of() < after.as_of() || before.to_string() == after.to_string(),
                "two counts of one time: {before}, then {after}"
            );
        }
    }

    /// Returns the number of frames that have arrived so far.
    pub(super) fn frame_count(&self) -> usize {
        lock(&self.heard).frames.len()
    }

    /// Describes the frames that have arrived so far, for failure messages.
    pub(super) fn all_texts(&self) -> String {
        let texts: Vec<String> = self.frames().iter().map(Frame::to_string).collect();
        let open = if self.is_open() { "open" } else { "closed" };
        format!("{} frames, {open}:\n{}", texts.len(), texts.join("\n"))
    }
}

impl Drop for Viewer {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn listen(mut stream: SplitStream<Socket>, heard: Arc<Mutex<Heard>>) {
    while let Some(Ok(message)) = stream.next().await {
        if message.is_text() || message.is_binary() {
            let text = String::from_utf8_lossy(&message.into_data()).into_owned();
            lock(&heard).frames.push(Frame::read(text));
        }
    }
    lock(&heard).is_closed = true;
}

fn lock(heard: &Mutex<Heard>) -> MutexGuard<'_, Heard> {
    heard.lock().unwrap_or_else(PoisonError::into_inner)
}
