//! The state that all handlers share.

use std::sync::Arc;

use pictures::Pictures;
use store::Store;

use crate::{settings::Settings, share::ShareImages};

/// The state that all handlers share.
#[derive(Debug)]
pub struct Pages {
    pub(crate) store: Store,
    pub(crate) pictures: Pictures,
    pub(crate) settings: Settings,
    pub(crate) share_images: Arc<ShareImages>,
}

/// The shared state in the form in which axum gives it to handlers.
pub type Shared = Arc<Pages>;

impl Pages {
    /// Makes the shared state. The pages only read from `store`, except that a read of the list of events removes events that
    /// are over. `pictures` keeps the files of pictures.
    #[must_use]
    pub fn new(store: Store, pictures: Pictures, settings: Settings) -> Shared {
        Arc::new(Self {
            store,
            pictures,
            settings,
            share_images: Arc::default(),
        })
    }
}
