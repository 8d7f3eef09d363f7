//! A test server for the parts of the API that a scanner uses. The server can fail in several ways.

mod door;

use std::{
    io::{BufRead as _, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex, MutexGuard},
    thread,
    time::{Duration, Instant},
};

use domain::tickets::code::TicketCode;
use rustls::{ServerConnection, StreamOwned};
use serde_json::{Value, json};

use self::door::Door;
use crate::authority::Authority;

pub(crate) const EVENT: &str = "evt_01h455vb4pex5vsknk084sn02q";
pub(crate) const EMAIL: &str = "door@example.org";
pub(crate) const PASSWORD: &str = "correct horse battery";

/// The way in which the test server treats a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// The server answers.
    Up,
    /// The server closes the connection without reading the request.
    Drops,
    /// The server handles the request. If the request is a POST, the server closes the connection without an answer.
    LosesAnswers,
    /// The server never answers.
    Hangs,
    /// The server answers with status 503.
    Unavailable,
    /// The server answers with this status and a problem document. Requests to sign in still succeed, unless the status is 401.
    Refuses(u16),
}

/// A test server. Its threads end when the test ends.
pub(crate) struct Server {
    pub(crate) address: String,
    shared: Arc<Mutex<Shared>>,
}

struct Shared {
    mode: Mode,
    door: Door,
    /// Connections that stay open but never get an answer.
    hanging: Vec<Box<dyn Send>>,
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::speaking("http", |stream| stream)
    }

    /// Starts an HTTPS server with the certificate of `authority`.
    pub(crate) fn start_with_tls(authority: &Authority) -> Self {
        let config = authority.server_config();
        Self::speaking("https", move |stream| {
            let connection = ServerConnection::new(config.clone()).unwrap();
            StreamOwned::new(connection, stream)
        })
    }

    fn speaking<S: Read + Write + Send + 'static>(
        scheme: &str,
        accept: impl Fn(TcpStream) -> S + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("{scheme}://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Mutex::new(Shared {
            mode: Mode::Up,
            door: Door::new(),
            hanging: Vec::new(),
        }));
        let served = shared.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (shared, stream) = (served.clone(), accept(stream.unwrap()));
                // Each connection has its own thread, because a scanner that was killed may leave half a request on its
                // connection.
                thread::spawn(move || serve(stream, &shared));
            }
        });
        Self { address, shared }
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap()
    }

    pub(crate) fn set(&self, mode: Mode) {
        self.shared().mode = mode;
    }

    /// Returns the content of a ticket's QR code.
    pub(crate) fn token(&self, ticket: u64) -> String {
        self.shared().door.token(ticket)
    }

    /// Returns the code that is printed below the ticket's QR code.
    #[expect(clippy::unused_self, reason = "reads like the others")]
    pub(crate) fn code(&self, ticket: u64) -> String {
        TicketCode::from_bits(ticket).unwrap().to_string()
    }

    /// Returns the ids of all scans that were synced, in the order of arrival and with repetitions.
    pub(crate) fn synced(&self) -> Vec<String> {
        self.shared().door.synced.clone()
    }

    /// Returns the number of different scans that admitted this ticket.
    pub(crate) fn admissions(&self, ticket: u64) -> usize {
        self.shared().door.scans_of(ticket)
    }

    pub(crate) fn admit_elsewhere(&self, ticket: u64) {
        self.shared().door.admit_elsewhere(ticket);
    }

    pub(crate) fn expire_tokens(&self) {
        self.shared().door.tokens_issued += 1;
    }

    pub(crate) fn wait_until(&self, condition: impl Fn(&Self) -> bool) {
        let deadline = Instant::now() + Duration::from_mins(1);
        while !condition(self) {
            assert!(Instant::now() < deadline, "it does not come to pass");
            thread::sleep(Duration::from_millis(20));
        }
    }
}

fn serve<S: Read + Write + Send + 'static>(mut stream: S, shared: &Mutex<Shared>) -> Option<()> {
    let mode = shared.lock().unwrap().mode;
    if mode == Mode::Drops {
        return None;
    }
    let request = Request::read(&mut stream)?;
    let mut shared = shared.lock().unwrap();
    let (status, answer) = match mode {
        Mode::Hangs => {
            shared.hanging.push(Box::new(stream));
            return None;
        }
        Mode::Unavailable => problem(503),
        Mode::Refuses(status) if status == 401 || !request.signs_in() => problem(status),
        _ => shared.door.answer(&request),
    };
    if mode == Mode::LosesAnswers && request.line.starts_with("POST") {
        return None;
    }
    let body = answer.to_string();
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
    stream.write_all((head + &body).as_bytes()).ok()?;
    stream.flush().ok()
}

pub(crate) fn problem(status: u16) -> (u16, Value) {
    (
        status,
        json!({"type": "/problems/some-kind", "status": status, "detail": "As the test says."}),
    )
}

/// The parts of a request that the test server uses.
pub(crate) struct Request {
    /// Method and path, without the query.
    pub(crate) line: String,
    pub(crate) token: String,
    pub(crate) body: Value,
}

impl Request {
    fn signs_in(&self) -> bool {
        self.line.contains("/v1/auth/")
    }

    fn read(stream: &mut impl Read) -> Option<Self> {
        let mut reader = BufReader::new(stream);
        let mut first = String::new();
        reader.read_line(&mut first).ok()?;
        let mut request = Self {
            line: first.rsplit_once(' ')?.0.split('?').next()?.to_owned(),
            token: String::new(),
            body: Value::Null,
        };
        let mut length = 0;
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).ok()?;
            let Some((name, value)) = line.trim().split_once(": ") else {
                break;
            };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.parse().ok()?,
                "authorization" => value.clone_into(&mut request.token),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        request.body = serde_json::from_slice(&body).unwrap_or_default();
        Some(request)
    }
}
