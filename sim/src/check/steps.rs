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
    /// It is made and answered.
    Answered,
    /// It is made, and the process ends.
    Died,
    /// It is made, and sent again, because the first answer was lost. The second call is the next step.
    Repeated,
    /// It meets another transaction; nothing is written.
    Conflicted,
}
