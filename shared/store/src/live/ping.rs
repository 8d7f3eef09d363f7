//! The ping that tests the stream, and the relay's answer to it. Each of the two has one item.

use domain::live::ping::{Ping, Question};
use jiff::Timestamp;
use table::{Update, attr};

use crate::{
    Store, StoreError,
    attribute::{Item, SK, n, number},
    key,
    versioned::{put_new, put_replacing},
};

const ASKED_AT: &str = "askedAt";
const WAITING_SINCE: &str = "waitingSince";
/// Name of the attribute with the time at which the latest answered ping was written.
const ANSWERED: &str = "answered";
const ANSWERED_AT: &str = "answeredAt";

fn time(item: &Item, name: &str) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(number(item, name)?).map_err(|_| StoreError::corrupt("a time"))
}

/// Returns the time at which the ping in `item` was written.
pub(crate) fn asked_at(item: &Item) -> Result<Timestamp, StoreError> {
    time(item, ASKED_AT)
}

impl Store {
    /// Writes a new ping if one is due at `now`, and returns the last ping and the last answer. Costs one read, and a write if
    /// a ping is due. If a ping is due for several callers, only one of them writes it.
    ///
    /// # Errors
    /// The table could not be read or written.
    pub async fn ask_stream(&self, now: Timestamp) -> Result<Ping, StoreError> {
        let mut ping = self.last_ping().await?;
        if let Some(due) = ping.next(now)
            && self.ask(ping.question, due).await?
        {
            ping.question = Some(due);
        }
        Ok(ping)
    }

    async fn last_ping(&self) -> Result<Ping, StoreError> {
        let mut ping = Ping::default();
        for item in self.get_all(vec![key::ping(), key::pong()], true).await? {
            if item.get(SK) == key::ping().get(SK) {
                ping.question = Some(Question {
                    asked_at: asked_at(&item)?,
                    waiting_since: time(&item, WAITING_SINCE)?,
                });
            } else {
                ping.answered = Some(time(&item, ANSWERED)?);
            }
        }
        Ok(ping)
    }

    /// Writes the ping `question`, unless another process has written a ping after `last`. Returns whether `question` was
    /// written.
    async fn ask(&self, last: Option<Question>, question: Question) -> Result<bool, StoreError> {
        let mut item = key::ping();
        let waiting_since = question.waiting_since.as_millisecond();
        item.insert(ASKED_AT.to_owned(), n(question.asked_at.as_millisecond()));
        item.insert(WAITING_SINCE.to_owned(), n(waiting_since));
        let put = match last {
            None => put_new(item),
            Some(last) => put_replacing(item, ASKED_AT, last.asked_at.as_millisecond()),
        };
        self.try_write(put).await
    }

    /// Writes the answer to the ping that was written at `asked_at`, and to all earlier pings. A repeated or late answer
    /// changes nothing.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn answer_ping(&self, asked_at: Timestamp, now: Timestamp) -> Result<(), StoreError> {
        let asked = n(asked_at.as_millisecond());
        let is_news = attr(ANSWERED)
            .absent()
            .or(attr(ANSWERED).less(asked.clone()));
        let update = Update::of(key::pong())
            .set(ANSWERED, asked)
            .set(ANSWERED_AT, n(now.as_millisecond()))
            .when(is_news);
        self.try_write(update).await.map(|_| ())
    }
}
