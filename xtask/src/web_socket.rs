//! The connection below a WebSocket: TCP, with TLS where the address says `wss`.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::time::Duration;

use anyhow::{Context as _, Result};
use rustls::pki_types::ServerName;
use rustls::{ClientConnection, StreamOwned};
use tungstenite::http::Uri;

use crate::problem::problem;
use crate::tls;

/// Where a WebSocket listens.
#[derive(Debug)]
pub(crate) struct Address {
    host: String,
    port: u16,
    is_secure: bool,
}

impl Address {
    /// Reads `ws://…` or `wss://…`.
    ///
    /// # Errors
    /// It is something else.
    pub(crate) fn parse(url: &str) -> Result<Self> {
        let uri = url.parse::<Uri>().ok();
        let parts = uri.as_ref().and_then(|uri| {
            let is_secure = match uri.scheme_str()? {
                "ws" => false,
                "wss" => true,
                _ => return None,
            };
            let port = uri.port_u16().unwrap_or(if is_secure { 443 } else { 80 });
            Some(Self {
                host: uri.host()?.to_owned(),
                port,
                is_secure,
            })
        });
        parts.ok_or_else(|| {
            problem(
                format!("`{url}` is no address of a WebSocket, ws://… or wss://…"),
                "`cargo xtask up` writes wsUrl of stack.json anew",
            )
        })
    }
}

/// A connection.
#[derive(Debug)]
pub(crate) enum Stream {
    Plain(TcpStream),
    Secure(Box<StreamOwned<ClientConnection, TcpStream>>),
}

impl Stream {
    /// A connection on which nothing waits longer than `within`.
    ///
    /// # Errors
    /// Nobody listens there, or TLS cannot be had.
    pub(crate) fn connect(address: &Address, within: Duration) -> Result<Self> {
        let plain = tcp(address, within)?;
        if !address.is_secure {
            return Ok(Self::Plain(plain));
        }
        let name = ServerName::try_from(address.host.clone())
            .with_context(|| format!("`{}` is no name for TLS", address.host))?;
        let session = ClientConnection::new(tls::of_web_socket()?, name).context("TLS")?;
        Ok(Self::Secure(Box::new(StreamOwned::new(session, plain))))
    }

    /// How long a read waits from now on.
    ///
    /// # Errors
    /// The system refuses it.
    pub(crate) fn set_read_timeout(&self, timeout: Duration) -> io::Result<()> {
        let plain = match self {
            Self::Plain(plain) => plain,
            Self::Secure(secure) => &secure.sock,
        };
        plain.set_read_timeout(Some(timeout))
    }
}

fn tcp(address: &Address, within: Duration) -> io::Result<TcpStream> {
    let mut addresses = (address.host.as_str(), address.port).to_socket_addrs()?;
    let first = addresses.next().ok_or(ErrorKind::NotFound)?;
    let stream = TcpStream::connect_timeout(&first, within)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(within))?;
    stream.set_write_timeout(Some(within))?;
    Ok(stream)
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(plain) => plain.read(buffer),
            Self::Secure(secure) => secure.read(buffer),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(plain) => plain.write(buffer),
            Self::Secure(secure) => secure.write(buffer),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(plain) => plain.flush(),
            Self::Secure(secure) => secure.flush(),
        }
    }
}

/// Nothing came in time; a process that was stopped and goes on is told so in between.
pub(crate) fn is_quiet(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_says_the_port_and_whether_there_is_tls() {
        let of = |url: &str| Address::parse(url).map(|a| (a.host, a.port, a.is_secure));
        let local = of("ws://127.0.0.1:4566/_aws/execute-api/a/live").unwrap();
        assert_eq!(local, ("127.0.0.1".to_owned(), 4566, false));
        let aws = of("wss://a1.execute-api.eu-central-1.amazonaws.com/live").unwrap();
        let host = "a1.execute-api.eu-central-1.amazonaws.com".to_owned();
        assert_eq!(aws, (host, 443, true));
        for wrong in ["", "a1", "https://a1/live", "wss:"] {
            assert!(of(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn whoever_listens_without_a_certificate_is_refused() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!(
            "wss://localhost:{}/live",
            listener.local_addr().unwrap().port()
        );
        let answering = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = stream.write_all(b"HTTP/1.1 101 Switching Protocols\r\n\r\n");
        });
        let address = Address::parse(&url).unwrap();
        let mut stream = Stream::connect(&address, Duration::from_secs(5)).unwrap();
        let error = stream
            .write_all(b"GET /live HTTP/1.1\r\n\r\n")
            .and_then(|()| {
                stream.flush()?;
                stream.read(&mut [0; 16])
            });
        answering.join().unwrap();
        assert_eq!(error.unwrap_err().kind(), ErrorKind::InvalidData);
    }
}
