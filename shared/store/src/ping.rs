//! The question to whoever reads the stream, and its answer: one item each.

use domain::ping::{Ping, Question};
use jiff::Timestamp;

use crate::{
    Store, StoreError,
    attribute::{Item, SK, n, number},
    condition::old_item,
    key,
};

const ASKED_AT: &str = "askedAt";
const WAITING_SINCE: &str = "waitingSince";
/// Of the question that was answered.
const ANSWERED: &str = "answered";
const ANSWERED_AT: &str = "answeredAt";

fn time(item: &Item, name: &str) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(number(item, name)?).map_err(|_| StoreError::corrupt("a time"))
}

/// When a question was asked.
pub(crate) fn asked_at(item: &Item) -> Result<Timestamp, StoreError> {
    time(item, ASKED_AT)
}

impl Store {
    /// The last question and the last answer, after asking anew if that is due at `now`. One read; of all who find that it is
    /// due, one writes.
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

    /// Asks, if `last` is still the last question. Whether it was.
    async fn ask(&self, last: Option<Question>, question: Question) -> Result<bool, StoreError> {
        let mut item = key::ping();
        let waiting_since = question.waiting_since.as_millisecond();
        item.insert(ASKED_AT.to_owned(), n(question.asked_at.as_millisecond()));
        item.insert(WAITING_SINCE.to_owned(), n(waiting_since));
        let put = match last {
            None => self.put_new(item)?,
            Some(last) => self.put_replacing(item, ASKED_AT, last.asked_at.as_millisecond())?,
        };
        self.try_put(put).await
    }

    /// Answers the question that was asked at `asked_at`, and all before it. Once more, or late, changes nothing.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn answer_ping(&self, asked_at: Timestamp, now: Timestamp) -> Result<(), StoreError> {
        let answered = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key::pong()))
            .update_expression("SET #answered = :asked, #at = :now")
            .condition_expression("attribute_not_exists(#answered) OR #answered < :asked")
            .expression_attribute_names("#answered", ANSWERED)
            .expression_attribute_names("#at", ANSWERED_AT)
            .expression_attribute_values(":asked", n(asked_at.as_millisecond()))
            .expression_attribute_values(":now", n(now.as_millisecond()))
            .send()
            .await;
        match answered {
            Ok(_) => Ok(()),
            Err(error) => old_item(error).map(|_| ()),
        }
    }
}
