//! The smoke test: whether a deployment does what it is for, tried from outside.
//!
//! Whatever it makes it removes again, also where it fails. Only the cancelled event stays, as every cancelled event does.

mod event;
mod live;
mod site;
mod visitor;
mod wait;

use anyhow::{Context as _, Result};
use serde_json::Value;

use self::event::Made;
use self::live::Live;
pub(crate) use self::site::Site;
use self::visitor::Visitor;
use self::wait::until;
use crate::client::{Answer, Client};
use crate::credentials::Account;
use crate::problem::problem;
use crate::progress::Steps;
use crate::seed::login;

const PUBLIC_STEPS: usize = 6;
const STEPS_WITH_AN_EVENT: usize = 8;

/// Runs it, and tells what was not tried.
///
/// # Errors
/// A step failed: the error names the step, the address, the answer, and where to look.
pub(crate) fn run(site: &Site) -> Result<Vec<String>> {
    eprintln!("\nsmoke test of {}", site.http_url);
    let mut smoke = Smoke::new(site);
    let tried = smoke.all();
    let removed = smoke.remove();
    tried.and(removed).map_err(|error| {
        problem(
            format!("the smoke test of {} failed: {error:#}", site.http_url),
            site.where_to_look(),
        )
    })?;
    Ok(smoke.not_tried)
}

struct Smoke<'a> {
    site: &'a Site,
    client: Client,
    steps: Steps,
    visitor: Option<Visitor>,
    event: Option<Made>,
    not_tried: Vec<String>,
}

impl<'a> Smoke<'a> {
    fn new(site: &'a Site) -> Self {
        let further = site.organizer.as_ref().map_or(0, |_| STEPS_WITH_AN_EVENT);
        Self {
            site,
            client: site.client(),
            steps: Steps::new(PUBLIC_STEPS + further),
            visitor: None,
            event: None,
            not_tried: Vec::new(),
        }
    }

    fn all(&mut self) -> Result<()> {
        let ready = self.health()?;
        let visitor = Visitor::new()?;
        let client = &self.client;
        let visitor = self.visitor.insert(
            self.steps
                .step("somebody signs up", || visitor.sign_up(client))?,
        );
        let site = self.site;
        self.steps.step("a WebSocket answers", || {
            Live::connect(&site.ws_url)?.ping()
        })?;
        match &site.organizer {
            None => {
                let what = "events, registrations, tickets, live counts and mail: --admin-email names who may make an event";
                self.not_tried.push(what.to_owned());
                Ok(())
            }
            Some(organizer) => {
                let visitor = visitor.clone();
                self.with_an_event(organizer, &visitor, &ready)
            }
        }
    }

    /// The body of `/health/ready`.
    fn health(&mut self) -> Result<Value> {
        let client = &self.client;
        self.steps.step("GET /health", || {
            until("`ok` from /health", || {
                let answer = client.get("/health", None)?;
                Ok(is_ok(&answer).then_some(()).ok_or(answer.to_string()))
            })
        })?;
        let ready = self.steps.step("GET /health/ready", || {
            until("200 from /health/ready", || {
                let answer = client.get("/health/ready", None)?;
                let told = answer.to_string();
                Ok((answer.status == 200).then_some(answer.json).ok_or(told))
            })
        })?;
        self.steps.step("GET /openapi.json", || {
            let answer = client.get("/openapi.json", None)?;
            let answer = answer.expect_status(200, "GET /openapi.json")?;
            let paths = answer.json["paths"].as_object();
            paths
                .and_then(|paths| paths.get("/v1/events"))
                .map(|_| ())
                .context("GET /openapi.json: the contract has no /v1/events")
        })?;
        Ok(ready)
    }

    /// From publishing an event to the mail about it: the stream, every queue and every function takes part.
    fn with_an_event(
        &mut self,
        organizer: &Account,
        visitor: &Visitor,
        ready: &Value,
    ) -> Result<()> {
        let (site, client) = (self.site, &self.client);
        let token = self.steps.step("the administrator signs in", || {
            login(client, organizer, "POST /v1/auth/login")
        })?;
        let dead_before = event::dead_letters(client, &token)?;
        let made = self.steps.step("an event with two seats is made", || {
            Made::create(client, token)
        })?;
        let event = self.event.insert(made);
        let mut live = self.steps.step("it is published, and watched", || {
            event.publish(client)?;
            let mut live = Live::connect(&site.ws_url)?;
            live.subscribe(&event.id)?;
            Ok(live)
        })?;
        let has_seat = self
            .steps
            .step("somebody registers", || visitor.register(client, &event.id))?;
        if !has_seat {
            let what =
                "tickets, live counts and mail: this deployment wants addresses that are verified";
            self.not_tried.push(what.to_owned());
            return Ok(());
        }
        self.steps
            .step("the live count tells of it", || live.wait_for_registered(1))?;
        self.steps.step("the ticket is issued", || {
            visitor.wait_for_ticket(client, &event.id)
        })?;
        match sender_problem(ready) {
            Some(why) => {
                self.not_tried.push(format!("mail: {why}"));
                self.steps.step("mail is not tried", || Ok(()))?;
            }
            None => self.steps.step("the ticket is mailed", || {
                event.wait_for_mail(client)?;
                site.wait_for_caught_mail(&visitor.email, &event.title)
            })?,
        }
        self.steps.step("no queue has more dead letters", || {
            event.compare_dead_letters(client, &dead_before)
        })
    }

    /// Removes what was made, however far that went.
    fn remove(&mut self) -> Result<()> {
        let (client, visitor, event) = (&self.client, &self.visitor, &self.event);
        if visitor.is_none() && event.is_none() {
            return Ok(());
        }
        self.steps.step("all of it is removed", || {
            let erased = visitor
                .as_ref()
                .map_or(Ok(()), |visitor| visitor.erase(client));
            let cancelled = event.as_ref().map_or(Ok(()), |event| event.remove(client));
            erased.and(cancelled)
        })
    }
}

fn is_ok(answer: &Answer) -> bool {
    answer.status == 200 && answer.json["status"] == "ok"
}

/// Why no mail can be expected, if that is known.
fn sender_problem(ready: &Value) -> Option<String> {
    let sender = &ready["checks"]["sender"];
    match sender["status"].as_str()? {
        "off" => Some("there is no sender; --sender names its address".to_owned()),
        "ok" | "unknown" => None,
        _ => Some(format!(
            "SES refuses the sender ({sender}); is its address verified, and the account out of the sandbox?"
        )),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn mail_is_tried_where_there_may_be_some() {
        let of = |status: &str| sender_problem(&json!({"checks": {"sender": {"status": status}}}));
        assert_eq!((of("ok"), of("unknown")), (None, None));
        assert!(of("off").unwrap().contains("--sender"));
        assert!(of("degraded").unwrap().contains("verified"));
    }
}
