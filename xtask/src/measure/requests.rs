//! Counts the instructions of the function `api` for a registration, a refusal because the event is sold out, a login, and a
//! ticket's renderings. Each figure is the difference between a run with few requests and a run with twice as many. So the
//! figure excludes work that a process does only once, or only once in some seconds.

use std::{thread::sleep, time::Duration};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::{process::Subject, profile};
use crate::budgets::Figures;
use crate::client::Client;
use crate::credentials::Account;
use crate::crowd::{Crowd, Person, new_event, register};
use crate::stack::Stack;

/// Number of registrations in the shorter run. The longer run has twice as many.
const REGISTRATIONS: usize = 20;
/// Number of renderings of one ticket in the shorter run. The longer run has twice as many.
const RENDERINGS: usize = 2;
/// Number of seats of an event. They are in so many buckets that no home bucket becomes full.
const CAPACITY: usize = 5_000;
/// Maximum number of polls. The pause between two polls is `BETWEEN_LOOKS`.
const LOOKS: u32 = 100;
const BETWEEN_LOOKS: Duration = Duration::from_millis(200);

/// Measures a release build of `api`, and the connections that its first request leaves open, on the table of a running stack. The stack's own functions also run.
///
/// # Errors
/// valgrind is missing, or the stack or the function does not answer as it should.
pub(super) fn instructions(stack: &Stack, api: &Subject) -> Result<Figures> {
    let client = stack.client();
    let organizer = Person::log_in(&client, &stack.organizer)?;
    let people = Crowd::sign_up(&client, 3 * REGISTRATIONS + 2)?.people;
    let people: Vec<_> = people.into_iter().map(|person| person.token).collect();
    let roomy = new_event(&client, &organizer, CAPACITY)?;
    let full = new_event(&client, &organizer, 1)?;
    let [first, second, rest @ ..] = people.as_slice() else {
        anyhow::bail!("too few people")
    };
    register(&client, &full, first)?.expect_status(201, "the only seat is taken")?;
    wait_until_sold_out(&client, &full)?;
    let ticket = ticket(&client, first)?;
    let (few, many) = rest.split_at(REGISTRATIONS);
    let registrations = |event, people: &[String]| {
        let registration = |token: &String| registration(event, token);
        people.iter().map(registration).collect::<Vec<_>>()
    };
    let idle = api.idle(vec![])?.sockets;
    let answered = api.idle(vec![registration(&roomy, second)])?.sockets;
    let opened = answered.saturating_sub(idle);
    let mut figures = Figures::from([("first request: connections opened".to_owned(), opened)]);
    let mut add = |kind: &str, status, few, many| {
        let instructions = difference(api, kind, status, few, many)?;
        figures.insert(format!("{kind}: instructions"), instructions);
        anyhow::Ok(())
    };
    for (kind, event, status) in [("registration", &roomy, 201), ("sold-out", &full, 409)] {
        let (few, many) = (registrations(event, few), registrations(event, many));
        add(kind, status, few, many)?;
    }
    let logins = |count| vec![login_of(&stack.organizer); count];
    add("login", 200, logins(1), logins(2))?;
    for kind in ["qr.png", "ticket.pdf"] {
        let renderings = |count| vec![rendering(&ticket, kind, first); count];
        add(
            kind,
            200,
            renderings(RENDERINGS),
            renderings(2 * RENDERINGS),
        )?;
    }
    Ok(figures)
}

/// Returns how many instructions one request takes. Runs two processes, which answer `few` and `many` requests, and divides the
/// difference of their instructions by the difference of their requests.
fn difference(
    api: &Subject,
    kind: &str,
    status: u64,
    few: Vec<Value>,
    many: Vec<Value>,
) -> Result<u64> {
    let requests = (many.len() - few.len()) as u64;
    let run = |requests| {
        let (answers, cost) = api
            .instructions(requests, &profile(kind)?)
            .with_context(|| format!("measuring {kind}"))?;
        check(&answers, status)?;
        anyhow::Ok(cost)
    };
    let less = run(few)?;
    Ok(run(many)?.saturating_sub(less) / requests)
}

/// Waits until the relay has recorded that no seat is left.
fn wait_until_sold_out(client: &Client, event: &str) -> Result<()> {
    for _ in 0..LOOKS {
        let shown = client.get(&format!("/v1/events/{event}"), None)?;
        if shown.json["remaining"] == 0 {
            return Ok(());
        }
        sleep(BETWEEN_LOOKS);
    }
    anyhow::bail!("the event is not shown as sold out")
}

/// Waits until the user of `token` has a ticket, and returns the ticket's code. The user has only this ticket.
fn ticket(client: &Client, token: &str) -> Result<String> {
    for _ in 0..LOOKS {
        let tickets = client.get("/v1/me/tickets", Some(token))?;
        if let Some(code) = tickets.json["items"][0]["code"].as_str() {
            return Ok(code.to_owned());
        }
        sleep(BETWEEN_LOOKS);
    }
    anyhow::bail!("the ticket is not issued")
}

fn registration(event: &str, token: &str) -> Value {
    let path = format!("/v1/events/{event}/registrations");
    signed_in(request("POST", &path, ""), token)
}

fn rendering(ticket: &str, file: &str, token: &str) -> Value {
    let path = format!("/v1/tickets/{ticket}/{file}");
    signed_in(request("GET", &path, ""), token)
}

fn signed_in(mut request: Value, token: &str) -> Value {
    request["headers"]["authorization"] = json!(format!("Bearer {token}"));
    request
}

fn login_of(account: &Account) -> Value {
    let body = json!({"email": account.email, "password": account.password});
    request("POST", "/v1/auth/login", &body.to_string())
}

/// Returns a request in the form in which API Gateway passes it to the function ("Working with AWS Lambda proxy integrations
/// for HTTP APIs", payload format 2.0).
fn request(method: &str, path: &str, body: &str) -> Value {
    let id = format!("measured-{:x}", fastrand::u64(..));
    json!({
        "version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": "",
        "headers": {
            "content-length": body.len().to_string(), "content-type": "application/json",
            "host": "measured.example", "user-agent": "xtask", "x-forwarded-for": "192.0.2.1", "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
        },
        "requestContext": {
            "accountId": "000000000000", "apiId": "measured", "domainName": "measured.example", "domainPrefix": "measured",
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "xtask"},
            "requestId": id, "routeKey": "$default", "stage": "$default",
            "time": "01/May/2027:18:00:00 +0000", "timeEpoch": 1_809_194_400_000_u64,
        },
        "body": body, "isBase64Encoded": false,
    })
}

/// Fails unless every answer has the status `status`.
fn check(answers: &[Value], status: u64) -> Result<()> {
    match answers.iter().find(|answer| answer["statusCode"] != status) {
        Some(other) => anyhow::bail!("expected {status}, got {other}"),
        None => Ok(()),
    }
}
