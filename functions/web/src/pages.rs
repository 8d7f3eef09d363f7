//! The state that all handlers share.

use std::sync::Arc;

use store::Store;

use crate::settings::Settings;

/// The state that all handlers share.
#[derive(Debug)]
pub struct Pages {
    pub(crate) store: Store,
    pub(crate) settings: Settings,
}

/// The shared state in the form in which axum gives it to handlers.
pub type Shared = Arc<Pages>;

impl Pages {
    /// Makes the shared state. The pages read the events of `store`, and write nothing except that the list of events forgets
    /// those that are over.
    #[must_use]
    pub fn new(store: Store, settings: Settings) -> Shared {
        Arc::new(Self { store, settings })
    }
}
