//! Schedules the reminders of events. A schedule puts a message on the queue `mail` once, some time before an event starts.
//!
//! The name of a schedule consists of the event and the lead: the time between the reminder and the start of the event. So a
//! second schedule with the same lead replaces the first. The message contains the start of the event. If the event was moved
//! after the schedule was made, no mail is sent for the message.

use std::sync::Arc;

use domain::{
    events::{Event, EventStatus},
    id::EventId,
    mail::kind::{EventMail, Lead},
};
use jiff::{Timestamp, ToSpan as _};
use messages::{MailDue, Part};

use crate::schedules::{ScheduleError, Schedules};

/// Creates, moves and deletes the schedules of all events' reminders.
#[derive(Debug, Clone)]
pub struct Reminders {
    schedules: Arc<dyn Schedules>,
}

/// Returns the time at which an event's registrants are reminded, which is `lead` before the event starts. Returns `None` if
/// they get no reminder, or if that time is not after `now`.
fn due_at(event: &Event, lead: Lead, now: Timestamp) -> Option<Timestamp> {
    let starts_at = event.details.schedule.starts_at;
    let at = starts_at.checked_sub(lead.hours().hours()).ok()?;
    (event.status == EventStatus::Published && at > now).then_some(at)
}

impl Reminders {
    /// Returns the reminders of all events. Their schedules are stored by `schedules`.
    #[must_use]
    pub fn new(schedules: Arc<dyn Schedules>) -> Self {
        Self { schedules }
    }

    /// Updates the schedules of an event to its state at the time `now`, after `request` changed the event. It is safe to
    /// repeat the call.
    ///
    /// # Errors
    /// A schedule could not be created, moved or deleted.
    pub(crate) async fn align(
        &self,
        event: &Event,
        now: Timestamp,
        request: &str,
    ) -> Result<(), ScheduleError> {
        for lead in Lead::ALL {
            match due_at(event, lead, now) {
                Some(at) => self.schedule(event, lead, at, request).await?,
                None => self.schedules.delete(&name(event.id, lead)).await?,
            }
        }
        Ok(())
    }

    async fn schedule(
        &self,
        event: &Event,
        lead: Lead,
        at: Timestamp,
        request: &str,
    ) -> Result<(), ScheduleError> {
        let message = MailDue::Registrants {
            event_id: event.id,
            part: Part::Everybody,
            about: EventMail::Reminder {
                lead,
                starts_at: event.details.schedule.starts_at,
            },
            request_id: request.to_owned(),
        };
        let message = serde_json::to_string(&message).map_err(ScheduleError::permanent)?;
        let name = name(event.id, lead);
        self.schedules.put(&name, at, message).await
    }
}

/// Returns the name of a reminder's schedule.
fn name(event: EventId, lead: Lead) -> String {
    format!("{event}-{}", lead.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::event;

    #[test]
    fn reminders_are_due_before_the_start_of_a_published_event() {
        let time = |text: &str| text.parse::<Timestamp>().unwrap();
        let published = event(EventStatus::Published, 1);
        let early = time("2027-01-01T00:00:00Z");
        assert_eq!(
            due_at(&published, Lead::Day, early),
            Some(time("2027-04-30T18:00:00Z"))
        );
        assert_eq!(
            due_at(&published, Lead::Hour, early),
            Some(time("2027-05-01T17:00:00Z"))
        );
        // At the time `late`, the event starts in less than a day, but in more than an hour.
        let late = time("2027-05-01T12:00:00Z");
        assert_eq!(due_at(&published, Lead::Day, late), None);
        assert!(due_at(&published, Lead::Hour, late).is_some());
        let cancelled = event(EventStatus::Cancelled, 2);
        assert_eq!(due_at(&cancelled, Lead::Hour, early), None);
    }
}
