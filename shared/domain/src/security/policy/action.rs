//! What somebody may want to do.

/// Everything that the policy decides on, by the [object](super::Object) that it is done to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    // To the deployment.
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
    /// Look at what could not be processed.
    ReadDeadLetters,
    /// Have it processed again.
    RedriveDeadLetters,
    // To an account.
    /// Look at it, and at all that is stored about its holder.
    ReadAccount,
    /// Change its name, its password, its address, or whether that is verified.
    ChangeAccount,
    /// Erase it.
    EraseAccount,
    // To an event.
    /// Look at what is public of it: itself, its counts, its announcements.
    ReadEvent,
    /// Change or delete it, publish, cancel or complete it.
    ChangeEvent,
    /// Look at its statistics.
    ReadEventStats,
    /// Hand it over to another organizer.
    HandOver,
    /// Announce something.
    Announce,
    /// Look at its door staff.
    ReadStaff,
    /// Say who its door staff is.
    ChangeStaff,
    /// Look at its registrants, with name and address.
    ReadAttendees,
    /// Take a registrant's place back.
    RemoveAttendee,
    /// Check tickets in, or take that back.
    CheckIn,
    /// Look at what is scanned, and at what a scanner needs offline.
    ReadDoor,
    // To a registration, made or not.
    /// Ask for a seat, or for a place on the waitlist.
    Register,
    /// Look at it.
    ReadRegistration,
    /// Give it up.
    CancelRegistration,
    // To a ticket.
    /// Look at it, and at its renderings.
    ReadTicket,
}

impl Action {
    /// Whether one may do it without being signed in.
    pub(super) const fn is_public(self) -> bool {
        matches!(self, Self::ReadEvent)
    }
}
