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
    /// Returns the name in `CloudWatch`.
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
        /// A metric. Values of dimensions are words of the program, never of a request, so their number is bounded.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Metric {
            $($(#[$about])* $name $({ $(#[doc = concat!("Dimension `", $dimension, "`.")] $field: &'static str,)* })?,)*
        }

        impl Metric {
            /// All metrics.
            pub const ALL: &'static [Described] = &[
                $((stringify!($name), Unit::$unit, &[$($($dimension),*)?]),)*
            ];

            /// Returns the name in `CloudWatch`.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$name { .. } => stringify!($name),)* }
            }

            /// Returns the unit of its values.
            #[must_use]
            pub fn unit(self) -> Unit {
                match self { $(Self::$name { .. } => Unit::$unit,)* }
            }

            /// Returns the dimensions beside `Stage`, with their values.
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
    /// Registrations answered 201 whose seat came from another bucket.
    SeatsBorrowed in Count,
    /// Answers *sold out*.
    SoldOut in Count,
    /// Claims that were retried because of others' writes.
    ClaimConflicts in Count,
    /// Places taken on a waitlist.
    WaitlistJoined in Count,
    /// Attempts at the door.
    CheckIns { result: "Result" } in Count,
    /// Logins refused because too many had failed.
    LoginsThrottled in Count,
    /// Seats that went to people on the waitlist.
    SeatsPromoted in Count,
    /// Registration items that a crashed process had not written.
    RegistrationsRepaired in Count,
    /// Records that can never be processed.
    RecordsParked in Count,
    /// Age of a record when it was processed.
    RecordAge in Milliseconds,
    /// Tickets issued.
    TicketsIssued in Count,
    /// Tickets voided.
    TicketsVoided in Count,
    /// Time from the seat to the ticket.
    TicketAge in Milliseconds,
    /// Mails. A mail that was sent and delivered counts under both outcomes.
    Mails { kind: "Kind", outcome: "Outcome" } in Count,
    /// Messages that have to be retried.
    MailRetries in Count,
    /// Time from putting a mail on the queue until SES accepts it.
    MailAge in Milliseconds,
    /// Posts to connections.
    Frames { outcome: "Outcome" } in Count,
    /// Time from the request of a look until its counts are published.
    TickAge in Milliseconds,
}

impl Metric {
    /// Returns the sets of dimensions under which the values count, beside `Stage`. The first has all dimensions.
    #[must_use]
    pub fn dimension_sets(self) -> Vec<Vec<&'static str>> {
        let all = self.dimensions().into_iter().map(|(name, _)| name);
        let mut sets = vec![all.collect()];
        if let Self::Mails { .. } = self {
            // For an operator who needs the total of all kinds of mail.
            sets.push(vec!["Outcome"]);
        }
        sets
    }
}
