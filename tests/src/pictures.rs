//! Pictures of events.

use reqwest::Method;
use serde_json::Value;

use crate::{Answer, Client, Event, client::escaped};

impl Event {
    /// Returns the path `/v1/events/{id}/picture`.
    pub fn picture_path(&self) -> String {
        format!("{}/picture", self.path())
    }
}

impl Client {
    /// Uploads a file as the picture of an event.
    pub async fn set_picture(&self, event: &Event, media_type: &str, file: &[u8]) -> Answer {
        self.upload(&event.picture_path(), media_type, file).await
    }

    /// Uploads a PNG file as the picture of an event, with a description.
    pub async fn set_described_picture(
        &self,
        event: &Event,
        file: &[u8],
        description: &str,
    ) -> Answer {
        let path = event.picture_path();
        let path = format!("{path}?description={}", escaped(description));
        self.upload(&path, "image/png", file).await
    }

    /// Changes the picture of an event without another file.
    pub async fn patch_picture(&self, event: &Event, changes: Value) -> Answer {
        let call = self.call(Method::PATCH, &event.picture_path());
        call.json(&changes).send().await
    }

    /// Removes the picture of an event.
    pub async fn remove_picture(&self, event: &Event) -> Answer {
        self.delete(&event.picture_path()).await
    }

    async fn upload(&self, path: &str, media_type: &str, file: &[u8]) -> Answer {
        let call = self.call(Method::PUT, path);
        let call = call.header("content-type", media_type);
        call.body(file).send().await
    }
}

impl Answer {
    /// Returns the paths of the files of the picture that this answer about an event names, the smallest first.
    #[track_caller]
    pub fn picture_paths(&self) -> Vec<String> {
        let Some(sizes) = self["picture"]["sizes"].as_array() else {
            panic!("no picture in {self}")
        };
        let paths = sizes.iter().filter_map(|size| size["path"].as_str());
        paths.map(str::to_owned).collect()
    }
}
