//! Statistics, one method for each verb.

use crate::{Answer, Client, Event, PATIENCE, eventually};
use reqwest::Method;

impl Event {
    /// `/v1/events/{id}/stats`
    pub fn stats_path(&self) -> String {
        format!("{}/stats", self.path())
    }
}

impl Client {
    /// Reads the statistics of an event.
    pub async fn stats_of(&self, event: &Event) -> Answer {
        self.get(&event.stats_path()).await
    }

    /// Returns the statistics of an event as soon as `holds` is true of them.
    pub async fn stats_once(&self, event: &Event, holds: impl Fn(&Answer) -> bool) -> Answer {
        eventually(PATIENCE, async || {
            self.stats_of(event).await.when(200)?.once(&holds)
        })
        .await
    }

    /// Recounts an event's numbers; for an administrator.
    pub async fn rebuild_stats_of(&self, event: &Event) -> Answer {
        let path = format!("{}/rebuild", event.stats_path());
        self.call(Method::POST, &path).send().await
    }

    /// Reads the statistics of the deployment; for an administrator.
    pub async fn admin_stats(&self) -> Answer {
        self.get("/v1/admin/stats").await
    }
}
