//! Tests of how a server stops.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use rustix::process::Signal;

use crate::process::{Home, PATIENCE, Server, eventually};

/// A request of which only the first part was sent.
struct Begun {
    stream: TcpStream,
    rest: &'static str,
}

impl Begun {
    fn new(server: &Server) -> Self {
        let body =
            r#"{"email": "ada@example.org", "password": "correct horse battery", "name": "Ada"}"#;
        let mut stream = TcpStream::connect(address(server)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let length = body.len();
        let head = format!(
            "POST /v1/auth/register HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
        );
        let (begin, rest) = body.split_at(10);
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(begin.as_bytes()).unwrap();
        // When this second request is answered, the server has accepted the connection and has begun to read the first request.
        server.client().get("/health");
        Self { stream, rest }
    }

    /// Sends the rest of the request, and returns the answer.
    fn finish(mut self) -> String {
        self.stream.write_all(self.rest.as_bytes()).unwrap();
        let mut answer = String::new();
        self.stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

fn address(server: &Server) -> &str {
    server.url.strip_prefix("http://").unwrap()
}

fn wait_until_it_stops(server: &Server) {
    eventually("no more connections", || {
        TcpStream::connect(address(server)).err()
    });
}

#[test]
fn a_request_that_is_being_sent_is_answered_before_the_end() {
    let home = Home::new();
    let server = Server::start(&home);
    let request = Begun::new(&server);
    server.signal(Signal::TERM);
    // The server must ignore the second signal, because a supervisor and a terminal may both send one.
    server.signal(Signal::INT);
    wait_until_it_stops(&server);
    let answer = request.finish();
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    assert!(
        answer.to_lowercase().contains("connection: close"),
        "{answer}"
    );
    server.stopped();

    // After the next start, the server still has the account that the answered request made, and the mail is sent.
    let server = Server::start(&home);
    server.client().signed_in("ada@example.org");
    eventually("the mail", || home.mails("ada@example.org").pop());
    server.stop();
}

#[test]
fn a_later_signal_ends_it_at_once() {
    let home = Home::new();
    let mut server = Server::start(&home);
    let _request = Begun::new(&server);
    server.signal(Signal::TERM);
    wait_until_it_stops(&server);
    let code = eventually("the end", || {
        server.signal(Signal::TERM);
        server.ended()
    });
    assert_eq!(code, Some(130), "{}", server.log());
}

#[test]
fn an_interrupt_ends_it_as_well_and_a_client_that_sends_nothing_does_not_hold_it_up() {
    let home = Home::new();
    let server = Server::start(&home);
    let address = server.url.strip_prefix("http://").unwrap();
    let idle = TcpStream::connect(address).unwrap();
    idle.set_read_timeout(Some(Duration::from_secs(1))).unwrap();
    server.client().get("/health");
    server.signal(Signal::INT);
    server.stopped();
}
