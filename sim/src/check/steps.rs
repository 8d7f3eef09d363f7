//! Steps of a run: each is one call of somebody to the table.

mod client;
mod organizer;
mod relay;

/// The fate of a call.
///
/// A request that is lost before it reaches the table leaves the same state as a lost answer of the call before. So only lost
/// answers are modelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Fate {
    /// The call is made and answered.
    Answered,
    /// The call is made, and the process ends.
    Died,
    /// The call is made, and sent again because the first answer was lost. The second call is the next step.
    Repeated,
    /// The call conflicts with another transaction; nothing is written.
    Conflicted,
}
