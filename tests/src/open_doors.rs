//! An event whose doors are open, with its staff and its guests.

use futures::StreamExt;

use crate::door::assert_done;
use crate::{Event, NewEvent, Stack, Ticket, User};

/// Number of guests who request a seat at the same time.
const REGISTERED_AT_ONCE: usize = 32;
/// Number of guests who wait for their ticket at the same time.
const WAITING_AT_ONCE: usize = 16;

/// An event whose doors have been open for three hours, although the event begins only in 30 days.
#[derive(Debug)]
pub struct OpenDoors {
    /// The owner of the event.
    pub organizer: User,
    /// The door staff.
    pub staff: User,
    /// The event.
    pub event: Event,
    /// The guests, as many as the test requested.
    pub guests: Vec<Guest>,
}

/// A user who has a ticket.
#[derive(Clone, Debug)]
pub struct Guest {
    /// The user, a member of the shared crowd. The user may also hold tickets for other events.
    pub user: User,
    /// The user's ticket for this event.
    pub ticket: Ticket,
}

/// An event whose doors are open, and which has one guest.
#[derive(Debug)]
pub struct OneGuest {
    /// The owner of the event.
    pub organizer: User,
    /// The door staff.
    pub staff: User,
    /// The event.
    pub event: Event,
    /// The guest.
    pub guest: User,
    /// The guest's ticket.
    pub ticket: Ticket,
}

impl Stack {
    /// Makes an event with open doors and with one guest, who already has a ticket.
    pub async fn open_doors_for_one(&self) -> OneGuest {
        let mut doors = self.open_doors(1).await;
        let Some(guest) = doors.guests.pop() else {
            panic!("there is no guest");
        };
        OneGuest {
            organizer: doors.organizer,
            staff: doors.staff,
            event: doors.event,
            guest: guest.user,
            ticket: guest.ticket,
        }
    }

    /// Makes an event with open doors and with this many guests, who already have their tickets.
    pub async fn open_doors(&self, guests: usize) -> OpenDoors {
        let mut crowd = self.crowd(guests + 1).await;
        let Some(staff) = crowd.pop() else {
            panic!("the crowd is empty");
        };
        let organizer = self.register_organizer().await;
        let event = organizer
            .published_event(NewEvent::with_open_doors(guests + 10))
            .await;
        assert_done(&organizer.add_staff(&event, staff.id()).await);
        OpenDoors {
            guests: guests_of(&event, crowd).await,
            organizer,
            staff,
            event,
        }
    }
}

/// Registers all these users for the event, and waits until they have their tickets.
pub async fn guests_of(event: &Event, users: Vec<User>) -> Vec<Guest> {
    let registered: Vec<User> = futures::stream::iter(users)
        .map(async |user| {
            user.register_for(event).await.expect(201);
            user
        })
        .buffered(REGISTERED_AT_ONCE)
        .collect()
        .await;
    futures::stream::iter(registered)
        .map(async |user| Guest {
            ticket: user.ticket_of(event).await,
            user,
        })
        .buffered(WAITING_AT_ONCE)
        .collect()
        .await
}
