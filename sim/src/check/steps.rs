//! Steps of a run: each is one call of somebody to the table.

mod client;
mod organizer;
mod relay;

/// What becomes of a call.
///
/// A request that is lost before it reaches the table leaves what a lost answer of the call before leaves, so only the
/// latter is modelled; before the first call, nothing has happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Fate {
    /// It is made and answered.
    Answered,
    /// It is made, and the process ends.
    Died,
    /// It is made, and made again, because the first answer was lost; the second comes with the next step.
    Repeated,
    /// It meets another transaction; nothing is written.
    Conflicted,
}
