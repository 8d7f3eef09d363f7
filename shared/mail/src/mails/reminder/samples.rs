use domain::mail::kind::{Lead, MailKind};

use super::Reminder;
use crate::tests::samples::{EVENT, Sample, TICKET, UNSUBSCRIBE};

/// Returns one sample of the mail for each variant of its text.
pub(crate) fn samples() -> Vec<Sample> {
    let reminder = |lead, ticket| Reminder {
        event: &EVENT,
        lead,
        ticket,
        unsubscribe_url: UNSUBSCRIBE,
    };
    let (day, hour) = (
        reminder(Lead::Day, None),
        reminder(Lead::Hour, Some(TICKET)),
    );
    vec![
        Sample::of(MailKind::ReminderDay, "reminder_day", day),
        Sample::of(MailKind::ReminderHour, "reminder_hour", hour),
    ]
}
