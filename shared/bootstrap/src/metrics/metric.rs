//! The metrics, each spelled once. `docs/aws.md` lists them, the template's dashboard shows them, and tests compare
//! all three.

/// The unit of a metric's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// A number; values of one line are added up.
    Count,
    /// Milliseconds; each value stands for itself.
    Milliseconds,
}

impl Unit {
    /// As `CloudWatch` spells it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Count => "Count",
            Self::Milliseconds => "Milliseconds",
        }
    }
}

/// A metric's name, unit and dimensions beside `Stage`.
pub type Described = (&'static str, Unit, &'static [&'static str]);

macro_rules! metrics {
    ($($(#[$about:meta])* $name:ident $({ $($field:ident: $dimension:literal),* })? in $unit:ident,)*) => {
        /// A metric. Values of dimensions are words of the program, never of a request: there is an end to them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Metric {
            $($(#[$about])* $name $({ $(#[doc = concat!("Dimension `", $dimension, "`.")] $field: &'static str,)* })?,)*
        }

        impl Metric {
            /// All of them.
            pub const ALL: &'static [Described] = &[
                $((stringify!($name), Unit::$unit, &[$($($dimension),*)?]),)*
            ];

            /// The name, as in `CloudWatch`.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$name { .. } => stringify!($name),)* }
            }

            /// Returns the unit of its values.
            #[must_use]
            pub fn unit(self) -> Unit {
                match self { $(Self::$name { .. } => Unit::$unit,)* }
            }

            /// Its dimensions beside `Stage`, with their values.
            #[must_use]
            pub fn dimensions(self) -> Vec<(&'static str, &'static str)> {
                match self { $(Self::$name $({ $($field),* })? => vec![$($(($dimension, $field)),*)?],)* }
            }
        }
    };
}

metrics! {
    /// Registrations answered 201.
    RegistrationsConfirmed in Count,
    /// Of these, seats that another bucket gave.
    SeatsBorrowed in Count,
    /// Answers *sold out*.
    SoldOut in Count,
    /// Claims that others' writes made try again.
    ClaimConflicts in Count,
    /// Places taken on a waitlist.
    WaitlistJoined in Count,
    /// Attempts at the door.
    CheckIns { result: "Result" } in Count,
    /// Logins refused because too many had failed.
    LoginsThrottled in Count,
    /// Seats that went to somebody who waited.
    SeatsPromoted in Count,
    /// Registration items that a dying process had left unwritten.
    RegistrationsRepaired in Count,
    /// Records that can never be processed.
    RecordsParked in Count,
    /// Age of a record when it was processed.
    RecordAge in Milliseconds,
    /// Tickets issued.
    TicketsIssued in Count,
    /// Tickets voided.
    TicketsVoided in Count,
    /// From the seat to the ticket.
    TicketAge in Milliseconds,
    /// Mails; one that was sent and delivered counts under both.
    Mails { kind: "Kind", outcome: "Outcome" } in Count,
    /// Messages that have to come again.
    MailRetries in Count,
    /// From when a mail was put on the queue to when SES had it.
    MailAge in Milliseconds,
    /// Posts to connections.
    Frames { outcome: "Outcome" } in Count,
    /// From when a look was asked for to the look that was published.
    TickAge in Milliseconds,
}

impl Metric {
    /// The sets of dimensions under which its values count, beside `Stage`: the first has all of them.
    #[must_use]
    pub fn dimension_sets(self) -> Vec<Vec<&'static str>> {
        let all = self.dimensions().into_iter().map(|(name, _)| name);
        let mut sets = vec![all.collect()];
        if let Self::Mails { .. } = self {
            // An operator who looks at the mail as a whole asks for all kinds at once.
            sets.push(vec!["Outcome"]);
        }
        sets
    }
}
