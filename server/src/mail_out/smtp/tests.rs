//! Tests the transport with a small mail server, whose answers are scripted by each test.

use std::sync::Arc;

use domain::mail::{key::MailKey, kind::MailKind, sender::Fault};
use mail::Message;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    sync::mpsc,
};

use super::*;
use crate::settings::{Encryption, SmtpServer};

pub(in crate::mail_out) fn key() -> MailKey {
    let user = "usr_01h455vb4pex5vsknk084sn02q".parse().unwrap();
    MailKey::account(MailKind::Welcome, user, 1)
}

pub(in crate::mail_out) fn message() -> Message {
    Message {
        from: "tickets@example.org".to_owned(),
        to: "ada@example.org".to_owned(),
        subject: "Hello".to_owned(),
        bytes: b"Message-ID: <a@example.org>\r\n\r\n.dots are doubled\r\n".to_vec(),
    }
}

/// The beginnings of commands, each with the server's answer to such commands. The server accepts all other commands.
type Script = &'static [(&'static str, &'static str)];

/// A special answer in a script: the server closes the connection instead of giving an answer.
const CLOSE: &str = "";
/// A special answer in a script: the server does not answer at all.
const HANG: &str = "hang";

/// A small mail server, which reports each line that it receives.
struct Server {
    port: u16,
    lines: mpsc::UnboundedReceiver<String>,
}

impl Server {
    async fn start(script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (received, lines) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                received.send("connected".to_owned()).unwrap();
                tokio::spawn(converse(stream, script, received.clone()));
            }
        });
        Self { port, lines }
    }

    fn received(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.lines.try_recv().ok()).collect()
    }

    fn client(&self, login: bool) -> Arc<Smtp> {
        let server = SmtpServer {
            host: "127.0.0.1".to_owned(),
            port: self.port,
            encryption: Encryption::None,
            login: login.then(|| ("ada".to_owned(), "p".to_owned().into())),
        };
        Arc::new(Smtp::new(server, "tickets.example.org").unwrap())
    }
}

/// Returns the server's answer to a line; `None` if the server must close the connection.
fn answer(script: Script, line: &str) -> Option<&'static str> {
    let scripted = script.iter().find(|(begin, _)| line.starts_with(begin));
    let usual = || match line {
        "connected" => "220 here",
        "DATA" => "354 go on",
        "." => "250 taken as 4711",
        line if line.starts_with("EHLO") => "250-here\r\n250 AUTH PLAIN LOGIN",
        line if line.starts_with("AUTH") => "235 welcome",
        _ => "250 ok",
    };
    let answer = scripted.map_or_else(usual, |(_, answer)| answer);
    (answer != CLOSE).then_some(answer)
}

async fn converse(stream: TcpStream, script: Script, received: mpsc::UnboundedSender<String>) {
    let mut stream = BufReader::new(stream);
    let mut line = "connected".to_owned();
    let mut in_content = false;
    loop {
        if !in_content || line == "." {
            in_content = line == "DATA";
            let Some(answer) = answer(script, &line) else {
                return;
            };
            let answer = format!("{answer}\r\n");
            if answer.trim_end() != HANG && stream.write_all(answer.as_bytes()).await.is_err() {
                return;
            }
        }
        line.clear();
        if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
            return;
        }
        line.truncate(line.trim_end().len());
        let _ = received.send(line.clone());
    }
}

async fn send(client: &Smtp) -> Result<Accepted, Refusal> {
    let (key, message) = (key(), message());
    client.send(RawMail { key: &key, message }).await
}

#[tokio::test]
async fn mails_go_over_one_connection_as_they_are() {
    let mut server = Server::start(&[]).await;
    let client = server.client(true);
    for _ in 0..2 {
        let accepted = send(&client).await.unwrap();
        assert_eq!(accepted.id, "taken as 4711");
    }
    let received = server.received();
    let count = |line: &str| received.iter().filter(|received| *received == line).count();
    assert_eq!(count("connected"), 1);
    assert_eq!(count("EHLO tickets.example.org"), 1);
    assert_eq!(count("MAIL FROM:<tickets@example.org>"), 2);
    assert_eq!(count("RCPT TO:<ada@example.org>"), 2);
    assert_eq!(count("Message-ID: <a@example.org>"), 2);
    assert_eq!(count("..dots are doubled"), 2);
}

/// Returns the name of a refusal's kind.
fn kind(refused: &Refusal) -> &'static str {
    match refused {
        Refusal::Mail(_) => "mail",
        Refusal::Address(_) => "address",
        Refusal::Sender(Fault::NotAllowed, _) => "not allowed",
        Refusal::Sender(..) => "sender",
        Refusal::Throttled(_) => "throttled",
        Refusal::NotSent(_) => "not sent",
        Refusal::Unknown(_) => "unknown",
    }
}

#[tokio::test]
async fn a_refusal_means_what_its_command_makes_of_it() {
    let cases: &[(Script, &str)] = &[
        (&[("RCPT", "550 5.1.1 nobody here")], "address"),
        (&[("RCPT", "554 5.7.1 relay access denied")], "not allowed"),
        (&[("RCPT", "450 4.2.1 try later")], "throttled"),
        (&[("MAIL", "550 5.1.8 not your address")], "sender"),
        (&[("AUTH", "535 5.7.8 wrong password")], "not allowed"),
        (&[("connected", "421 too many connections")], "throttled"),
        (&[("connected", "554 go away")], "not allowed"),
        (&[(".", "554 5.6.0 refused for what it says")], "mail"),
        (&[(".", "452 4.3.1 disk full")], "throttled"),
        (&[("RCPT", CLOSE)], "not sent"),
        (&[("DATA", CLOSE)], "not sent"),
        (&[(".", CLOSE)], "unknown"),
    ];
    for (script, expected) in cases {
        let server = Server::start(script).await;
        let refused = send(&server.client(true)).await.unwrap_err();
        assert_eq!(kind(&refused), *expected, "{script:?}: {refused:?}");
    }
}

#[tokio::test]
async fn a_server_that_is_away_got_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let (_, lines) = mpsc::unbounded_channel();
    let server = Server { port, lines };
    let refused = send(&server.client(false)).await.unwrap_err();
    assert_eq!(kind(&refused), "not sent");
}

#[tokio::test]
async fn a_refused_address_does_not_cost_the_connection_and_a_closed_one_is_replaced() {
    let mut server = Server::start(&[("RCPT", "550 nobody"), ("RSET", "250 ok")]).await;
    let client = server.client(false);
    for _ in 0..2 {
        assert_eq!(kind(&send(&client).await.unwrap_err()), "address");
    }
    let received = server.received();
    assert_eq!(
        received.iter().filter(|line| *line == "connected").count(),
        1
    );

    // This server closes a kept connection when the client wants to use it for the second mail.
    let mut server = Server::start(&[("RSET", CLOSE)]).await;
    let client = server.client(false);
    send(&client).await.unwrap();
    let taken = client.idle.lock().unwrap().pop();
    let (mut kept, since) = taken.unwrap();
    assert!(!kept.reset().await);
    client.idle.lock().unwrap().push((kept, since));
    send(&client).await.unwrap();
    let received = server.received();
    assert_eq!(
        received.iter().filter(|line| *line == "connected").count(),
        2
    );
}

#[tokio::test(start_paused = true)]
async fn a_mail_that_waits_too_long_for_a_connection_was_not_sent() {
    let server = Server::start(&[]).await;
    let smtp = server.client(false);
    let taken = u32::try_from(CONNECTIONS).unwrap();
    let _all = smtp.permits.acquire_many(taken).await.unwrap();
    let key = key();
    let message = message();
    let sent = smtp.send(RawMail { key: &key, message });
    // After one minute, another attempt may claim the mail, so the result must be known before.
    let refused = timeout(Duration::from_mins(1), sent).await.unwrap();
    assert!(matches!(refused, Err(Refusal::NotSent(_))), "{refused:?}");
}

#[tokio::test]
async fn a_server_that_hangs_after_a_refusal_changes_neither_the_verdict_nor_the_time_that_it_may_take()
 {
    let cases: [(Script, &str); 2] = [
        (&[("RCPT", "550 5.1.1 nobody"), ("RSET", HANG)], "address"),
        (&[(".", "554 5.6.0 not this"), ("RSET", HANG)], "mail"),
    ];
    for (script, expected) in cases {
        let mut server = Server::start(script).await;
        let client = server.client(false);
        let sending = client.clone();
        let sent = tokio::spawn(async move { send(&sending).await });
        while server.lines.recv().await.unwrap() != "RSET" {}
        // No more data arrives from the network after this point, so only timers still advance.
        tokio::time::pause();
        let refused = timeout(Duration::from_secs(9), sent).await.unwrap();
        let refused = refused.unwrap().unwrap_err();
        assert_eq!(kind(&refused), expected, "{refused:?}");
        assert_eq!(client.permits.available_permits(), CONNECTIONS);
        assert!(client.kept().is_none(), "the connection cannot be used");
        tokio::time::resume();
    }
}
