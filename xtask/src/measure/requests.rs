//! Costs of requests to the function `api`: a registration, a refusal because the event is sold out, a login, a ticket's
//! renderings.
//! Each is the difference between few requests and twice as many, so that it excludes work that is done once in a process or
//! once in some seconds.

use std::{collections::BTreeMap, thread::sleep, time::Duration};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::{
    environment,
    process::{Run, Subject},
    profile,
    wire::{Traffic, Wire},
};
use crate::{
    client::Client,
    credentials::Account,
    crowd::{Crowd, Person, new_event, register},
    folder::Folder,
    stack::Stack,
    tools::Tools,
};

/// Registrations of the shorter run; the other has twice as many.
const REGISTRATIONS: usize = 20;
/// Renderings of one ticket in the shorter run; the other has twice as many.
const RENDERINGS: usize = 2;
/// Seats in so many buckets that no home bucket is full.
const CAPACITY: usize = 5_000;
/// Number of polls, and the time between them.
const LOOKS: u32 = 100;
const BETWEEN_LOOKS: Duration = Duration::from_millis(200);

/// Costs of warm requests of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Costs {
    /// Number of requests.
    pub(crate) requests: u64,
    /// Instructions of the function for one request.
    pub(crate) instructions: u64,
    /// Calls of AWS for all requests.
    pub(crate) traffic: Traffic,
}

/// Costs of all kinds of requests.
#[derive(Debug)]
pub(crate) struct Requests {
    /// Warm requests, by the names of `budgets.json`.
    pub(crate) warm: BTreeMap<&'static str, Costs>,
    /// Connections that the first request of a process opened.
    pub(crate) connections_of_the_first: u64,
}

/// Measures `binary`, a release build of the function `api`, with the environment and the table of a running stack, beside
/// the stack's own functions.
///
/// # Errors
/// valgrind is missing, or the stack or the function do not answer as they should.
pub(crate) fn measure(
    stack: &Stack,
    folder: &Folder,
    binary: &std::path::Path,
) -> Result<Requests> {
    let client = stack.client();
    let organizer = Person::log_in(&client, &stack.organizer)?;
    let people = Crowd::sign_up(&client, 3 * REGISTRATIONS + 2)?.people;
    let people: Vec<_> = people.into_iter().map(|person| person.token).collect();
    let bench = Bench {
        variables: variables(stack, folder)?,
        endpoint: stack.endpoint_url.clone(),
        binary,
    };
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
    let mut warm = BTreeMap::new();
    for (kind, event, status) in [("registration", &roomy, 201), ("sold-out", &full, 409)] {
        let (few, many) = (registrations(event, few), registrations(event, many));
        warm.insert(kind, bench.difference(kind, status, few, many)?);
    }
    let logins = |count| vec![login_of(&stack.organizer); count];
    let login = bench.difference("login", 200, logins(1), logins(2))?;
    warm.insert("login", login);
    for kind in ["qr.png", "ticket.pdf"] {
        let renderings = |count| vec![rendering(&ticket, kind, first); count];
        let (few, many) = (renderings(RENDERINGS), renderings(2 * RENDERINGS));
        warm.insert(kind, bench.difference(kind, 200, few, many)?);
    }
    Ok(Requests {
        warm,
        connections_of_the_first: bench.connections_of_the_first(&roomy, second)?,
    })
}

/// The function, its environment, and the address of AWS.
struct Bench<'a> {
    variables: Vec<(String, String)>,
    endpoint: String,
    binary: &'a std::path::Path,
}

impl Bench<'_> {
    fn difference(
        &self,
        kind: &str,
        status: u64,
        few: Vec<Value>,
        many: Vec<Value>,
    ) -> Result<Costs> {
        let requests = (many.len() - few.len()) as u64;
        let (less, sent_less) = self.run(kind, status, few)?;
        let (more, sent_more) = self.run(kind, status, many)?;
        Ok(Costs {
            requests,
            instructions: more.saturating_sub(less) / requests,
            traffic: sent_more.since(&sent_less),
        })
    }

    /// Returns the instructions and the traffic of a process that answers `requests`, one after the other.
    fn run(&self, kind: &str, status: u64, requests: Vec<Value>) -> Result<(u64, Traffic)> {
        let wire = Wire::to(&self.endpoint)?;
        let Run { answers, cost } = self
            .subject(&wire)
            .instructions(requests, &profile(kind)?)
            .with_context(|| format!("measuring {kind}"))?;
        check(&answers, status)?;
        Ok((cost, wire.traffic()))
    }

    fn connections_of_the_first(&self, event: &str, token: &str) -> Result<u64> {
        let open = |requests| {
            let wire = Wire::to(&self.endpoint)?;
            self.subject(&wire).resident(requests)?;
            Ok::<_, anyhow::Error>(wire.traffic().connections)
        };
        let idle = open(vec![])?;
        Ok(open(vec![registration(event, token)])?.saturating_sub(idle))
    }

    fn subject(&self, wire: &Wire) -> Subject {
        let variables = self.variables.iter();
        let variables = variables.map(|(name, value)| (name.as_str(), value.as_str()));
        Subject {
            binary: self.binary.to_owned(),
            environment: environment(&wire.url(), variables),
        }
    }
}

/// Returns the variables that the template sets for the function.
fn variables(stack: &Stack, folder: &Folder) -> Result<Vec<(String, String)>> {
    let name = stack.functions.get("api").context("the stack has no api")?;
    let aws = stack.aws(&Tools::installed()?, folder);
    let described = aws.json(&[
        "lambda",
        "get-function-configuration",
        "--function-name",
        name,
    ])?;
    let variables = described.pointer("/Environment/Variables");
    let variables = variables
        .and_then(Value::as_object)
        .context("the api function has no environment")?;
    let text = |(name, value): (&String, &Value)| Some((name.clone(), value.as_str()?.to_owned()));
    Ok(variables.into_iter().filter_map(text).collect())
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

/// Waits until the only ticket of `token`'s holder is issued, and returns its code.
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

/// Returns the request as API Gateway passes it to the function ("Working with AWS Lambda proxy integrations for HTTP APIs",
/// payload format 2.0).
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

/// Fails unless every answer has the expected status.
fn check(answers: &[Value], status: u64) -> Result<()> {
    match answers.iter().find(|answer| answer["statusCode"] != status) {
        Some(other) => anyhow::bail!("expected {status}, got {other}"),
        None => Ok(()),
    }
}
