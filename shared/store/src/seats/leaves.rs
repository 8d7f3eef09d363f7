//! Runs the state machine of leaving: a guest gives up a seat, or somebody who waits gives up a place on the waitlist. Its
//! steps read and write the table.

use domain::{
    events::Event,
    id::{EventId, GuestId, UserId},
    seats::{
        bucket::{BucketNo, home},
        claim::SeatRev,
        leave::{Leave, LeaveOutcome, LeaveReply, LeaveStep},
        registration::Registration,
        waitlist::EntryId,
        writes::{BucketWrite, GiveUpWrite, RegistrationWrite, RemovalWrite},
    },
    security::audit::AuditEntry,
    text::RemovalReason,
};
use jiff::Timestamp;
use table::{Returned, Update};

use crate::{
    Store, StoreError,
    accounts::account_exists,
    attribute::{REV, number, s},
    batch::back_off,
    condition::{is_conflict, old_item},
    key,
    seats::{
        buckets::bucket_update,
        registrations::{REMOVAL_REASON, registration_update},
        waitlist::place_write,
    },
    security::audit::Sent,
    transaction,
};

/// Facts that are stored when a guest leaves.
#[derive(Debug, Clone, Copy)]
pub struct Leaving<'a> {
    /// The account that acted.
    pub by: UserId,
    /// The time at which the guest leaves.
    pub at: Timestamp,
    /// The id of the request that makes the guest leave.
    pub request: &'a str,
    /// The entry for the audit log; `None` if the change needs no entry. The transaction that removes the seat or the place
    /// also writes this entry.
    pub entry: Option<&'a AuditEntry>,
    /// The organizer's reason, which the registration stores; only together with an entry. An erased account's registration
    /// gets no reason.
    pub reason: Option<&'a RemovalReason>,
}

/// The outcome of giving up a seat or a place on the waitlist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Withdrawal {
    /// The seat or the place was given up. Contains the registration as it is now.
    Done(Registration),
    /// The user was never registered.
    NeverRegistered,
    /// Every try failed, because other processes changed the seat or the place. The caller may repeat the call.
    Contended,
}

impl Store {
    /// Gives up the seat or the place of `user` at `event`, and cancels the registration. A second call changes nothing.
    ///
    /// # Errors
    /// The table could not be read or written.
    pub async fn withdraw(
        &self,
        event: &Event,
        user: UserId,
        noted: Leaving<'_>,
    ) -> Result<Withdrawal, StoreError> {
        // A draft has no buckets, so nobody can be registered.
        if event.bucket_count == 0 {
            return Ok(Withdrawal::NeverRegistered);
        }
        let guest = GuestId::from(user);
        let home = home(event.id, guest, event.bucket_count);
        let outcome = self.leave(event.id, home, guest, noted).await?;
        // If this process crashes after the guest was removed and before the registration is written, the relay writes the
        // registration.
        if let Some(rev) = outcome.unrecorded_removal() {
            let Leaving {
                by, at, request, ..
            } = noted;
            let upsert = self.record_removal(event.id, user, rev, by, at, request);
            return Ok(Withdrawal::Done(upsert.await?.into_registration()));
        }
        let registration = match outcome {
            LeaveOutcome::NotOnList(_, registration) => registration,
            LeaveOutcome::Removed(_) | LeaveOutcome::Waived => {
                self.registration(event.id, user).await?
            }
            LeaveOutcome::Contended => return Ok(Withdrawal::Contended),
        };
        Ok(registration.map_or(Withdrawal::NeverRegistered, Withdrawal::Done))
    }

    /// Removes `guest` from the guest list or the waitlist. `home` is the guest's home bucket. The seat that the guest gives up
    /// is held until the relay gives it to the waitlist or makes it free. The written items store the facts in `noted`.
    ///
    /// # Errors
    /// The table could not be read or written.
    pub async fn leave(
        &self,
        event: EventId,
        home: BucketNo,
        guest: GuestId,
        mut noted: Leaving<'_>,
    ) -> Result<LeaveOutcome, StoreError> {
        let mut leave = Leave::default();
        let mut step = leave.start();
        loop {
            let answer = match (step, noted.entry) {
                (LeaveStep::RemoveGuest, None) => {
                    self.remove_guest(event, home, guest, noted.request).await?
                }
                (LeaveStep::RemoveGuest, Some(entry)) => {
                    self.remove_guest_noting(event, home, guest, noted, entry)
                        .await?
                }
                (LeaveStep::ReadRegistration, _) => {
                    LeaveReply::Registration(self.registration(event, guest.user_id()).await?)
                }
                (LeaveStep::GiveUpPlace { entry }, _) => {
                    self.give_up_place(event, guest, entry, noted).await?
                }
                (LeaveStep::Pause { attempt }, _) => {
                    back_off(attempt).await;
                    LeaveReply::Paused
                }
                (LeaveStep::Done(outcome), _) => return Ok(outcome),
            };
            if noted.reason.is_some()
                && matches!(answer, LeaveReply::Conflict | LeaveReply::Refused)
                && self
                    .get_item(key::account(guest.user_id()))
                    .await?
                    .is_none()
            {
                noted.reason = None;
            }
            step = leave.advance(answer);
        }
    }

    /// Removes the guest from the guest list with one conditional write of the home bucket.
    pub(crate) async fn remove_guest(
        &self,
        event: EventId,
        home: BucketNo,
        guest: GuestId,
        request: &str,
    ) -> Result<LeaveReply, StoreError> {
        let update = bucket_update(event, &BucketWrite::removal(home, guest), request)
            .returning(Returned::Updated)
            .explained();
        match self.write(update).await {
            Ok(done) => Ok(LeaveReply::Removed(SeatRev::Written(number(&done, REV)?))),
            Err(error) if is_conflict(&error) => Ok(LeaveReply::Conflict),
            Err(error) => {
                let item =
                    old_item(error)?.ok_or(StoreError::corrupt("a bucket that should be there"))?;
                Ok(LeaveReply::NotOnList(SeatRev::Seen(number(&item, REV)?)))
            }
        }
    }

    /// Removes the guest from the guest list, writes the registration, and adds the audit entry, in one transaction. So for
    /// each audit entry about a removed guest, there is a registration that names this guest. A transaction does not return the
    /// new revision of the bucket, so the transaction's condition requires the revision that was read before. If another
    /// process has written the bucket after that read, the result is a conflict.
    async fn remove_guest_noting(
        &self,
        event: EventId,
        home: BucketNo,
        guest: GuestId,
        noted: Leaving<'_>,
        entry: &AuditEntry,
    ) -> Result<LeaveReply, StoreError> {
        let Leaving {
            by, at, request, ..
        } = noted;
        let before = self.bucket(event, home).await?;
        if !before.guests.contains(&guest) {
            return Ok(LeaveReply::NotOnList(SeatRev::Seen(before.rev)));
        }
        let write = RemovalWrite::new(event, home, guest, before.rev, at, by);
        let mut writes = vec![
            bucket_update(event, &write.home, request).into(),
            registration_of_leaver(&write.registration, noted).into(),
        ];
        writes.extend(noted.reason.map(|_| account_exists(guest.user_id())));
        Ok(match self.send_noting(writes, entry).await? {
            Sent::Written => LeaveReply::Removed(SeatRev::Written(before.rev + 1)),
            Sent::Refused(_) => LeaveReply::Conflict,
        })
    }

    /// Deletes a place on the waitlist and cancels its registration in one transaction.
    pub(crate) async fn give_up_place(
        &self,
        event: EventId,
        guest: GuestId,
        entry: EntryId,
        noted: Leaving<'_>,
    ) -> Result<LeaveReply, StoreError> {
        let Leaving {
            by, at, request, ..
        } = noted;
        let write = GiveUpWrite::new(event, guest.user_id(), entry, at, by);
        let mut writes = vec![
            place_write(event, &write.place, request),
            registration_of_leaver(&write.registration, noted).into(),
        ];
        writes.extend(noted.reason.map(|_| account_exists(guest.user_id())));
        let error = match noted.entry {
            None => match self.send(&writes).await {
                Ok(()) => return Ok(LeaveReply::GivenUp),
                Err(error) => error,
            },
            Some(entry) => match self.send_noting(writes, entry).await? {
                Sent::Written => return Ok(LeaveReply::GivenUp),
                Sent::Refused(error) => error,
            },
        };
        let [_, registration] = transaction::cancellation(error)?;
        Ok(if registration.failed() {
            LeaveReply::Refused
        } else {
            LeaveReply::Conflict
        })
    }
}

/// Converts the write of the leaver's registration into an update, which also stores the reason.
fn registration_of_leaver(write: &RegistrationWrite, noted: Leaving<'_>) -> Update {
    let update = registration_update(write, noted.request);
    match noted.reason {
        Some(reason) => update.set(REMOVAL_REASON, s(reason.as_str())),
        None => update,
    }
}
