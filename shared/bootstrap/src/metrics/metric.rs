//! The list of all metrics. `docs/aws.md` and the template's dashboard list the same metrics, and tests compare all three.

/// The unit of a metric's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// A number of things, such as tickets. If several values of a metric are recorded before the metrics are written, their
    /// sum is written.
    Count,
    /// A duration in milliseconds. Each recorded value is written separately.
    Milliseconds,
}

impl Unit {
    /// Returns the name of the unit in `CloudWatch`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Count => "Count",
            Self::Milliseconds => "Milliseconds",
        }
    }
}

/// The name and the unit of a metric, and the names of its dimensions other than `Stage`.
pub type Described = (&'static str, Unit, &'static [&'static str]);

macro_rules! metrics {
    ($($(#[$about:meta])* $name:ident $({ $($field:ident: $dimension:literal),* })? in $unit:ident,)*) => {
        /// A metric. The values of its dimensions come from the program and never from a request, so their number is limited.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Metric {
            $($(#[$about])* $name $({ $(#[doc = concat!("Dimension `", $dimension, "`.")] $field: &'static str,)* })?,)*
        }

        impl Metric {
            /// The descriptions of all metrics.
            pub const ALL: &'static [Described] = &[
                $((stringify!($name), Unit::$unit, &[$($($dimension),*)?]),)*
            ];

            /// Returns the name of the metric in `CloudWatch`.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$name { .. } => stringify!($name),)* }
            }

            /// Returns the unit of the metric's values.
            #[must_use]
            pub fn unit(self) -> Unit {
                match self { $(Self::$name { .. } => Unit::$unit,)* }
            }

            /// Returns the dimensions of the metric and their values, without the dimension `Stage`.
            #[must_use]
            pub fn dimensions(self) -> Vec<(&'static str, &'static str)> {
                match self { $(Self::$name $({ $($field),* })? => vec![$($(($dimension, $field)),*)?],)* }
            }
        }
    };
}

metrics! {
    /// Number of registration requests that were answered with 201.
    RegistrationsConfirmed in Count,
    /// Number of registration requests that were answered with 201 and whose seat was borrowed from another bucket.
    SeatsBorrowed in Count,
    /// Number of registration requests that were refused because the event was sold out.
    SoldOut in Count,
    /// Number of claims that were retried because of concurrent writes.
    ClaimConflicts in Count,
    /// Number of places that users took on waitlists.
    WaitlistJoined in Count,
    /// Number of attempts to check in at the door.
    CheckIns { result: "Result" } in Count,
    /// Number of logins that were refused because too many logins had failed.
    LoginsThrottled in Count,
    /// Number of seats that were given to people on the waitlist.
    SeatsPromoted in Count,
    /// Number of registration items that the relay wrote because a process had crashed before it wrote them.
    RegistrationsRepaired in Count,
    /// Number of stream records that the relay parked, because they can never be processed.
    RecordsParked in Count,
    /// Age of a stream record when the relay processed it.
    RecordAge in Milliseconds,
    /// Number of issued tickets.
    TicketsIssued in Count,
    /// Number of voided tickets.
    TicketsVoided in Count,
    /// Time from the moment at which a seat was taken until its ticket was issued.
    TicketAge in Milliseconds,
    /// Number of mails. A mail that was sent and delivered counts under both outcomes.
    Mails { kind: "Kind", outcome: "Outcome" } in Count,
    /// Number of messages about mails that must be retried.
    MailRetries in Count,
    /// Time from the moment at which a mail was put on the queue until SES accepted the mail.
    MailAge in Milliseconds,
    /// Number of frames that were sent to the connections of viewers.
    Frames { outcome: "Outcome" } in Count,
    /// Time from the request for a look until the counts of that look are published.
    TickAge in Milliseconds,
}

impl Metric {
    /// Returns the sets of dimensions under which `CloudWatch` counts a value of this metric, without the dimension `Stage`.
    /// The first set contains all dimensions.
    #[must_use]
    pub fn dimension_sets(self) -> Vec<Vec<&'static str>> {
        let all = self.dimensions().into_iter().map(|(name, _)| name);
        let mut sets = vec![all.collect()];
        if let Self::Mails { .. } = self {
            // This set adds up all kinds of mail, because an operator may need the total for each outcome.
            sets.push(vec!["Outcome"]);
        }
        sets
    }
}
