//! Rules: whether a mail is still true when it is composed, and which date its header shows.
//!
//! A mail is composed from the present state. If the state that the mail is about has changed, another mail reports that
//! change, and this mail is not sent.

use jiff::{Timestamp, ToSpan as _};

use super::{EventMail, OrganizerMail, RegistrationMail};
use crate::{
    events::{Event, EventStatus, announcement::Announcement},
    id::{AnnouncementId, UserId},
    seats::{
        registration::{Registration, RegistrationStatus},
        waitlist::EntryId,
    },
};

impl RegistrationMail {
    /// Whether the registration is still in the state that the mail is about.
    #[must_use]
    pub fn holds(self, registration: &Registration) -> bool {
        let status = registration.status;
        match self {
            Self::Ticket { generation, .. } => {
                status == RegistrationStatus::Confirmed && registration.generation == generation
            }
            Self::Waitlisted { entry_id } => registration.waits_at(entry_id),
            Self::Cancelled { at, .. } => {
                status == RegistrationStatus::Cancelled && registration.cancelled_at == Some(at)
            }
        }
    }

    /// Returns the date that the mail's header shows: the time at which the registration changed, or at which somebody asked to
    /// mail the ticket again.
    #[must_use]
    pub fn date(self, registration: &Registration) -> Timestamp {
        match self {
            Self::Ticket { again_at, .. } => again_at.unwrap_or(registration.registered_at),
            Self::Waitlisted { .. } => registration.registered_at,
            Self::Cancelled { at, .. } => at,
        }
    }

    /// Returns the place on the waitlist whose position the mail shows; `None` if the mail shows no position.
    #[must_use]
    pub fn place(self) -> Option<EntryId> {
        match self {
            Self::Waitlisted { entry_id } => Some(entry_id),
            Self::Ticket { .. } | Self::Cancelled { .. } => None,
        }
    }

    /// Whether the mail is about the end of the registration. If so, the mail's calendar file removes the event from the
    /// recipient's calendar.
    #[must_use]
    pub fn is_end(self) -> bool {
        match self {
            Self::Cancelled { .. } => true,
            Self::Ticket { .. } | Self::Waitlisted { .. } => false,
        }
    }
}

impl OrganizerMail {
    /// Whether the mail to `user` is still true. For [`Self::Received`], `user` must still organize the event. For
    /// [`Self::HandedOver`], `user` must still not organize it.
    #[must_use]
    pub fn holds(self, event: &Event, user: UserId) -> bool {
        let organizes = event.organizer.id == user;
        match self {
            Self::Received { .. } => organizes,
            Self::HandedOver { .. } => !organizes,
        }
    }
}

impl EventMail {
    /// Whether the mail is still true. An announcement always is. A mail about a cancellation needs a cancelled event, and all
    /// other mails need a published event. A reminder also requires that the start of the event has not changed.
    #[must_use]
    pub fn holds(&self, event: &Event) -> bool {
        match self {
            Self::Updated { .. } => event.status == EventStatus::Published,
            Self::Cancelled { .. } => event.status == EventStatus::Cancelled,
            Self::Announcement { .. } => true,
            Self::Reminder { starts_at, .. } => {
                event.status == EventStatus::Published
                    && event.details.schedule.starts_at == *starts_at
            }
        }
    }

    /// Whether the mail is sent to the registrant whose registration for the event is `registration`.
    #[must_use]
    pub fn reaches(&self, event: &Event, registration: &Registration) -> bool {
        let knows_no_other = match self {
            // A guest who registered after the change has never seen the former values, so the guest needs no mail about the
            // change.
            Self::Updated { version, .. } => {
                event.version == *version && registration.registered_at >= event.updated_at
            }
            Self::Cancelled { .. } | Self::Announcement { .. } | Self::Reminder { .. } => false,
        };
        self.kind().reaches(registration) && !knows_no_other
    }

    /// Returns the id of the announcement whose text the mail contains; `None` for all other mails.
    #[must_use]
    pub fn announcement(&self) -> Option<AnnouncementId> {
        match self {
            Self::Announcement { id } => Some(*id),
            Self::Updated { .. } | Self::Cancelled { .. } | Self::Reminder { .. } => None,
        }
    }

    /// Returns the date of the mail: the time of the change that the mail reports, or the planned time of a reminder.
    /// `announcement` is the announcement that the mail contains, if there is one.
    #[must_use]
    pub fn date(&self, event: &Event, announcement: Option<&Announcement>) -> Timestamp {
        match self {
            Self::Updated { .. } | Self::Cancelled { .. } => event.updated_at,
            Self::Announcement { .. } => {
                announcement.map_or(event.updated_at, |made| made.created_at)
            }
            Self::Reminder { lead, starts_at } => starts_at
                .checked_sub(lead.hours().hours())
                .unwrap_or(*starts_at),
        }
    }

    /// Whether the mail cancels the event for its guests. If so, the mail's calendar file removes the event from the
    /// recipient's calendar.
    #[must_use]
    pub fn is_end(&self) -> bool {
        match self {
            Self::Cancelled { .. } => true,
            Self::Updated { .. } | Self::Announcement { .. } | Self::Reminder { .. } => false,
        }
    }
}
