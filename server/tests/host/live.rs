//! Tests of the WebSocket API.

use serde_json::{Value, json};
use tungstenite::{Error, Message, WebSocket, protocol::frame::coding::CloseCode};

use crate::process::{Home, PATIENCE, Server};

type Socket = WebSocket<std::net::TcpStream>;

fn connect(server: &Server, query: &str) -> Result<Socket, Box<Error>> {
    let address = server.url.strip_prefix("http://").unwrap();
    let stream = std::net::TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let url = format!("ws://{address}/live{query}");
    match tungstenite::client(url, stream) {
        Ok((socket, _)) => Ok(socket),
        Err(tungstenite::HandshakeError::Failure(error)) => Err(Box::new(error)),
        Err(error) => panic!("{error}"),
    }
}

fn send(socket: &mut Socket, frame: &Value) {
    socket.send(Message::text(frame.to_string())).unwrap();
}

/// Returns the next frame that the server sends.
fn next(socket: &mut Socket) -> Value {
    loop {
        match socket.read().unwrap() {
            Message::Text(text) => return serde_json::from_str(&text).unwrap(),
            Message::Ping(_) | Message::Pong(_) => {}
            other => panic!("{other:?}"),
        }
    }
}

/// Skips frames until the server closes the connection, and returns the server's close code.
fn closed(socket: &mut Socket) -> CloseCode {
    loop {
        if let Message::Close(frame) = socket.read().unwrap() {
            return frame.unwrap().code;
        }
    }
}

#[test]
fn a_viewer_gets_the_counts_and_the_end_of_the_server() {
    let home = Home::new();
    let server = Server::start(&home);
    let client = server.client();
    let event = client.organizer(&home).publish(5);
    let mut viewer = connect(&server, "").unwrap();
    send(&mut viewer, &json!({"action": "ping"}));
    assert_eq!(next(&mut viewer)["type"], "pong");
    send(
        &mut viewer,
        &json!({"action": "subscribe", "eventId": event}),
    );
    let snapshot = next(&mut viewer);
    assert_eq!(
        (&snapshot["type"], &snapshot["remaining"]),
        (&json!("snapshot"), &json!(5))
    );
    let (guest, _) = client.sign_up("guest@example.org");
    let registrations = format!("/v1/events/{event}/registrations");
    guest.ok("POST", &registrations, &Value::Null);
    loop {
        let frame = next(&mut viewer);
        if frame["type"] == "count" && frame["remaining"] == 4 {
            break;
        }
    }
    viewer.send(Message::Ping("x".into())).unwrap();
    assert_eq!(viewer.read().unwrap(), Message::Pong("x".into()));
    server.signal(rustix::process::Signal::TERM);
    assert_eq!(closed(&mut viewer), CloseCode::Away);
    assert!(matches!(viewer.read(), Err(Error::ConnectionClosed)));
    server.stopped();
}

#[test]
fn a_ticket_signs_in_once_and_a_wrong_one_is_refused_before_the_connection() {
    let home = Home::new();
    let server = Server::start(&home);
    let (ada, _) = server.client().sign_up("ada@example.org");
    let made = ada.ok("POST", "/v1/live/tickets", &Value::Null);
    let query = format!("?ticket={}", made["ticket"].as_str().unwrap());
    let mut signed_in = connect(&server, &query).unwrap();
    send(&mut signed_in, &json!({"action": "ping"}));
    assert_eq!(next(&mut signed_in)["type"], "pong");
    for query in [query.as_str(), "?ticket=nonsense", "?ticket="] {
        match connect(&server, query).map(|_| ()) {
            Err(error) => match *error {
                Error::Http(response) => assert_eq!(response.status().as_u16(), 401, "{query}"),
                error => panic!("{query}: {error}"),
            },
            Ok(()) => panic!("{query} opened a connection"),
        }
    }
    // A new password ends the session. So the server sends a frame with the reason, and then closes the connection.
    home.says(
        &["admin", "--email", "ada@example.org"],
        "another horse battery",
    );
    assert_eq!(next(&mut signed_in)["code"], "session-ended");
    assert_eq!(closed(&mut signed_in), CloseCode::Normal);
    let (status, _) = server.client().call("GET", "/live", &Value::Null);
    assert_eq!(status, 426);
    server.stop();
}

#[test]
fn what_is_too_large_or_no_text_ends_the_connection_with_its_code() {
    let home = Home::new();
    let server = Server::start(&home);
    let mut large = connect(&server, "").unwrap();
    large.send(Message::text("x".repeat(5_000))).unwrap();
    assert_eq!(next(&mut large)["code"], "frame-too-large");
    assert_eq!(closed(&mut large), CloseCode::Normal);
    let mut larger = connect(&server, "").unwrap();
    larger.send(Message::text("x".repeat(40 << 10))).unwrap();
    assert_eq!(closed(&mut larger), CloseCode::Size);
    let mut binary = connect(&server, "").unwrap();
    binary.send(Message::binary("x")).unwrap();
    assert_eq!(closed(&mut binary), CloseCode::Unsupported);
    server.stop();
}
