//! The end of a server.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use rustix::process::Signal;

use crate::process::{Home, PATIENCE, Server, eventually};

#[test]
fn a_request_that_is_being_sent_is_answered_before_the_end() {
    let home = Home::new();
    let server = Server::start(&home);
    let address = server.url.strip_prefix("http://").unwrap().to_owned();
    let body =
        r#"{"email": "ada@example.org", "password": "correct horse battery", "name": "Ada"}"#;
    let mut stream = TcpStream::connect(&address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let length = body.len();
    let head = format!(
        "POST /v1/auth/register HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    );
    let (begin, end) = body.split_at(10);
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(begin.as_bytes()).unwrap();
    // Sent and begun to be read, for this connection was accepted before the next one.
    server.client().get("/health");
    server.signal(Signal::TERM);
    eventually("no more connections", || TcpStream::connect(&address).err());
    stream.write_all(end.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    assert!(
        answer.to_lowercase().contains("connection: close"),
        "{answer}"
    );
    server.stopped();

    // What it said is so, and what follows from it is done.
    let server = Server::start(&home);
    server.client().signed_in("ada@example.org");
    eventually("the mail", || home.mails("ada@example.org").pop());
    server.stop();
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
