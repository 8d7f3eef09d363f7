//! The data that mails contain about an event and about a registration.

use bootstrap::clock;
use domain::{
    accounts::user::User,
    events::{Event, EventStatus},
    id::UserId,
    keys::keyrings::Keyrings,
    seats::registration::Registration,
    tickets::{code::TicketCode, token::TicketToken},
};
use jiff::tz::TimeZone;
use mail::{CalendarEntry, EventFacts, Mailbox, Pages, Seat, Ticket};
use rendering::calendar;

/// An event, and other data that mails about the event contain, such as the organizer's address.
#[derive(Debug)]
pub(crate) struct EventSheet {
    pub(crate) event: Event,
    /// The organizer's email address in ASCII. It is empty if the organizer's account was erased.
    organizer_email: String,
    time_zone: TimeZone,
    links: Links,
}

/// The URLs of the pages to which mails about an event link; `None` for a page that does not exist.
#[derive(Debug, Default)]
struct Links {
    event: Option<String>,
    tickets: Option<String>,
    board: Option<String>,
}

impl Links {
    fn of(pages: &Pages, event: &Event) -> Self {
        // Nobody can see the public page of a draft.
        let is_public = event.status != EventStatus::Draft;
        Self {
            event: is_public.then(|| pages.event(event.id)),
            tickets: Some(pages.tickets()),
            board: Some(pages.board(event.id)),
        }
    }
}

impl EventSheet {
    /// Returns the data that mails about `event` contain. `organizer` is `None` if the organizer's account was erased. `pages`
    /// is `None` if mails do not link to pages.
    ///
    /// # Errors
    /// The event's time zone is unknown.
    pub(crate) fn new(
        event: Event,
        organizer: Option<User>,
        pages: Option<&Pages>,
    ) -> Result<Self, jiff::Error> {
        let time_zone = TimeZone::get(event.details.schedule.timezone.as_str())?;
        Ok(Self {
            links: pages.map_or_else(Links::default, |pages| Links::of(pages, &event)),
            event,
            organizer_email: organizer
                .map_or_else(String::new, |user| user.email.identity().into_owned()),
            time_zone,
        })
    }

    pub(crate) fn facts(&self) -> EventFacts<'_> {
        let details = &self.event.details;
        EventFacts {
            title: details.title.as_str(),
            venue: details.venue.as_str(),
            description: details.description.as_str(),
            starts_at: details.schedule.starts_at,
            ends_at: details.schedule.ends_at,
            time_zone: &self.time_zone,
            organizer: Mailbox {
                name: self.event.organizer.name.as_str(),
                email: &self.organizer_email,
            },
            url: self.links.event.as_deref(),
            tickets_url: self.links.tickets.as_deref(),
            board_url: self.links.board.as_deref(),
        }
    }
}

/// The data about a registrant's seat that mails show. This type owns the texts, and the composed mails only refer to them.
#[derive(Debug)]
pub(crate) struct OwnedSeat {
    uid: String,
    sequence: u32,
    code: String,
    qr: String,
}

impl OwnedSeat {
    /// Returns the data about the seat of `registration`. If `is_off` is true, the registrant no longer has the seat, and the
    /// seat's calendar entry gets the SEQUENCE number of a cancelled entry (RFC 5545).
    pub(crate) fn of(
        event: &Event,
        registration: &Registration,
        keyrings: &Keyrings,
        is_off: bool,
    ) -> Self {
        let user: UserId = registration.user_id;
        let generation = registration.generation;
        let code = TicketCode::of(keyrings, registration);
        let token = TicketToken::of(event, code, generation);
        Self {
            uid: calendar::uid(event.id, user),
            sequence: calendar::sequence(event.version, generation, is_off),
            code: code.to_string(),
            qr: token.seal(&keyrings.signing(clock::now()).ticket),
        }
    }

    pub(crate) fn facts(&self) -> Seat<'_> {
        Seat {
            entry: CalendarEntry {
                uid: &self.uid,
                sequence: self.sequence,
            },
            ticket: Ticket {
                code: &self.code,
                qr: &self.qr,
            },
        }
    }
}
