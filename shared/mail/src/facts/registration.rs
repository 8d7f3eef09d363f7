//! The facts about a recipient's registration.

use super::EventFacts;

/// The facts for a mail about a registration.
#[derive(Debug, Clone, Copy)]
pub struct RegistrantFacts<'a> {
    /// The event of the registration.
    pub event: &'a EventFacts<'a>,
    /// The registrant's present or former seat. If the registrant is on the waitlist, this is the seat that they will have
    /// after a promotion.
    pub seat: Seat<'a>,
    /// Whether the registrant got the seat by a promotion from the waitlist.
    pub promoted: bool,
    /// The position on the waitlist, from 1; `None` if the mail does not show it.
    pub position: Option<u32>,
    /// The person who cancelled the registration. The value is used only in a mail about a cancelled registration.
    pub cancelled_by: CancelledBy,
    /// The organizer's reason for taking away the registration, which may have several lines.
    pub removal_reason: Option<&'a str>,
}

/// The facts for a mail to a registrant about an event.
#[derive(Debug, Clone, Copy)]
pub struct AttendeeFacts<'a> {
    /// The event of the registration.
    pub event: &'a EventFacts<'a>,
    /// The seat of the recipient; `None` if they are on the waitlist.
    pub seat: Option<Seat<'a>>,
    /// The text of the announcement, which may have several lines; empty if the mail has none.
    pub message: &'a str,
    /// The organizer's reason for the cancellation of the event, which may have several lines.
    pub cancel_reason: Option<&'a str>,
    /// The URL that stops announcements and reminders of this event. Mail clients send a POST to it (RFC 8058), and people
    /// follow it as a link.
    pub unsubscribe_url: &'a str,
}

/// A seat at an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seat<'a> {
    /// The entry for the seat in the guest's calendar.
    pub entry: CalendarEntry<'a>,
    /// The ticket for the seat.
    pub ticket: Ticket<'a>,
}

/// The identity of an attendee's calendar entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CalendarEntry<'a> {
    /// The `UID` of the entry, from [`rendering::calendar::uid`].
    pub uid: &'a str,
    /// The `SEQUENCE` of the entry, from [`rendering::calendar::sequence`].
    pub sequence: u32,
}

/// The ticket for a seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket<'a> {
    /// The ticket's code as a person types it.
    pub code: &'a str,
    /// The text that the ticket's QR code contains.
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

/// The seat or the waitlist place that a person has, or had, at an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place<'a> {
    /// The person has, or had, a seat, and therefore an entry in the calendar.
    Seat(CalendarEntry<'a>),
    /// The person is, or was, on the waitlist.
    Waitlist,
}

impl<'a> Place<'a> {
    /// Returns a seat with its calendar entry if `seat` is set. Otherwise returns the waitlist.
    pub(crate) fn of(seat: Option<Seat<'a>>) -> Self {
        seat.map_or(Self::Waitlist, |seat| Self::Seat(seat.entry))
    }

    /// Returns the calendar entry for the person's seat; `None` if the person is, or was, on the waitlist.
    pub(crate) fn entry(self) -> Option<CalendarEntry<'a>> {
        match self {
            Self::Seat(entry) => Some(entry),
            Self::Waitlist => None,
        }
    }

    /// Whether the person has, or had, a seat.
    pub(crate) fn is_seat(self) -> bool {
        self.entry().is_some()
    }
}
