//! Creates the first accounts of a stack through the public API.

use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::json;

use crate::client::Client;
use crate::credentials::Account;
use crate::stack::Stack;

const READY_WITHIN: Duration = Duration::from_mins(1);

/// Waits until the HTTP API reports that it and its dependencies are ready.
///
/// # Errors
/// The API is not ready within a minute. The error contains the API's last answer.
pub(crate) fn wait_until_ready(http_url: &str) -> Result<()> {
    let client = Client::new(http_url, Duration::from_secs(10));
    let deadline = Instant::now() + READY_WITHIN;
    loop {
        let last = match client.get("/health/ready", None) {
            Ok(answer) if answer.status == 200 => return Ok(()),
            Ok(answer) => answer.to_string(),
            Err(error) => format!("{error:#}"),
        };
        anyhow::ensure!(
            Instant::now() < deadline,
            "{http_url}/health/ready is not 200 after {} s; its last answer:\n{last}",
            READY_WITHIN.as_secs()
        );
        sleep(Duration::from_millis(250));
    }
}

/// Signs in as the administrator, and creates the organizer's account unless it exists.
pub(crate) fn accounts(stack: &Stack) -> Result<()> {
    let client = stack.client();
    let admin = login(&client, &stack.admin, "the administrator logs in")?;
    let organizer = &stack.organizer;
    let body = json!({"email": organizer.email, "password": organizer.password, "name": "Olive Organizer"});
    let answer = client.post("/v1/auth/register", None, &body)?;
    let session = if answer.status == 409 && answer.is_problem("email-taken") {
        login_answer(&client, organizer, "the organizer logs in")?
    } else {
        answer.expect_status(201, "the organizer registers")?
    };
    if session.text_at("/user/role")? != "organizer" {
        let path = format!("/v1/users/{}/role", session.text_at("/user/id")?);
        client
            .put(&path, &admin, &json!({"role": "organizer"}))?
            .expect_status(200, "the organizer's role")?;
    }
    Ok(())
}

/// Logs in, and returns an access token for the account.
pub(crate) fn login(client: &Client, account: &Account, doing: &str) -> Result<String> {
    login_answer(client, account, doing)?.text_at("/accessToken")
}

/// Logs in, and returns the server's whole answer.
pub(crate) fn login_answer(
    client: &Client,
    account: &Account,
    doing: &str,
) -> Result<crate::client::Answer> {
    let body = json!({"email": account.email, "password": account.password});
    client
        .post("/v1/auth/login", None, &body)?
        .expect_status(200, doing)
}
