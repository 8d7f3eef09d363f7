//! Statistics of events and of the deployment, one method for each action.

use crate::{Answer, Client, Event, PATIENCE, eventually};
use reqwest::Method;

impl Event {
    /// Returns the path `/v1/events/{id}/stats`.
    pub fn stats_path(&self) -> String {
        format!("{}/stats", self.path())
    }
}

impl Client {
    /// Reads the statistics of an event.
    pub async fn stats_of(&self, event: &Event) -> Answer {
        self.get(&event.stats_path()).await
    }

    /// Waits until `holds` returns true for the statistics of an event, and returns the answer with them.
    pub async fn stats_once(&self, event: &Event, holds: impl Fn(&Answer) -> bool) -> Answer {
        eventually(PATIENCE, async || {
            self.stats_of(event).await.when(200)?.once(&holds)
        })
        .await
    }

    /// Recounts the statistics of an event. Only an administrator may do this.
    pub async fn rebuild_stats_of(&self, event: &Event) -> Answer {
        let path = format!("{}/rebuild", event.stats_path());
        self.call(Method::POST, &path).send().await
    }

    /// Reads the statistics of the deployment. Only an administrator may do this.
    pub async fn admin_stats(&self) -> Answer {
        self.get("/v1/admin/stats").await
    }
}
