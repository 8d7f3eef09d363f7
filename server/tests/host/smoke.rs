//! Tests a server from its first start to a check-in at the door, and after a restart.

use std::{fs, os::unix::fs::PermissionsExt as _};

use serde_json::{Value, json};

use crate::{
    client::Client,
    process::{Home, Server, eventually, read},
};

/// Asserts that a server has the complete state after the check-in. The server may be another process than the process that
/// wrote the state.
fn assert_all_is_there(client: &Client, event: &str, code: &str) {
    let guest = client.signed_in("guest@example.org");
    let mine = guest.get(&format!("/v1/events/{event}/registrations/me"));
    assert_eq!(mine["status"], "confirmed", "{mine}");
    let ticket = guest.get(&format!("/v1/tickets/{code}"));
    assert_eq!(ticket["status"], "admitted", "{ticket}");
    let organizer = client.signed_in("organizer@example.org");
    let again = json!({"ticket": code});
    let scan = organizer.ok("POST", &format!("/v1/events/{event}/check-ins"), &again);
    assert_eq!(scan["result"], "already-admitted", "{scan}");
}

#[test]
fn a_guest_gets_a_ticket_by_mail_and_in_at_the_door_and_all_of_it_outlives_the_process() {
    let home = Home::new();
    let server = Server::start(&home);
    assert_eq!(read(&home.data().join("address")), server.url);
    let mode = |name: &str| {
        let metadata = fs::metadata(home.data().join(name)).unwrap();
        metadata.permissions().mode() & 0o777
    };
    assert_eq!(
        (mode(""), mode("secret"), mode("control.sock")),
        (0o700, 0o600, 0o600)
    );
    assert_eq!(mode("em-connect.db"), 0o600);

    let client = server.client();
    let organizer = client.organizer(&home);
    let event = organizer.publish(2);
    let (guest, _) = client.sign_up("guest@example.org");
    let registrations = format!("/v1/events/{event}/registrations");
    guest.ok("POST", &registrations, &Value::Null);
    let code = guest.ticket(&event);
    let mail = eventually("the mail with the ticket", || {
        let mut mails = home.mails("ticket.pdf");
        assert!(mails.len() < 2, "one guest, one mail");
        mails.pop()
    });
    assert!(
        mail.contains("To: ") && mail.contains("guest@example.org"),
        "{mail}"
    );
    assert!(mail.contains("\r\nMessage-ID: <"), "{mail}");
    let scan = json!({"ticket": code});
    let scan = organizer.ok("POST", &format!("/v1/events/{event}/check-ins"), &scan);
    assert_eq!(scan["result"], "admitted", "{scan}");
    assert_all_is_there(&client, &event, &code);
    server.stop();
    assert!(!home.data().join("address").exists());

    let server = Server::start(&home);
    assert_all_is_there(&server.client(), &event, &code);
    server.kill();
    let server = Server::start(&home);
    assert_all_is_there(&server.client(), &event, &code);
    eventually("a healthy server", || {
        let (status, health) = server.client().call("GET", "/health/ready", &Value::Null);
        (status == 200 && health["status"] == "ready").then_some(())
    });
    let checked = home.says(&["check"], "");
    assert!(checked.starts_with("all is well: "), "{checked}");
    assert_eq!(home.mails("ticket.pdf").len(), 1);
    server.stop();
}

#[test]
fn a_public_answer_is_as_fresh_as_the_last_write() {
    let home = Home::new();
    let server = Server::start(&home);
    let organizer = server.client().organizer(&home);
    let listed = |event: &str| {
        let list = server.client().get("/v1/events?limit=100");
        let items = list["items"].as_array().unwrap().iter();
        items.filter(|item| item["id"] == event).count()
    };
    for _ in 0..5 {
        let event = organizer.publish(5);
        let path = format!("/v1/events/{event}");
        assert_eq!(server.client().get(&path)["status"], "published");
        assert_eq!(listed(&event), 1);
        organizer.ok("POST", &format!("{path}/cancel"), &Value::Null);
        assert_eq!(server.client().get(&path)["status"], "cancelled");
        assert_eq!(listed(&event), 0);
    }
    server.stop();
}
