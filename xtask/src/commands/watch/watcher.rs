//! The main loop of `cargo xtask watch`: connects, shows frames, and connects again after a connection is lost.

use std::convert::Infallible;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::api::Api;
use super::backoff::Backoff;
use super::board::Board;
use super::connection::Connection;
use super::end::{End, failure};
use super::frame::{ErrorCode, Frame};
use super::screen::Screen;
use crate::clock::now_millis;
use crate::printable::one_line;

/// The shortest wait before a repeated subscription. A connection may send ten actions per second, and the repetition may
/// consist of two actions.
const LEAST_WAIT: Duration = Duration::from_secs(1);

/// A viewer of one event.
pub(super) struct Watcher<'a> {
    api: Api,
    url: &'a str,
    board: Board,
    screen: Screen<'a>,
    backoff: Backoff,
    is_lost: bool,
}

impl<'a> Watcher<'a> {
    /// Creates a viewer of one event. `url` is the address of the WebSocket API.
    pub(super) fn new(api: Api, url: &'a str, board: Board, screen: Screen<'a>) -> Self {
        Self {
            api,
            url,
            board,
            screen,
            backoff: Backoff::default(),
            is_lost: false,
        }
    }

    /// Shows the event until the program that reads the output closes it.
    ///
    /// # Errors
    /// The event cannot be watched.
    pub(super) fn run(mut self) -> Result<()> {
        loop {
            let Err(end) = self.connection();
            match end {
                End::Lost(why) => self.wait(&why),
                End::ReaderLeft => return Ok(()),
                End::Failed(error) => {
                    self.screen.clear();
                    return Err(error);
                }
            }
        }
    }

    /// Runs one connection until it ends.
    fn connection(&mut self) -> Result<Infallible, End> {
        self.screen.draw(&self.board);
        let ticket = self.api.ticket()?;
        let subscriptions = self.api.subscriptions();
        let mut connection = Connection::open(self.url, ticket.as_deref(), subscriptions)?;
        loop {
            if let Some(text) = connection.read()? {
                match Frame::parse(&text) {
                    Ok(frame) => self.take(&frame, &mut connection)?,
                    Err(error) => self
                        .screen
                        .notice(&format!("a frame cannot be read: {error}")),
                }
            }
            self.screen.draw(&self.board);
        }
    }

    fn take(&mut self, frame: &Frame, connection: &mut Connection) -> Result<(), End> {
        match frame {
            Frame::Snapshot { .. } => {
                self.backoff.reset();
                if std::mem::take(&mut self.is_lost) {
                    self.screen.notice("connected again");
                }
            }
            Frame::Event { changed, .. } if changed.iter().any(|field| field == "title") => {
                // If the new title cannot be read, the old one stays.
                if let Ok(title) = self.api.title() {
                    self.board.title = title;
                }
            }
            Frame::Error { code, detail } => self.refused(*code, &one_line(detail), connection)?,
            _ => {}
        }
        match self.board.take(frame, now_millis()) {
            Some(entry) => self.screen.tell(&entry),
            None => Ok(()),
        }
    }

    fn refused(
        &mut self,
        code: ErrorCode,
        detail: &str,
        connection: &mut Connection,
    ) -> Result<(), End> {
        if let Some(error) = failure(code, detail, &self.api.event, &self.api.http_url) {
            return Err(End::Failed(error));
        }
        if code == ErrorCode::Unavailable {
            let wait = self.backoff.next(fastrand::f64()).max(LEAST_WAIT);
            connection.subscribe_after(wait);
            let seconds = wait.as_secs_f32();
            self.screen
                .notice(&format!("{detail}; subscribing again in {seconds:.1} s"));
        } else {
            self.screen.notice(detail);
        }
        Ok(())
    }

    /// Waits before the next connection. Meanwhile, the screen shows how the age of the counts grows.
    fn wait(&mut self, why: &str) {
        self.is_lost = true;
        let wait = self.backoff.next(fastrand::f64());
        let seconds = wait.as_secs_f32();
        let why = one_line(why);
        self.screen.notice(&format!(
            "no connection: {why}; trying again in {seconds:.1} s"
        ));
        let until = Instant::now() + wait;
        loop {
            self.screen.draw(&self.board);
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            sleep(left.min(Duration::from_secs(1)));
        }
    }
}
