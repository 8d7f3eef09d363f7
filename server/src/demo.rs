//! `serve --demo`: creates an organizer, three events and some people, so that an operator can try the product.
//!
//! Everything except the organizer's account is created by calls of the API, so that the demonstration obeys the API's rules.

use anyhow::{Context as _, bail};
use api::Caller;
use axum::{Router, body::Body};
use bootstrap::clock;
use domain::{
    accounts::{email::TypedEmail, role::Role, user::User},
    id::UserId,
    text::PersonName,
};
use http_body_util::BodyExt as _;
use hyper::{Method, Request, header};
use jiff::SignedDuration;
use serde_json::{Value, json};
use store::{Account, NewAccount, Store};
use tower::ServiceExt as _;
use uuid::Uuid;

use crate::{
    files::{PRIVATE, write_whole},
    folder::Folder,
    operations::hash_password,
    secret::random_text,
};

/// The organizer's e-mail address, in a domain that receives no mail.
const ORGANIZER: &str = "organizer@em-connect.example";
/// The number of characters of the demonstration's generated password.
const PASSWORD_LENGTH: usize = 20;
/// The names of the people who register.
const PEOPLE: [&str; 8] = [
    "Ada", "Bruno", "Chiara", "Dilek", "Emil", "Fatou", "Grace", "Hugo",
];
/// The title, the venue, the time zone and the number of seats of each event, and in how many hours the event begins. The doors
/// of the first event are open.
const EVENTS: [(&str, &str, &str, u32, i64); 3] = [
    (
        "Lisbon Startup Breakfast",
        "LX Factory, Lisboa",
        "Europe/Lisbon",
        80,
        2,
    ),
    (
        "String Quartet by Candlelight",
        "Sala Apolo, Barcelona",
        "Europe/Madrid",
        5,
        24 * 9,
    ),
    (
        "Rust Nation: Winter Edition",
        "Kulturbrauerei, Berlin",
        "Europe/Berlin",
        120,
        24 * 30,
    ),
];

/// Fills an installation that has no account yet, and returns a hint for its operator. Returns `None`, and changes nothing, if
/// there is an account.
///
/// # Errors
/// The table or the API refuses a call, or the file with the password cannot be written.
pub async fn fill(
    store: &Store,
    router: &Router,
    folder: &Folder,
) -> anyhow::Result<Option<String>> {
    if !store.list_users(1, None).await?.items.is_empty() {
        return Ok(None);
    }
    let mut password = random_text()?;
    password.truncate(PASSWORD_LENGTH);
    let file = folder.demo_password();
    write_whole(&file, format!("{password}\n").as_bytes(), PRIVATE)?;
    make_organizer(store, &password).await?;
    let api = Api(router);
    let login = json!({"email": ORGANIZER, "password": password});
    let session = api
        .call(Method::POST, "/v1/auth/login", None, login)
        .await?;
    let organizer = token(&session)?;
    let mut events = Vec::new();
    for event in EVENTS {
        events.push(publish(&api, organizer, event).await?);
    }
    for (number, name) in PEOPLE.into_iter().enumerate() {
        let email = format!("{}@em-connect.example", name.to_lowercase());
        let person = json!({"email": email, "name": name, "password": password});
        let session = api
            .call(Method::POST, "/v1/auth/register", None, person)
            .await?;
        let person = token(&session)?;
        for (at, event) in events.iter().enumerate() {
            // The second event has fewer seats than there are people, so the remaining people join its waitlist.
            let path = match (at, number) {
                (1, 5..) => format!("/v1/events/{event}/waitlist"),
                _ => format!("/v1/events/{event}/registrations"),
            };
            api.call(Method::POST, &path, Some(person), Value::Null)
                .await?;
        }
    }
    Ok(Some(format!(
        "demonstration: sign in as {ORGANIZER}, or as {}@em-connect.example and others, with the password in {}",
        PEOPLE[0].to_lowercase(),
        file.display()
    )))
}

async fn make_organizer(store: &Store, password: &str) -> anyhow::Result<()> {
    let typed = TypedEmail::parse_new(ORGANIZER)?;
    let user = User {
        id: UserId::from_uuid(Uuid::now_v7()),
        email: typed.email().clone(),
        name: PersonName::parse("Olga Organizer")?,
        role: Role::Organizer,
        email_verified: true,
        created_at: clock::now(),
    };
    let account = Account::new(user, hash_password(&password.to_owned().into())?);
    let request = Uuid::now_v7().to_string();
    match store.create_account(&account, &typed, &request).await? {
        NewAccount::Created => Ok(()),
        NewAccount::EmailTaken => bail!("{ORGANIZER} has an account"),
    }
}

async fn publish(
    api: &Api<'_>,
    organizer: &str,
    (title, venue, timezone, capacity, hours): (&str, &str, &str, u32, i64),
) -> anyhow::Result<String> {
    let begins = clock::now() + SignedDuration::from_hours(hours);
    let event = json!({
        "title": title, "venue": venue, "timezone": timezone, "capacity": capacity,
        "startsAt": begins.to_string(), "endsAt": (begins + SignedDuration::from_hours(3)).to_string(),
    });
    let event = api
        .call(Method::POST, "/v1/events", Some(organizer), event)
        .await?;
    let id = event["id"].as_str().context("an event has an id")?;
    let path = format!("/v1/events/{id}/publish");
    api.call(Method::POST, &path, Some(organizer), Value::Null)
        .await?;
    Ok(id.to_owned())
}

fn token(session: &Value) -> anyhow::Result<&str> {
    let token = session["accessToken"].as_str();
    token.context("a session has an access token")
}

/// The router of the HTTP API. The demonstration calls it within this process instead of over the network.
struct Api<'a>(&'a Router);

impl Api<'_> {
    async fn call(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Value,
    ) -> anyhow::Result<Value> {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let body = if body.is_null() {
            Body::empty()
        } else {
            request = request.header(header::CONTENT_TYPE, "application/json");
            Body::from(body.to_string())
        };
        let mut request = request.body(body)?;
        request.extensions_mut().insert(Caller::default());
        let response = self.0.clone().oneshot(request).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        if !status.is_success() {
            let body = String::from_utf8_lossy(&body);
            bail!("{path} was answered {status}: {body}");
        }
        Ok(serde_json::from_slice(&body).unwrap_or_default())
    }
}
