//! The effects of writing an event and of deleting a draft.

mod mails;

use domain::{
    events::{Event, EventField, EventStatus},
    live::topic::Topic,
    seats::bucket::Terms,
    stats::tally::Tally,
};
use messages::Frame;

use super::picture::on_former_picture;
use crate::effect::{
    Effect, News,
    statistics::{add_to_all, difference},
};

/// Returns the effects of writing an event. A new event only changes statistics. A changed event also causes mails to
/// registrants and organizers, updates schedules of reminders and terms of buckets, publishes frames and counts for viewers,
/// and causes a check of the former organizer's rights.
pub(crate) fn on_event(before: Option<&Event>, after: &Event, request: &str) -> Vec<Effect> {
    let mut effects = match before {
        Some(before) => on_changed_event(before, after, request),
        None => Vec::new(),
    };
    effects.extend(add_to_all(difference(before, Some(after), contribution)));
    effects
}

/// Returns the effects of deleting a draft: a change of statistics, and the end of its picture. `draft` is the state before the deletion.
pub(crate) fn on_draft_deleted(draft: &Event) -> Vec<Effect> {
    let mut effects = Vec::from_iter(add_to_all(difference(Some(draft), None, contribution)));
    effects.extend(on_former_picture(draft, None));
    effects
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
    effects.extend(on_former_picture(before, Some(after)));
    effects.push(Effect::PublishCounts { event: after.id });
    effects.extend(frames(before, after));
    effects
}

/// Returns whether the schedules of the event's reminders must be updated. They are created when the event is published, moved
/// when its start changes, and deleted when it is cancelled or completed.
fn reminders_must_follow(before: &Event, after: &Event) -> bool {
    before.status != after.status
        || before.details.schedule.starts_at != after.details.schedule.starts_at
}

/// Returns whether the buckets may have different terms than the event. The request that changed the event also updates the
/// buckets before it replies, but its process may have crashed before that. For a draft the result is `false`, because its
/// buckets are written before it is published.
fn buckets_must_follow(before: &Event, after: &Event) -> bool {
    before.status != EventStatus::Draft && Terms::of(before).differ_from(&Terms::of(after))
}

/// Returns the frames that name the changed fields of an event, if there are any. One frame is for the public. If the status
/// changed, another frame is for the door staff, because all tickets may have become invalid.
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
