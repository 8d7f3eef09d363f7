//! What mails are about.

use jiff::{Timestamp, tz::TimeZone};

use crate::Mailbox;

/// What a mail says: one variant a kind, each with just what it needs.
#[derive(Debug, Clone, Copy)]
pub enum Content<'a> {
    /// Somebody has signed up, or asked for another code to verify the address.
    Welcome {
        /// The code that verifies the address.
        code: &'a str,
        /// How long the code is valid.
        valid_minutes: u32,
    },
    /// Somebody has forgotten the password.
    PasswordReset {
        /// The code that allows to set another one.
        code: &'a str,
        /// How long the code is valid.
        valid_minutes: u32,
    },
    /// The password was changed, or set after a reset.
    PasswordChanged {
        /// When.
        changed_at: Timestamp,
    },
    /// To an address that somebody wants for their account: no account has it yet.
    NewAddress {
        /// The code that gives the account the address.
        code: &'a str,
        /// How long the code is valid.
        valid_minutes: u32,
    },
    /// To an address that somebody wants for their account: another account has it.
    AddressInUse,
    /// To the address of an account that is to get another one.
    AddressChange {
        /// When that was asked for.
        asked_at: Timestamp,
        /// The page on which the recipient objects.
        objection_url: &'a str,
        /// How long after the change the recipient can still object; `None`: not at all.
        restorable_hours: Option<u32>,
    },
    /// A seat, with its ticket.
    RegistrationConfirmed {
        /// The event.
        event: &'a EventFacts<'a>,
        /// The entry that the calendar gets.
        entry: CalendarEntry<'a>,
        /// The ticket.
        ticket: Ticket<'a>,
    },
    /// A seat for somebody who waited for it, with its ticket.
    Promoted {
        /// The event.
        event: &'a EventFacts<'a>,
        /// The entry that the calendar gets.
        entry: CalendarEntry<'a>,
        /// The ticket.
        ticket: Ticket<'a>,
    },
    /// A registration is off; the event is not.
    RegistrationCancelled {
        /// The event.
        event: &'a EventFacts<'a>,
        /// What was given up.
        place: Place<'a>,
        /// Who did it.
        by: CancelledBy,
    },
    /// No seat yet, but a place on the waitlist.
    Waitlisted {
        /// The event.
        event: &'a EventFacts<'a>,
        /// The place, from 1, when the mail is written.
        position: Option<u32>,
    },
    /// Time, venue or title of an event have changed.
    EventUpdated {
        /// The event as it is now.
        event: &'a EventFacts<'a>,
        /// What was different.
        previous: Previous<'a>,
        /// What the recipient has.
        place: Place<'a>,
        /// The ticket anew, as its page shows what has changed.
        ticket: Option<Ticket<'a>>,
    },
    /// An event will not take place.
    EventCancelled {
        /// The event.
        event: &'a EventFacts<'a>,
        /// Why, as the organizer says, perhaps in several lines.
        reason: Option<&'a str>,
        /// What the recipient had.
        place: Place<'a>,
    },
    /// The organizer has something to say.
    Announcement {
        /// The event.
        event: &'a EventFacts<'a>,
        /// What, perhaps in several lines.
        message: &'a str,
        /// See [`Content::Reminder`].
        unsubscribe_url: &'a str,
    },
    /// An administrator has made the recipient the organizer of an event.
    EventReceived {
        /// The event; its organizer is the recipient.
        event: &'a EventFacts<'a>,
    },
    /// An administrator has made somebody else than the recipient the organizer of an event.
    EventHandedOver {
        /// The event; its organizer is the new one.
        event: &'a EventFacts<'a>,
    },
    /// An event starts soon.
    Reminder {
        /// The event.
        event: &'a EventFacts<'a>,
        /// How soon.
        lead: Lead,
        /// The ticket, to have it at hand.
        ticket: Option<Ticket<'a>>,
        /// Ends such mails about this event: by a POST of mail clients (RFC 8058), and for a person who follows it
        /// as a link.
        unsubscribe_url: &'a str,
    },
}

/// An event, as far as mails tell of it.
#[derive(Debug, Clone, Copy)]
pub struct EventFacts<'a> {
    /// Title.
    pub title: &'a str,
    /// Where it takes place.
    pub venue: &'a str,
    /// Text, perhaps empty, for the calendar entry.
    pub description: &'a str,
    /// When it starts.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// Zone in which people read these times.
    pub time_zone: &'a TimeZone,
    /// Who runs it, and gets the replies.
    pub organizer: Mailbox<'a>,
    /// Its page on the web, if it has one.
    pub url: Option<&'a str>,
}

impl<'a> EventFacts<'a> {
    /// When it takes place.
    #[must_use]
    pub fn period(&self) -> Period<'a> {
        Period {
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            time_zone: self.time_zone,
        }
    }
}

/// When an event takes place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Period<'a> {
    /// When it starts.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// Zone in which people read these times.
    pub time_zone: &'a TimeZone,
}

/// What an event was before; `None`, and what is the same now, is not told.
#[derive(Debug, Clone, Copy, Default)]
pub struct Previous<'a> {
    /// Its title.
    pub title: Option<&'a str>,
    /// Where it was to take place.
    pub venue: Option<&'a str>,
    /// When it was to take place.
    pub period: Option<Period<'a>>,
}

/// What a calendar knows an attendee's entry by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CalendarEntry<'a> {
    /// See [`rendering::calendar::uid`].
    pub uid: &'a str,
    /// See [`rendering::calendar::sequence`].
    pub sequence: u32,
}

/// What somebody has, or had, of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place<'a> {
    /// A seat, and so an entry in the calendar.
    Seat(CalendarEntry<'a>),
    /// A place on the waitlist.
    Waitlist,
}

/// A ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket<'a> {
    /// The code, as a person types it.
    pub code: &'a str,
    /// What the QR code says.
    pub qr: &'a str,
}

/// Who cancelled a registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CancelledBy {
    /// Who had it.
    Attendee,
    /// The organizer of the event.
    Organizer,
}

/// How long before the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lead {
    /// 24 hours.
    Day,
    /// 1 hour.
    Hour,
}

impl Lead {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Day => "24 hours",
            Self::Hour => "1 hour",
        }
    }
}

impl<'a> Content<'a> {
    /// The event that it is about.
    pub(crate) fn event(&self) -> Option<&'a EventFacts<'a>> {
        match *self {
            Self::Welcome { .. }
            | Self::PasswordReset { .. }
            | Self::PasswordChanged { .. }
            | Self::NewAddress { .. }
            | Self::AddressInUse
            | Self::AddressChange { .. } => None,
            Self::RegistrationConfirmed { event, .. }
            | Self::Promoted { event, .. }
            | Self::RegistrationCancelled { event, .. }
            | Self::Waitlisted { event, .. }
            | Self::EventUpdated { event, .. }
            | Self::EventCancelled { event, .. }
            | Self::Announcement { event, .. }
            | Self::EventReceived { event }
            | Self::EventHandedOver { event }
            | Self::Reminder { event, .. } => Some(event),
        }
    }

    /// The reader of the replies: the organizer of the event, unless that is the recipient.
    pub(crate) fn reply_to(&self) -> Option<Mailbox<'a>> {
        match self {
            Self::EventReceived { .. } => None,
            _ => self.event().map(|event| event.organizer),
        }
    }

    /// The ticket that goes with it.
    pub(crate) fn ticket(&self) -> Option<Ticket<'a>> {
        match *self {
            Self::RegistrationConfirmed { ticket, .. } | Self::Promoted { ticket, .. } => {
                Some(ticket)
            }
            Self::EventUpdated { ticket, .. } | Self::Reminder { ticket, .. } => ticket,
            _ => None,
        }
    }

    /// Where mails of its kind end; the others cannot be done without.
    pub(crate) fn unsubscribe_url(&self) -> Option<&'a str> {
        match *self {
            Self::Announcement {
                unsubscribe_url, ..
            }
            | Self::Reminder {
                unsubscribe_url, ..
            } => Some(unsubscribe_url),
            _ => None,
        }
    }

    /// Whether the name may be shown: not where nobody has proved yet to own the address. Otherwise anybody could
    /// have words of their own sent to anybody, as a name.
    pub(crate) fn names_recipient(&self) -> bool {
        !matches!(
            self,
            Self::Welcome { .. }
                | Self::PasswordReset { .. }
                | Self::NewAddress { .. }
                | Self::AddressInUse
                | Self::AddressChange { .. }
        )
    }
}
