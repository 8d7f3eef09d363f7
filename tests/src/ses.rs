//! The sender's identity in SES, as an operator manages it.

use std::panic::AssertUnwindSafe;

use futures::FutureExt as _;
use reqwest::Method;
use serde_json::json;

use crate::{Call, Mail, Stack};

impl Stack {
    /// Runs `meanwhile` while the identity of `mail`'s sender is deleted, and always restores the identity afterwards. While
    /// the identity is deleted, the mails of other tests wait.
    pub async fn without_sender_of<T>(&self, mail: &Mail, meanwhile: impl Future<Output = T>) -> T {
        let ses = self.aws();
        let sender = &mail.from.1;
        let identity = format!("/v2/email/identities/{}", escaped(sender));
        let gone = as_owner(ses.call(Method::DELETE, &identity)).send().await;
        assert_eq!(gone.status, 200, "{gone}");
        // In the emulator, version 1 of the SES API stores identities of its own, so the identity must be deleted there too.
        let form = format!(
            "Action=DeleteIdentity&Version=2010-12-01&Identity={}",
            escaped(sender)
        );
        let gone = as_owner(ses.call(Method::POST, "/"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form)
            .send()
            .await;
        assert_eq!(gone.status, 200, "{gone}");
        let outcome = AssertUnwindSafe(meanwhile).catch_unwind().await;
        let back = as_owner(ses.call(Method::POST, "/v2/email/identities"))
            .json(&json!({"EmailIdentity": sender}))
            .send()
            .await;
        assert_eq!(back.status, 200, "{back}");
        outcome.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

fn as_owner(call: Call) -> Call {
    call.header("authorization", &Stack::authorization("ses"))
}

fn escaped(address: &str) -> String {
    address.replace('@', "%40")
}
