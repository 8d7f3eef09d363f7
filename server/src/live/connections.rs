//! The open connections, which can be found by their ids.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures::{FutureExt as _, future::BoxFuture};
use gateway::{Connections, GatewayError, Posted};
use tokio::sync::mpsc::{self, error::TrySendError};
use tokio_util::sync::CancellationToken;

/// The maximum number of frames that may wait until a client reads them. If a client leaves more frames unread, the server
/// throttles the connection, as API Gateway does.
const UNREAD: usize = 32;

/// The open connections of this process.
#[derive(Debug, Clone, Default)]
pub struct OpenConnections(Arc<Mutex<HashMap<String, Outlet>>>);

/// The end of a connection's frame queue at which the server adds frames.
#[derive(Debug, Clone)]
struct Outlet {
    frames: mpsc::Sender<String>,
    close: CancellationToken,
}

/// The end of a connection's frame queue from which the connection's task takes frames.
#[derive(Debug)]
pub(crate) struct Inlet {
    /// The frames that wait to be sent.
    pub(super) frames: mpsc::Receiver<String>,
    /// The token that is cancelled when the connection must be closed, after the waiting frames are sent.
    pub(super) close: CancellationToken,
}

impl OpenConnections {
    fn all(&self) -> MutexGuard<'_, HashMap<String, Outlet>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the number of open connections.
    #[must_use]
    pub fn len(&self) -> usize {
        self.all().len()
    }

    /// Returns whether no connection is open.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds the connection `id`, and returns the end of its frame queue from which its task takes frames.
    pub(crate) fn open(&self, id: &str) -> Inlet {
        let (sender, frames) = mpsc::channel(UNREAD);
        let close = CancellationToken::new();
        let outlet = Outlet {
            frames: sender,
            close: close.clone(),
        };
        self.all().insert(id.to_owned(), outlet);
        Inlet { frames, close }
    }

    /// Removes the connection `id`.
    pub(super) fn forget(&self, id: &str) {
        self.all().remove(id);
    }

    fn put(&self, id: &str, text: String) -> Posted {
        let all = self.all();
        let Some(outlet) = all.get(id) else {
            return Posted::Gone;
        };
        match outlet.frames.try_send(text) {
            Ok(()) => Posted::Sent,
            Err(TrySendError::Full(_)) => Posted::Throttled,
            Err(TrySendError::Closed(_)) => Posted::Gone,
        }
    }
}

impl Connections for OpenConnections {
    fn post<'a>(
        &'a self,
        connection: &'a str,
        text: String,
    ) -> BoxFuture<'a, Result<Posted, GatewayError>> {
        std::future::ready(Ok(self.put(connection, text))).boxed()
    }

    fn close<'a>(&'a self, connection: &'a str) -> BoxFuture<'a, Result<(), GatewayError>> {
        if let Some(outlet) = self.all().get(connection) {
            outlet.close.cancel();
        }
        std::future::ready(Ok(())).boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_client_that_does_not_read_is_throttled_and_never_a_matter_of_memory() {
        let connections = OpenConnections::default();
        let mut inlet = connections.open("a");
        for at in 0..UNREAD {
            let posted = connections.put("a", at.to_string());
            assert!(matches!(posted, Posted::Sent), "{at}: {posted:?}");
        }
        assert!(matches!(
            connections.put("a", String::new()),
            Posted::Throttled
        ));
        assert_eq!(inlet.frames.recv().await.as_deref(), Some("0"));
        assert!(matches!(connections.put("a", String::new()), Posted::Sent));
    }

    #[tokio::test]
    async fn a_connection_that_is_gone_is_known_to_be() {
        let connections = OpenConnections::default();
        assert!(matches!(connections.put("a", String::new()), Posted::Gone));
        connections.close("a").await.unwrap();
        let inlet = connections.open("a");
        connections.close("a").await.unwrap();
        assert!(inlet.close.is_cancelled());
        drop(inlet);
        assert!(matches!(connections.put("a", String::new()), Posted::Gone));
        connections.forget("a");
        assert!(connections.is_empty());
    }
}
