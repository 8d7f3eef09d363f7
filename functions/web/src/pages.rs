//! The state that all handlers share.

use std::sync::Arc;

use store::Store;

use crate::{settings::Settings, share::Pictures};

/// The state that all handlers share.
#[derive(Debug)]
pub struct Pages {
    pub(crate) store: Store,
    pub(crate) settings: Settings,
    pub(crate) pictures: Arc<Pictures>,
}

/// The shared state in the form in which axum gives it to handlers.
pub type Shared = Arc<Pages>;

impl Pages {
    /// Makes the shared state. The pages only read from `store`, except that a read of the list of events removes events that
    /// are over.
    #[must_use]
    pub fn new(store: Store, settings: Settings) -> Shared {
        Arc::new(Self {
            store,
            settings,
            pictures: Arc::default(),
        })
    }
}
