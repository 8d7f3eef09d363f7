//! Checks the invariants of all events, on items that were all read at the same moment.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    door::{Ticket, TicketStatus},
    events::Event,
    id::{EventId, UserId},
    seats::{
        bucket::{Bucket, home},
        registration::{Registration, RegistrationStatus},
        waitlist::EntryId,
    },
};
use store::{
    StoreError,
    stream::{self, Change},
    waitlist_place,
};
use table::Item;

/// The items of one event.
#[derive(Debug, Default)]
struct Sheet {
    event: Option<Box<Event>>,
    buckets: Vec<Bucket>,
    confirmed: BTreeSet<UserId>,
    /// The people whose registration is waitlisted. Each has the id of the place that the registration names.
    waiting: BTreeSet<(UserId, Option<EntryId>)>,
    /// The people who have a place on the waitlist. Each has the id of the place.
    places: BTreeSet<(UserId, Option<EntryId>)>,
    /// The number of valid tickets of each holder. A valid ticket admits its holder, or has already done so.
    tickets: BTreeMap<UserId, u32>,
}

/// Collects the items of all events, and finds faults in them.
#[derive(Debug, Default)]
pub(super) struct Audit(BTreeMap<EventId, Sheet>);

/// A fault that was found in an event.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fault {
    /// A state that must never occur. The text describes it.
    Broken(String),
    /// A state that may occur only until the effects of a write are processed. The text describes it.
    Behind(String),
}

impl Audit {
    /// Adds an item to the sheet of its event. Ignores items of kinds that the checks do not need.
    ///
    /// # Errors
    /// The item does not have the format that its key requires.
    pub(super) fn add(&mut self, item: Item) -> Result<(), StoreError> {
        if let Some((event, entry)) = waitlist_place(&item)? {
            let place = (entry.guest.user_id(), Some(entry.id));
            self.sheet(event).places.insert(place);
            return Ok(());
        }
        match stream::change(serde_dynamo::Item::default(), item.into())? {
            Change::Event { after, .. } => {
                let sheet = self.sheet(after.id);
                sheet.event = Some(after);
            }
            Change::Bucket { event, after, .. } => self.sheet(event).buckets.push(after),
            Change::Registration { after, .. } => self.add_registration(&after),
            Change::Ticket { after, .. } => self.add_ticket(&after),
            Change::DraftDeleted { .. }
            | Change::PictureCheckDue { .. }
            | Change::Waitlist { .. }
            | Change::Mail { .. }
            | Change::Account { .. }
            | Change::AccountErased { .. }
            | Change::SessionBegun { .. }
            | Change::StaffRemoved { .. }
            | Change::SessionEnded { .. }
            | Change::Announcement { .. }
            | Change::Scanned { .. }
            | Change::Asked { .. }
            | Change::Other => {}
        }
        Ok(())
    }

    fn sheet(&mut self, event: EventId) -> &mut Sheet {
        self.0.entry(event).or_default()
    }

    fn add_registration(&mut self, registration: &Registration) {
        let (event, user) = (registration.event_id, registration.user_id);
        match registration.status {
            RegistrationStatus::Confirmed => {
                self.sheet(event).confirmed.insert(user);
            }
            RegistrationStatus::Waitlisted => {
                let place = (user, registration.entry_id);
                self.sheet(event).waiting.insert(place);
            }
            RegistrationStatus::Cancelled => {}
        }
    }

    fn add_ticket(&mut self, ticket: &Ticket) {
        match ticket.status {
            TicketStatus::Issued | TicketStatus::Admitted => {
                let sheet = self.sheet(ticket.event_id);
                *sheet.tickets.entry(ticket.user_id).or_default() += 1;
            }
            TicketStatus::Void => {}
        }
    }

    /// Returns the number of events that have items.
    pub(super) fn events(&self) -> usize {
        self.0.len()
    }

    /// Returns all faults in the items that were added.
    pub(super) fn faults(&self) -> BTreeSet<Fault> {
        let mut faults = BTreeSet::new();
        for (id, sheet) in &self.0 {
            sheet.check(*id, &mut faults);
        }
        faults
    }
}

impl Sheet {
    fn check(&self, id: EventId, faults: &mut BTreeSet<Fault>) {
        let Some(event) = &self.event else {
            faults.insert(Fault::Broken(format!(
                "{id} has registrations, tickets or waiting people, but there is no such event"
            )));
            return;
        };
        self.check_seats(event, faults);
        let guests = self.guests(event, faults);
        let behind = |faults: &mut BTreeSet<Fault>, number: usize, what: &str| {
            if number > 0 {
                faults.insert(Fault::Behind(format!("{id}: {number} {what}")));
            }
        };
        let unconfirmed = guests.difference(&self.confirmed).count();
        behind(faults, unconfirmed, "guests have no confirmed registration");
        let seatless = self.confirmed.difference(&guests).count();
        behind(faults, seatless, "confirmed registrations have no seat");
        let holders: BTreeSet<UserId> = self.tickets.keys().copied().collect();
        let ticketless = self.confirmed.difference(&holders).count();
        behind(faults, ticketless, "confirmed registrations have no ticket");
        let stray = holders.difference(&self.confirmed).count();
        behind(faults, stray, "good tickets have no confirmed registration");
        let several = self.tickets.values().filter(|number| **number > 1).count();
        behind(faults, several, "guests have more than one good ticket");
        let placeless = self.waiting.difference(&self.places).count();
        behind(
            faults,
            placeless,
            "waiting registrations have no place on the waitlist",
        );
        let idle = self.places.difference(&self.waiting).count();
        behind(
            faults,
            idle,
            "places on the waitlist have no waiting registration",
        );
    }

    /// Checks that `free + held + guests = capacity` is true over all buckets of an event. A draft has no buckets before it is
    /// published, and is not checked.
    fn check_seats(&self, event: &Event, faults: &mut BTreeSet<Fault>) {
        if self.buckets.is_empty() {
            return;
        }
        let id = event.id;
        let of = |bucket: &Bucket| {
            u64::from(bucket.free) + u64::from(bucket.held) + bucket.guests.len() as u64
        };
        let seats: u64 = self.buckets.iter().map(of).sum();
        let capacity = u64::from(event.details.capacity.get());
        let guests: usize = self.buckets.iter().map(|bucket| bucket.guests.len()).sum();
        if guests as u64 > capacity {
            let text = format!("{id}: {guests} guests for {capacity} seats");
            faults.insert(Fault::Broken(text));
        }
        if seats != capacity {
            // A publication creates the buckets one after another. Until all of them exist, the sum of their seats differs from
            // the capacity, so this fault is not `Broken`.
            let text = format!("{id}: seats free, held and taken are {seats}, not {capacity}");
            faults.insert(Fault::Behind(text));
        }
    }

    /// Returns the guests of all buckets. Reports a fault if a guest is in two buckets, or in another bucket than the guest's
    /// home.
    fn guests(&self, event: &Event, faults: &mut BTreeSet<Fault>) -> BTreeSet<UserId> {
        let id = event.id;
        let mut guests = BTreeSet::new();
        for bucket in &self.buckets {
            for guest in &bucket.guests {
                if !guests.insert(guest.user_id()) {
                    let text = format!("{id}: {} has two seats", guest.user_id());
                    faults.insert(Fault::Broken(text));
                }
                if home(id, *guest, event.bucket_count) != bucket.no {
                    let text = format!("{id}: {} stands in another's bucket", guest.user_id());
                    faults.insert(Fault::Broken(text));
                }
            }
        }
        guests
    }
}
