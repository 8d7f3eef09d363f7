//! Tests of the whole command `watch`, against test servers on this machine.

mod server;

use std::io::Write;
use std::thread::{self, JoinHandle};

use serde_json::json;
use tungstenite::accept_hdr;
use tungstenite::handshake::server::{Request, Response};

use self::server::{accepted, answer, counts, end, error, expect, next, send, serve, subscribe};
use super::api::Api;
use super::board::Board;
use super::screen::Screen;
use super::watcher::Watcher;
use crate::credentials::Account;
use crate::problem::render;

/// The output of a run of `watch`, and the result with which the run ended.
struct Watched {
    frames: String,
    notices: String,
    ended: anyhow::Result<()>,
}

/// Starts `watch` on another thread, because `watch` might never end if the test server fails.
fn watch(address: &str, api: Api) -> JoinHandle<Watched> {
    let url = format!("ws://{address}/stage");
    thread::spawn(move || {
        let (mut frames, mut notices) = (Vec::new(), Vec::new());
        let screen = Screen::Plain {
            frames: &mut frames,
            notices: &mut notices,
        };
        let board = Board::new("Rust meetup".to_owned());
        let ended = Watcher::new(api, &url, board, screen).run();
        Watched {
            frames: String::from_utf8(frames).unwrap(),
            notices: String::from_utf8(notices).unwrap(),
            ended,
        }
    })
}

/// Returns an API client without a server. It makes no call as long as there is no account and the event's title does not
/// change.
fn no_api() -> Api {
    Api::new("http://127.0.0.1:9", "evt_1", None)
}

#[test]
fn a_lost_connection_is_made_again_and_time_does_not_go_back() {
    let (address, server) = serve(|listener| {
        let mut socket = accepted(listener);
        expect(&mut socket, &subscribe());
        send(&mut socket, &counts("snapshot", 1, "2026-11-22T17:00:01Z"));
        send(&mut socket, &counts("count", 2, "2026-11-22T17:00:02.5Z"));
        drop(socket);

        let mut socket = accepted(listener);
        expect(&mut socket, &subscribe());
        send(&mut socket, &counts("snapshot", 5, "2026-11-22T17:00:05Z"));
        send(&mut socket, &counts("count", 4, "2026-11-22T17:00:04Z"));
        send(&mut socket, &json!({"type": "weather"}));
        send(
            &mut socket,
            &json!({"type": "announcement", "eventId": "evt_1",
            "id": "ann_1", "message": "Doors\nat 7", "createdAt": "2026-11-22T17:00:06Z"}),
        );
        end(&mut socket);
    });
    let watching = watch(&address, no_api());
    server.join().unwrap();
    let watched = watching.join().unwrap();
    assert_eq!(
        watched.frames,
        "2026-11-22T17:00:01Z snapshot     1/100 registered  99 remaining  0 waitlisted  published\n\
         2026-11-22T17:00:02Z count        2/100 registered  98 remaining  0 waitlisted  published\n\
         2026-11-22T17:00:05Z snapshot     5/100 registered  95 remaining  0 waitlisted  published\n\
         2026-11-22T17:00:06Z announcement Doors at 7\n"
    );
    let notices: Vec<_> = watched.notices.lines().collect();
    assert_eq!(notices.len(), 2, "{notices:?}");
    assert!(
        notices[0].contains("no connection: ") && notices[0].contains("trying again in 0."),
        "{notices:?}"
    );
    assert!(notices[1].ends_with(" connected again"), "{notices:?}");
    assert!(watched.ended.is_err());
}

#[test]
fn an_unknown_event_is_a_failure_that_says_what_to_do() {
    let (address, server) = serve(|listener| {
        let mut socket = accepted(listener);
        expect(&mut socket, &subscribe());
        end(&mut socket);
    });
    let watching = watch(&address, no_api());
    server.join().unwrap();
    let watched = watching.join().unwrap();
    assert_eq!(
        (watched.frames.as_str(), watched.notices.as_str()),
        ("", "")
    );
    assert_eq!(
        render(&watched.ended.unwrap_err()),
        "error: there is no event evt_1, or it is a draft\n\
         help: http://127.0.0.1:9/v1/events lists what is published"
    );
}

#[test]
fn a_server_that_cannot_answer_now_is_asked_again_on_the_same_connection() {
    let (address, server) = serve(|listener| {
        let mut socket = accepted(listener);
        expect(&mut socket, &subscribe());
        send(&mut socket, &error("unavailable", "try again in a second"));
        expect(&mut socket, &subscribe());
        send(&mut socket, &counts("snapshot", 1, "2026-11-22T17:00:01Z"));
        end(&mut socket);
    });
    let watching = watch(&address, no_api());
    server.join().unwrap();
    let watched = watching.join().unwrap();
    assert_eq!(watched.frames.lines().count(), 1);
    assert!(
        watched
            .notices
            .contains("try again in a second; subscribing again in 1.0 s"),
        "{}",
        watched.notices
    );
}

#[test]
fn a_reader_that_left_ends_it_without_a_failure() {
    struct Closed;
    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let (address, server) = serve(|listener| {
        let mut socket = accepted(listener);
        expect(&mut socket, &subscribe());
        send(&mut socket, &counts("snapshot", 1, "2026-11-22T17:00:01Z"));
        while socket.read().is_ok() {}
    });
    let (mut closed, mut notices) = (Closed, Vec::new());
    let screen = Screen::Plain {
        frames: &mut closed,
        notices: &mut notices,
    };
    let url = format!("ws://{address}");
    let board = Board::new("Rust meetup".to_owned());
    Watcher::new(no_api(), &url, board, screen).run().unwrap();
    server.join().unwrap();
}

fn account() -> Account {
    Account {
        email: "olive@em-connect.example".to_owned(),
        password: "correct horse".to_owned(),
    }
}

#[test]
fn each_connection_to_the_door_has_a_ticket_of_its_own() {
    let (api_address, api) = serve(|listener| {
        for ticket in ["t1", "t2"] {
            let (path, _, body) = answer(listener, "200 OK", &json!({"accessToken": "a"}));
            assert_eq!(path, "/v1/auth/login");
            assert_eq!(
                body,
                json!({"email": account().email, "password": account().password})
            );
            let body = json!({"ticket": ticket, "expiresIn": 30});
            let (path, authorization, _) = answer(listener, "201 Created", &body);
            assert_eq!(
                (path.as_str(), authorization.as_str()),
                ("/v1/live/tickets", "Bearer a")
            );
        }
    });
    let (address, server) = serve(|listener| {
        let mut asked = Vec::new();
        for connection in 1..=2 {
            #[expect(clippy::result_large_err, reason = "the signature is tungstenite's")]
            let remember = |request: &Request, response: Response| {
                asked.push(request.uri().to_string());
                Ok(response)
            };
            let mut socket = accept_hdr(next(listener), remember).unwrap();
            expect(&mut socket, &subscribe());
            let mut door = subscribe();
            door["topic"] = json!("door");
            expect(&mut socket, &door);
            let mut snapshot = counts("snapshot", 1, "2026-11-22T17:00:01Z");
            snapshot["topic"] = json!("door");
            send(&mut socket, &snapshot);
            send(
                &mut socket,
                &json!({"type": "check-in", "eventId": "evt_1", "at": "2026-11-22T17:00:02Z",
                "result": "admitted", "code": "ABCD-EFGH-JKMN", "gate": "North"}),
            );
            if connection == 2 {
                send(&mut socket, &error("forbidden", "not your event"));
                while socket.read().is_ok() {}
            }
        }
        asked
    });
    let door = Api::new(&format!("http://{api_address}"), "evt_1", Some(account()));
    let watching = watch(&address, door);
    api.join().unwrap();
    assert_eq!(
        server.join().unwrap(),
        ["/stage?ticket=t1", "/stage?ticket=t2"]
    );
    let watched = watching.join().unwrap();
    let check_ins = watched
        .frames
        .matches("check-in     admitted  ABCD-EFGH-JKMN  gate North\n");
    assert_eq!(check_ins.count(), 1, "{}", watched.frames);
    let text = render(&watched.ended.unwrap_err());
    assert!(
        text.contains("not your event") && text.contains("--as admin"),
        "{text}"
    );
}

#[test]
fn an_account_that_may_not_sign_in_is_a_failure_at_once() {
    let (api_address, api) = serve(|listener| {
        answer(
            listener,
            "401 Unauthorized",
            &json!({"type": "/problems/invalid-credentials"}),
        )
    });
    let door = Api::new(&format!("http://{api_address}"), "evt_1", Some(account()));
    let watching = watch("127.0.0.1:9", door);
    api.join().unwrap();
    let watched = watching.join().unwrap();
    let text = render(&watched.ended.unwrap_err());
    assert!(
        text.contains("signing in") && text.contains("401"),
        "{text}"
    );
    assert!(!text.contains("correct horse"));
}
