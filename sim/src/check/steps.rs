//! The steps of a run. In each step, one process makes one call to the table.

mod client;
mod organizer;
mod relay;

/// The fate of a call to the table.
///
/// Only lost answers are modelled. A request that is lost on the way to the table leaves the same state as a lost answer to the
/// previous call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Fate {
    /// The call is made, and the process receives the answer.
    Answered,
    /// The call is made, and the process ends before it receives the answer.
    Died,
    /// The call is made, but its answer is lost, so the process sends the call again. The second call is the next step.
    Repeated,
    /// The call conflicts with another transaction, so nothing is written.
    Conflicted,
}
