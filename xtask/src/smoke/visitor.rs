//! Somebody who signs up, takes a seat, and leaves no trace.

use anyhow::{Result, bail};
use serde_json::json;

use super::wait::until;
use crate::client::Client;
use crate::credentials::{random_password, random_text};

/// An account of the smoke test.
#[derive(Debug, Clone)]
pub(super) struct Visitor {
    pub(super) email: String,
    password: String,
    token: String,
}

impl Visitor {
    /// Nobody yet, with an address of SES's mailbox simulator: it takes every mail, and counts for no reputation.
    pub(super) fn new() -> Result<Self> {
        let label = random_text(12)?.to_lowercase();
        Ok(Self {
            email: format!("success+{label}@simulator.amazonses.com"),
            password: random_password()?,
            token: String::new(),
        })
    }

    /// Makes the account.
    pub(super) fn sign_up(mut self, client: &Client) -> Result<Self> {
        let body = json!({"email": self.email, "password": self.password, "name": "Smoke Test"});
        let answer = client
            .post("/v1/auth/register", None, &body)?
            .expect_status(201, "POST /v1/auth/register")?;
        self.token = answer.text_at("/accessToken")?;
        let me = client
            .get("/v1/me", Some(&self.token))?
            .expect_status(200, "GET /v1/me")?;
        anyhow::ensure!(
            me.text_at("/email")? == self.email,
            "GET /v1/me: {me} is somebody else"
        );
        Ok(self)
    }

    /// Takes a seat; `false` where the deployment wants the address to be verified first.
    pub(super) fn register(&self, client: &Client, event: &str) -> Result<bool> {
        let path = format!("/v1/events/{event}/registrations");
        let answer = client.post(&path, Some(&self.token), &json!({}))?;
        if answer.is_problem("email-not-verified") {
            return Ok(false);
        }
        let answer = answer.expect_status(201, &format!("POST {path}"))?;
        match answer.text_at("/status")?.as_str() {
            "confirmed" => Ok(true),
            _ => bail!("POST {path}: {answer} is not confirmed"),
        }
    }

    /// Waits for the ticket.
    pub(super) fn wait_for_ticket(&self, client: &Client, event: &str) -> Result<()> {
        until("ticket in GET /v1/me/tickets", || {
            let answer = client
                .get("/v1/me/tickets", Some(&self.token))?
                .expect_status(200, "GET /v1/me/tickets")?;
            let tickets = answer.json["items"].as_array().into_iter().flatten();
            let mut issued =
                tickets.filter(|one| one["eventId"] == event && one["status"] == "issued");
            let is_issued = issued.any(|one| one["qr"].is_string());
            Ok(is_issued.then_some(()).ok_or_else(|| answer.to_string()))
        })
    }

    /// Deletes the account, and with it the seat; then nobody can sign in with it.
    pub(super) fn erase(&self, client: &Client) -> Result<()> {
        client
            .delete("/v1/me", &self.token)?
            .expect_status(204, "DELETE /v1/me")?;
        let body = json!({"email": self.email, "password": self.password});
        client
            .post("/v1/auth/login", None, &body)?
            .expect_status(401, "POST /v1/auth/login of an account that was erased")?;
        Ok(())
    }
}
