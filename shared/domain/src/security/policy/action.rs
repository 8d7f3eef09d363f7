//! The actions that the policy decides about.

/// An action that the policy decides about. The actions are grouped by the kind of their [object](super::Object).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    // Actions on the deployment.
    /// Create an event.
    CreateEvent,
    /// Read all accounts.
    ListAccounts,
    /// Change the role of an account.
    ChangeRole,
    /// Count the seats of any event, to check its guest list.
    CountSeats,
    /// Recount the statistics of any event.
    RebuildEventStats,
    /// Read the statistics of all events together.
    ReadStats,
    /// Read the audit log.
    ReadAudit,
    /// Read the dead letters.
    ReadDeadLetters,
    /// Send dead letters back to their queue.
    RedriveDeadLetters,
    // Actions on an account.
    /// Read the account, and everything that is stored about its owner.
    ReadAccount,
    /// Change the account's name, its password, its address, or whether the address is verified.
    ChangeAccount,
    /// Erase the account.
    EraseAccount,
    // Actions on an event.
    /// Read the public parts of the event: its details, its counts and its announcements.
    ReadEvent,
    /// Change, delete, publish, cancel or complete the event.
    ChangeEvent,
    /// Read the statistics of the event.
    ReadEventStats,
    /// Hand the event over to another organizer.
    HandOver,
    /// Publish an announcement about the event.
    Announce,
    /// Read the list of the event's door staff.
    ReadStaff,
    /// Add, invite and remove door staff of the event.
    ChangeStaff,
    /// Become door staff of the event by an invitation.
    JoinStaff,
    /// Read the names and addresses of the event's registrants.
    ReadAttendees,
    /// Take away a registrant's seat, or place on the waitlist.
    RemoveAttendee,
    /// Check tickets in at the event's doors, and take admissions back.
    CheckIn,
    /// Read the scans of the event's tickets, and the data that a scanning device needs without a network.
    ReadDoor,
    // Actions on a registration, which may not exist yet.
    /// Request a seat, or a place on the waitlist.
    Register,
    /// Read the registration.
    ReadRegistration,
    /// Cancel the registration.
    CancelRegistration,
    // Actions on a ticket.
    /// Read the ticket, and its renderings as a file or an image.
    ReadTicket,
    /// Mail the ticket to its holder again.
    MailTicket,
}

impl Action {
    /// Whether an anonymous caller may do the action.
    pub(super) const fn is_public(self) -> bool {
        matches!(self, Self::ReadEvent)
    }
}
