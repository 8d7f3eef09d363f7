//! Actions that the policy decides on.

/// An action that the policy decides on. They are grouped by the [object](super::Object).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    // On the deployment.
    /// Make an event.
    CreateEvent,
    /// Look at all accounts.
    ListAccounts,
    /// Give an account a role.
    ChangeRole,
    /// Count the seats of any event.
    CountSeats,
    /// Recount the statistics of any event.
    RebuildEventStats,
    /// Look at the statistics of all events together.
    ReadStats,
    /// Look at the audit log.
    ReadAudit,
    /// Look at the dead letters.
    ReadDeadLetters,
    /// Send dead letters back to their queue.
    RedriveDeadLetters,
    // On an account.
    /// Look at the account, and at all that is stored about its holder.
    ReadAccount,
    /// Change the account's name, its password, its address, or whether the address is verified.
    ChangeAccount,
    /// Erase the account.
    EraseAccount,
    // On an event.
    /// Look at the public parts of the event: itself, its counts, its announcements.
    ReadEvent,
    /// Change, delete, publish, cancel or complete the event.
    ChangeEvent,
    /// Look at the event's statistics.
    ReadEventStats,
    /// Hand the event over to another organizer.
    HandOver,
    /// Publish an announcement.
    Announce,
    /// Look at the event's door staff.
    ReadStaff,
    /// Add and remove door staff.
    ChangeStaff,
    /// Look at the event's registrants, with name and address.
    ReadAttendees,
    /// Take a registrant's place back.
    RemoveAttendee,
    /// Check tickets in, or take an admission back.
    CheckIn,
    /// Look at the scans, and at the data that a scanner needs offline.
    ReadDoor,
    // On a registration, made or not.
    /// Request a seat, or a place on the waitlist.
    Register,
    /// Look at the registration.
    ReadRegistration,
    /// Give the registration up.
    CancelRegistration,
    // On a ticket.
    /// Look at the ticket, and at its renderings.
    ReadTicket,
}

impl Action {
    /// Whether an anonymous caller may do it.
    pub(super) const fn is_public(self) -> bool {
        matches!(self, Self::ReadEvent)
    }
}
