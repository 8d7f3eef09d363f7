//! The effects of an event that was written, or of a draft that was deleted.

mod mails;

use domain::{
    events::{Event, EventField, EventStatus},
    live::topic::Topic,
    seats::bucket::Terms,
    stats::tally::Tally,
};
use messages::Frame;

use crate::effect::{
    Effect, News,
    statistics::{add_to_all, difference},
};

/// Returns the effects of writing an event. A new event changes statistics only. A changed event also causes mails to
/// registrants and organizers, aligns schedules of reminders and buckets, publishes frames and counts for viewers, and has
/// the former organizer's rights checked.
pub(crate) fn on_event(before: Option<&Event>, after: &Event, request: &str) -> Vec<Effect> {
    let mut effects = match before {
        Some(before) => on_changed_event(before, after, request),
        None => Vec::new(),
    };
    effects.extend(add_to_all(difference(before, Some(after), contribution)));
    effects
}

/// Returns the effect of deleting a draft, as it was before: statistics.
pub(crate) fn on_draft_deleted(draft: &Event) -> Vec<Effect> {
    Vec::from_iter(add_to_all(difference(Some(draft), None, contribution)))
}

fn contribution(event: &Event) -> Tally {
    Tally::of_event(event.status)
}

fn on_changed_event(before: &Event, after: &Event, request: &str) -> Vec<Effect> {
    let mut effects = Vec::new();
    if let Some(mail) = mails::to_registrants(before, after, request) {
        effects.push(Effect::SendMail(mail));
    }
    for mail in mails::to_organizers(before, after, request) {
        effects.push(Effect::SendMail(mail));
    }
    if reminders_must_follow(before, after) {
        effects.push(Effect::AlignReminders(Box::new(after.clone())));
    }
    if buckets_must_follow(before, after) {
        effects.push(Effect::AlignBuckets(Box::new(after.clone())));
    }
    if before.organizer.id != after.organizer.id {
        effects.push(Effect::RecheckRights {
            user: before.organizer.id,
        });
    }
    effects.push(Effect::PublishCounts { event: after.id });
    effects.extend(frames(before, after));
    effects
}

/// Reminders are made on publication, move with the start, and end with the event.
fn reminders_must_follow(before: &Event, after: &Event) -> bool {
    before.status != after.status
        || before.details.schedule.starts_at != after.details.schedule.starts_at
}

/// Whether buckets may have other terms than the event. The request that changed the event aligns the buckets before it
/// answers, but its process may have crashed in between. The buckets of a draft are made before it is published.
fn buckets_must_follow(before: &Event, after: &Event) -> bool {
    before.status != EventStatus::Draft && Terms::of(before).differ_from(&Terms::of(after))
}

/// Returns the frames that name the changed fields, if there are any: for the public, and for the door staff if the
/// status changed, because all tickets may have become invalid.
fn frames(before: &Event, after: &Event) -> Vec<Effect> {
    let changed = EventField::changed(before, after);
    let frame = |topic: Topic| {
        Effect::PublishFrame(Box::new(News {
            topic,
            name: format!("{topic}#{}", after.version),
            frame: Frame::Event {
                event_id: after.id,
                status: after.status,
                changed: changed.clone(),
            },
        }))
    };
    let mut effects = Vec::new();
    if !changed.is_empty() {
        effects.push(frame(Topic::public(after.id)));
    }
    if changed.contains(&EventField::Status) {
        effects.push(frame(Topic::door(after.id)));
    }
    effects
}

#[cfg(test)]
mod tests;
