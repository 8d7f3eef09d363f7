//! Test servers, each for one test, and the frames that they send.

use std::io::{BufRead as _, BufReader, ErrorKind, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tungstenite::{Message, WebSocket, accept};

const PATIENCE: Duration = Duration::from_secs(20);

/// Starts a test server on a thread of its own, where it runs `script`. Returns the server's address.
pub(super) fn serve<T: Send + 'static>(
    script: impl FnOnce(&TcpListener) -> T + Send + 'static,
) -> (String, JoinHandle<T>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    (
        address.to_string(),
        thread::spawn(move || script(&listener)),
    )
}

/// Accepts the next connection. Fails if no client connects in time. Reads from the connection also fail if nothing comes in
/// time.
pub(super) fn next(listener: &TcpListener) -> TcpStream {
    listener.set_nonblocking(true).unwrap();
    let deadline = Instant::now() + PATIENCE;
    loop {
        match listener.accept() {
            Ok((stream, _)) => {
                stream.set_nonblocking(false).unwrap();
                stream.set_read_timeout(Some(PATIENCE)).unwrap();
                return stream;
            }
            Err(error) if error.kind() != ErrorKind::WouldBlock => panic!("{error}"),
            Err(_) => assert!(Instant::now() < deadline, "nobody connects"),
        }
        thread::sleep(Duration::from_millis(5));
    }
}

pub(super) fn accepted(listener: &TcpListener) -> WebSocket<TcpStream> {
    accept(next(listener)).unwrap()
}

pub(super) fn expect(socket: &mut WebSocket<TcpStream>, action: &Value) {
    let message = socket.read().unwrap();
    let sent: Value = serde_json::from_str(message.to_text().unwrap()).unwrap();
    assert_eq!(&sent, action);
}

pub(super) fn send(socket: &mut WebSocket<TcpStream>, frame: &Value) {
    socket.send(Message::text(frame.to_string())).unwrap();
}

pub(super) fn subscribe() -> Value {
    json!({"action": "subscribe", "eventId": "evt_1"})
}

pub(super) fn counts(kind: &str, registered: u32, as_of: &str) -> Value {
    json!({"type": kind, "eventId": "evt_1", "registered": registered, "remaining": 100 - registered,
        "capacity": 100, "waitlisted": 0, "status": "published", "asOf": as_of})
}

pub(super) fn error(code: &str, detail: &str) -> Value {
    json!({"type": "error", "code": code, "detail": detail, "eventId": "evt_1"})
}

/// Sends an error frame that ends the command `watch`, which would otherwise continue.
pub(super) fn end(socket: &mut WebSocket<TcpStream>) {
    send(socket, &error("not-found", "no such event"));
    // The client closes the connection when it has read the error frame.
    while socket.read().is_ok() {}
}

/// Answers one POST request. Returns the request's path, `Authorization` header and body.
pub(super) fn answer(
    listener: &TcpListener,
    status: &str,
    body: &Value,
) -> (String, String, Value) {
    let mut reader = BufReader::new(next(listener));
    let (mut head, mut line) = (Vec::new(), String::new());
    while reader.read_line(&mut line).unwrap() > 2 {
        head.push(line.trim_end().to_owned());
        line.clear();
    }
    let header = |name: &str| {
        let found = head.iter().find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then(|| value.to_owned())
        });
        found.unwrap_or_default()
    };
    let mut sent = vec![0; header("content-length").parse().unwrap()];
    reader.read_exact(&mut sent).unwrap();
    let body = body.to_string();
    let length = body.len();
    let answer = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    );
    reader.get_mut().write_all(answer.as_bytes()).unwrap();
    let path = head[0].split(' ').nth(1).unwrap().to_owned();
    (
        path,
        header("authorization"),
        serde_json::from_slice(&sent).unwrap(),
    )
}
