//! The reasons why a field of an input is refused.

/// The reason why a field was refused. A program chooses its own text by the reason, so the text for a person can be in any
/// language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The field is missing.
    Required,
    /// The field is null, but must have a value.
    Null,
    /// The request or the operation has no such field or parameter.
    Unknown,
    /// A parameter occurs more than once.
    Repeated,
    /// The value has another JSON type.
    WrongType,
    /// The text is empty.
    Empty,
    /// The text has no visible character.
    Invisible,
    /// The text has more than `max` characters.
    TooLong {
        /// The maximum number of characters.
        max: usize,
    },
    /// The text has fewer than `min` or more than `max` characters.
    Length {
        /// The minimum number of characters.
        min: usize,
        /// The maximum number of characters.
        max: usize,
    },
    /// The list has more than `max` items.
    TooMany {
        /// The maximum number of items.
        max: usize,
    },
    /// The text has a character that is not allowed.
    ForbiddenCharacter,
    /// A program could not read a character of the text, and replaced it.
    LostCharacter,
    /// The text is not an e-mail address.
    NotAnEmail,
    /// The mail service cannot send to this address.
    UndeliverableEmail,
    /// The address is the present address of the account.
    SameEmail,
    /// The address of this account cannot be changed.
    FixedEmail,
    /// The password is one that attackers try first.
    CommonPassword,
    /// The number is not a whole number from `min` to `max`.
    OutOfRange {
        /// The least number.
        min: u32,
        /// The greatest number.
        max: u32,
    },
    /// The capacity is more than the guest list of the published event can hold: `max` seats.
    OverLayout {
        /// The greatest capacity of this event.
        max: u32,
    },
    /// The text is not a time with its offset.
    NotATime,
    /// The text is not the name of a time zone.
    NotAZone,
    /// The text is not an id of the expected kind.
    NotAnId,
    /// The text is not one of the allowed words.
    NotAChoice,
    /// The text does not have the form that the field needs.
    Pattern,
    /// The id names no account.
    NoAccount,
    /// The account may not organize events.
    NotAnOrganizer,
    /// The time is not in the future.
    NotInFuture,
    /// The end is not after the start of the event.
    EndNotAfterStart,
    /// The event lasts longer than `max` days.
    LastsTooLong {
        /// The maximum duration in days.
        max: u32,
    },
    /// Registration opens when it has closed already.
    OpensAfterClosing,
    /// Registration closes after the end of the event.
    ClosesAfterEnd,
    /// The doors open when the event has ended.
    DoorsAfterEnd,
    /// The picture moves.
    Animation,
    /// The picture has more than `max` pixels.
    TooManyPixels {
        /// The maximum number of pixels.
        max: u32,
    },
    /// The file is damaged, or ends early.
    Damaged,
}
