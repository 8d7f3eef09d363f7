//! The sender's identity, as whoever runs the stack sees it in SES.

use std::panic::AssertUnwindSafe;

use futures::FutureExt as _;
use reqwest::Method;
use serde_json::json;

use crate::{Mail, Stack};

/// Credentials of an emulator name the service only.
const AS_SES: &str = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/ses/aws4_request, SignedHeaders=host, Signature=0";

impl Stack {
    /// Runs `meanwhile` while the identity that `mail` came from is gone, and makes it again, whatever happens. Mail of
    /// other tests waits.
    pub async fn without_sender_of<T>(&self, mail: &Mail, meanwhile: impl Future<Output = T>) -> T {
        let ses = self.emulator();
        let sender = &mail.from.1;
        let gone = ses
            .delete(&format!("/v2/email/identities/{}", escaped(sender)))
            .await;
        assert_eq!(gone.status, 200, "{gone}");
        // The older API of the emulator keeps identities of its own.
        let form = format!(
            "Action=DeleteIdentity&Version=2010-12-01&Identity={}",
            escaped(sender)
        );
        let gone = ses
            .call(Method::POST, "/")
            .header("authorization", AS_SES)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form)
            .send()
            .await;
        assert_eq!(gone.status, 200, "{gone}");
        let outcome = AssertUnwindSafe(meanwhile).catch_unwind().await;
        let back = ses
            .post("/v2/email/identities", json!({"EmailIdentity": sender}))
            .await;
        assert_eq!(back.status, 200, "{back}");
        outcome.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

fn escaped(address: &str) -> String {
    address.replace('@', "%40")
}
