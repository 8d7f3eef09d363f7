//! Collects the effects of a batch of stream records and merges them, so that many records need few calls. This code does no
//! input or output.

mod facts;
mod news;
mod seats;

use std::{collections::BTreeMap, sync::Arc};

use domain::{
    events::Event,
    id::{EventId, PictureId, UserId},
};
use jiff::Timestamp;
use messages::{MailDue, SeatChanged};
use store::{PictureCheck, stream::Change};

pub(crate) use self::{
    facts::Facts,
    news::{DueMessages, LiveNews, recheck_messages},
    seats::{SeatOffer, WrittenSeatChange},
};
use crate::{effect::Effect, record::Source, records};

/// The merged effects of a batch of stream records.
#[derive(Debug, Default)]
pub(crate) struct Work {
    /// The changed seats, in the order of the stream. For each bucket, this is the order in which the changes were written.
    pub(crate) seat_changes: Vec<WrittenSeatChange>,
    /// The messages for the ticket function, in the order of the stream.
    pub(crate) seat_messages: Vec<SeatChanged>,
    /// Users whose account was erased, and users who got something that an erased account must not have: a seat, a place on a
    /// waitlist, or a session. The value is the last record that reports this about the user.
    pub(crate) perhaps_erased: BTreeMap<UserId, Arc<Source>>,
    /// For each event, the news about its seats and its waitlist.
    pub(crate) offers: BTreeMap<EventId, SeatOffer>,
    /// Events whose buckets must get the event's new terms. The value is the last version of the event, and the record that
    /// reports it.
    pub(crate) bucket_alignments: BTreeMap<EventId, (Box<Event>, Arc<Source>)>,
    /// Events whose reminders must get new schedules. The value is the last version of the event, and the record that reports
    /// it.
    pub(crate) reminder_alignments: BTreeMap<EventId, (Box<Event>, Arc<Source>)>,
    /// The mails that are due, in the order of the stream.
    pub(crate) mails: Vec<MailDue>,
    /// The news for viewers.
    pub(crate) news: LiveNews,
    /// Users whose rights may have ended. The value is the last record that reports a reason for this.
    pub(crate) rights: BTreeMap<UserId, Arc<Source>>,
    /// Pictures whose files must be deleted unless their events name them, and the record that reports this.
    pub(crate) pictures: BTreeMap<PictureId, (Box<PictureCheck>, Arc<Source>)>,
    /// The facts that must be added to statistics.
    pub(crate) facts: Facts,
    /// When the newest ping was written. A ping checks whether the relay reads the stream.
    pub(crate) asked_at: Option<Timestamp>,
}

impl Work {
    /// Adds the effects of `change`. The change was written at the time `at`, and `source` is the record that reports it.
    pub(crate) fn add(&mut self, change: &Change, at: Timestamp, source: &Arc<Source>) {
        for effect in records::effects(change, &source.request) {
            self.merge(effect, at, source);
        }
    }

    fn merge(&mut self, effect: Effect, at: Timestamp, source: &Arc<Source>) {
        match effect {
            Effect::RepairRegistration(change) => self.seat_changes.push(WrittenSeatChange {
                change,
                at,
                source: Arc::clone(source),
            }),
            Effect::SendSeatChanged(message) => self.seat_messages.push(message),
            Effect::GiveBackIfErased { user } => {
                self.perhaps_erased.insert(user, Arc::clone(source));
            }
            Effect::NoteCounts { event, no, counts } => {
                let offer = self.offers.entry(event).or_default();
                offer.note_counts(no, counts, source);
            }
            Effect::CountWaitlist { event } => {
                self.offers.entry(event).or_default().waitlist = Some(Arc::clone(source));
            }
            Effect::AlignBuckets(event) => {
                self.bucket_alignments
                    .insert(event.id, (event, Arc::clone(source)));
            }
            Effect::AlignReminders(event) => {
                self.reminder_alignments
                    .insert(event.id, (event, Arc::clone(source)));
            }
            Effect::SendMail(mail) => self.mails.push(mail),
            Effect::PublishCounts { event } => self.news.add_counts(event, source),
            Effect::PublishFrame(news) => self.news.add_frame(news, source),
            Effect::RecheckRights { user } => {
                self.rights.insert(user, Arc::clone(source));
            }
            Effect::DiscardPicture(check) => {
                self.pictures
                    .insert(check.picture.id, (check, Arc::clone(source)));
            }
            Effect::AddToStatistics { of, tally } => self.facts.add(of, tally, at, source),
            Effect::AnswerPing { asked_at } => self.asked_at = self.asked_at.max(Some(asked_at)),
        }
    }
}

#[cfg(test)]
mod tests;
