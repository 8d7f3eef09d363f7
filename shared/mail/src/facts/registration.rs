//! Facts about the registration of a recipient.

use super::EventFacts;

/// Facts for a mail about a registration.
#[derive(Debug, Clone, Copy)]
pub struct RegistrantFacts<'a> {
    /// The event.
    pub event: &'a EventFacts<'a>,
    /// The seat that the registrant has, had or may get.
    pub seat: Seat<'a>,
    /// Whether the seat came from the waitlist.
    pub promoted: bool,
    /// The place on the waitlist, from 1; `None` if the mail names none.
    pub position: Option<u32>,
    /// The person who cancelled the registration, if the registration is cancelled.
    pub cancelled_by: CancelledBy,
}

/// Facts for a mail about an event, to a registrant.
#[derive(Debug, Clone, Copy)]
pub struct AttendeeFacts<'a> {
    /// The event.
    pub event: &'a EventFacts<'a>,
    /// The seat of the recipient; `None` if they are on the waitlist.
    pub seat: Option<Seat<'a>>,
    /// The text of the announcement, perhaps in several lines; empty if the mail has none.
    pub message: &'a str,
    /// The organizer's reason for a cancellation, perhaps in several lines.
    pub cancel_reason: Option<&'a str>,
    /// The URL that ends such mails about this event: by a POST of mail clients (RFC 8058), or if a person follows the link.
    pub unsubscribe_url: &'a str,
}

/// A seat at an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seat<'a> {
    /// The entry of the seat in the guest's calendar.
    pub entry: CalendarEntry<'a>,
    /// The ticket for the seat.
    pub ticket: Ticket<'a>,
}

/// The identity of an attendee's entry in calendars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CalendarEntry<'a> {
    /// See [`rendering::calendar::uid`].
    pub uid: &'a str,
    /// See [`rendering::calendar::sequence`].
    pub sequence: u32,
}

/// A ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket<'a> {
    /// The code, as a person types it.
    pub code: &'a str,
    /// The content of the QR code.
    pub qr: &'a str,
}

/// The person who cancelled a registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CancelledBy {
    /// The registrant.
    Attendee,
    /// The organizer of the event.
    Organizer,
}

/// The place that a person has, or had, at an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place<'a> {
    /// A seat, and so an entry in the calendar.
    Seat(CalendarEntry<'a>),
    /// A place on the waitlist.
    Waitlist,
}

impl<'a> Place<'a> {
    /// Returns the place of a person with this seat; `None`: the person has no seat.
    pub(crate) fn of(seat: Option<Seat<'a>>) -> Self {
        seat.map_or(Self::Waitlist, |seat| Self::Seat(seat.entry))
    }

    /// Returns the entry in the calendar; `None` if there is none.
    pub(crate) fn entry(self) -> Option<CalendarEntry<'a>> {
        match self {
            Self::Seat(entry) => Some(entry),
            Self::Waitlist => None,
        }
    }

    /// Whether the place is a seat.
    pub(crate) fn is_seat(self) -> bool {
        self.entry().is_some()
    }
}
