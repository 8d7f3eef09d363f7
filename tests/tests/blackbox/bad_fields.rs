//! Tests that try every field with every kind of wrong value. The service always answers 422 and names the field.

use serde_json::{Value, json};
use tests::{Answer, NewEvent, Stack, check_invalid, in_days, unique};

/// Pairs of a member's name and a wrong value for that member.
type Rows = Vec<(&'static str, Value)>;

fn no_times(member: &'static str) -> Rows {
    let values = [
        json!(1),
        json!(""),
        json!("soon"),
        json!("2031-05-01"),
        json!("2031-05-01T18:00:00"),
        json!("2031-13-01T18:00:00Z"),
        json!({"at": "2031-05-01T18:00:00Z"}),
    ];
    values.into_iter().map(|value| (member, value)).collect()
}

fn wrong_event_members() -> Rows {
    let mut rows = vec![
        ("title", json!(1)),
        ("title", json!(null)),
        ("title", json!(["a"])),
        ("title", json!("")),
        ("title", json!("x".repeat(201))),
        ("title", json!("a\0b")),
        ("title", json!("two\nlines")),
        ("title", json!("\u{1b}[31mred")),
        ("description", json!(1)),
        ("description", json!("x".repeat(5_001))),
        ("description", json!("a\0b")),
        ("venue", json!(true)),
        ("venue", json!(null)),
        ("venue", json!("")),
        ("venue", json!("x".repeat(256))),
        ("venue", json!("bell\u{7}")),
        ("startsAt", json!(null)),
        ("endsAt", json!(null)),
        ("endsAt", json!(in_days(29).to_string())),
        ("timezone", json!(1)),
        ("timezone", json!(null)),
        ("timezone", json!("")),
        ("timezone", json!("Mars/Olympus_Mons")),
        ("timezone", json!("../../etc/passwd")),
        ("capacity", json!(0)),
        ("capacity", json!(-1)),
        ("capacity", json!(100_001)),
        ("capacity", json!(1.5)),
        ("capacity", json!(1e300)),
        ("capacity", json!("10")),
        ("capacity", json!(null)),
        ("capacity", json!([10])),
        ("category", json!(1)),
        ("category", json!("a\0b")),
        ("tags", json!("rust")),
        ("tags", json!([1])),
        ("tags", json!([""])),
        ("tags", json!(["a\0b"])),
        ("tags", json!(["x".repeat(31)])),
        (
            "tags",
            json!(
                (0..11)
                    .collect::<Vec<_>>()
                    .iter()
                    .map(i32::to_string)
                    .collect::<Vec<_>>()
            ),
        ),
        ("colour", json!("red")),
        ("status", json!("published")),
        ("id", json!("evt_01h455vb4pex5vsknk084sn02q")),
        ("organizer", json!({"id": "usr_01h455vb4pex5vsknk084sn02q"})),
    ];
    let times = [
        "startsAt",
        "endsAt",
        "registrationOpensAt",
        "registrationClosesAt",
        "doorsOpenAt",
    ];
    rows.extend(times.into_iter().flat_map(no_times));
    rows
}

fn wrong_account_members() -> Rows {
    vec![
        ("email", json!(1)),
        ("email", json!(null)),
        ("email", json!("")),
        ("email", json!("kim")),
        ("email", json!("@example.com")),
        ("email", json!("kim@")),
        ("email", json!("kim@@example.com")),
        ("email", json!("kim doe@example.com")),
        ("email", json!("kim@exam ple.com")),
        ("email", json!("kim\n@example.com")),
        ("email", json!("kim\0@example.com")),
        ("email", json!(format!("{}@example.com", "x".repeat(250)))),
        ("password", json!(1_234_567_890)),
        ("password", json!(null)),
        ("password", json!("")),
        ("password", json!("too short")),
        ("password", json!("x".repeat(129))),
        ("password", json!("1234567890")),
        ("name", json!(1)),
        ("name", json!(null)),
        ("name", json!("")),
        ("name", json!("x".repeat(101))),
        ("name", json!("Kim\nDoe")),
        ("name", json!("Kim\0")),
        ("role", json!("admin")),
        ("emailVerified", json!(true)),
        ("nickname", json!("K")),
    ]
}

fn right_account() -> Value {
    json!({
        "email": format!("kim.{}@example.com", unique()),
        "password": "a long enough pass",
        "name": "Kim Doe",
    })
}

fn right_event() -> Value {
    serde_json::to_value(NewEvent::default()).unwrap_or_default()
}

fn with(body: &Value, member: &str, value: Value) -> Value {
    let mut body = body.clone();
    body[member] = value;
    body
}

fn without(body: &Value, member: &str) -> Value {
    let mut body = body.clone();
    if let Some(members) = body.as_object_mut() {
        members.remove(member);
    }
    body
}

/// Checks cases one by one. `wrong` collects a message about each case whose answer is not as expected.
#[derive(Default)]
struct Table {
    wrong: Vec<String>,
}

impl Table {
    fn check(&mut self, member: &str, sent: &Value, answer: &Answer) {
        if let Err(wrong) = check_invalid(answer, &format!("/{member}")) {
            let sent: String = sent.to_string().chars().take(400).collect();
            self.wrong.push(format!("{member} in {sent}\n{wrong}"));
        }
    }

    #[track_caller]
    fn assert_right(&self) {
        let count = self.wrong.len();
        assert!(count == 0, "{count} rows:\n\n{}", self.wrong.join("\n\n"));
    }
}

#[tokio::test]
async fn a_new_event_with_a_wrong_field_is_refused_by_name() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let mut table = Table::default();

    for (member, value) in wrong_event_members() {
        let body = with(&right_event(), member, value);
        let answer = organizer.post("/v1/events", &body).await;
        table.check(member, &body, &answer);
    }
    for member in [
        "title", "venue", "startsAt", "endsAt", "timezone", "capacity",
    ] {
        let body = without(&right_event(), member);
        let answer = organizer.post("/v1/events", &body).await;
        table.check(member, &body, &answer);
    }
    table.assert_right();
    assert!(organizer.every_item("/v1/me/events", 100).await.is_empty());
}

#[tokio::test]
async fn a_change_with_a_wrong_field_is_refused_by_name() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let draft = organizer.draft_event(NewEvent::default()).await;
    let mut table = Table::default();

    for (member, value) in wrong_event_members() {
        // When a `PATCH` sends null for a member, the service removes some optional members, but no required one.
        let body = json!({ member: value });
        let answer = organizer
            .patch_event_at(&draft, &draft.etag, body.clone())
            .await;
        table.check(member, &body, &answer);
    }
    table.assert_right();
    let now = organizer.read_event(&draft).await.expect(200);
    assert_eq!(now["version"], draft.json["version"]);
}

#[tokio::test]
async fn an_account_with_a_wrong_field_is_refused_by_name() {
    let stack = Stack::from_env();
    let mut table = Table::default();

    for (member, value) in wrong_account_members() {
        let body = with(&right_account(), member, value);
        let answer = stack.anyone().post("/v1/auth/register", &body).await;
        table.check(member, &body, &answer);
    }
    for member in ["email", "password", "name"] {
        let body = without(&right_account(), member);
        let answer = stack.anyone().post("/v1/auth/register", &body).await;
        table.check(member, &body, &answer);
    }
    table.assert_right();
}

#[tokio::test]
async fn credentials_with_a_wrong_field_are_refused_by_name() {
    let stack = Stack::from_env();
    let mut table = Table::default();
    let login = json!({"email": "kim@example.com", "password": "a long enough pass"});
    let rows = [
        ("/v1/auth/login", "email", with(&login, "email", json!(1))),
        ("/v1/auth/login", "email", without(&login, "email")),
        (
            "/v1/auth/login",
            "password",
            with(&login, "password", json!(null)),
        ),
        ("/v1/auth/login", "password", without(&login, "password")),
        (
            "/v1/auth/login",
            "otp",
            with(&login, "otp", json!("123456")),
        ),
        ("/v1/auth/refresh", "refreshToken", json!({})),
        (
            "/v1/auth/refresh",
            "refreshToken",
            json!({"refreshToken": 1}),
        ),
        (
            "/v1/auth/refresh",
            "x",
            json!({"refreshToken": "y", "x": 1}),
        ),
        ("/v1/auth/logout", "refreshToken", json!({})),
        (
            "/v1/auth/logout",
            "refreshToken",
            json!({"refreshToken": []}),
        ),
    ];

    for (path, member, body) in rows {
        let answer = stack.anyone().post(path, &body).await;
        table.check(member, &body, &answer);
    }
    table.assert_right();
}
