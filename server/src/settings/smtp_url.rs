//! The URL of a mail server, as an operator writes it.

use std::fmt;

use percent_encoding::percent_decode_str;
use secrecy::SecretString;
use url::Url;

/// The encryption of the connection to a mail server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// No encryption.
    None,
    /// TLS from the first byte on (RFC 8314).
    Tls,
    /// TLS after the command STARTTLS (RFC 3207). If the server does not support it, no mail is sent.
    StartTls,
}

/// A mail server, and how to connect to it.
#[derive(Debug, Clone)]
pub struct SmtpServer {
    /// The server's name or IP address.
    pub host: String,
    /// The port of the mail server.
    pub port: u16,
    /// The encryption of the connection.
    pub encryption: Encryption,
    /// The user and the password; `None` if the server requires no login.
    pub login: Option<(String, SecretString)>,
}

impl SmtpServer {
    /// Parses a URL that begins with `smtp://`, `smtps://` or `smtp+starttls://`. A URL `smtp://` with `?tls=required` means
    /// STARTTLS, because other programs write it in this way.
    ///
    /// # Errors
    /// The text is not such a URL. The text of the error does not contain the password.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let wrong = || {
            "must be an address such as smtps://user:password@mail.example.org or \
             smtp+starttls://user:password@mail.example.org:587"
                .to_owned()
        };
        let url = Url::parse(text).map_err(|_| wrong())?;
        let (encryption, port) = match (url.scheme(), url.query()) {
            ("smtps", None) => (Encryption::Tls, 465),
            ("smtp+starttls", None) | ("smtp", Some("tls=required")) => (Encryption::StartTls, 587),
            ("smtp", None) => (Encryption::None, 25),
            _ => return Err(wrong()),
        };
        let is_bare = ["", "/"].contains(&url.path()) && url.fragment().is_none();
        let host = url.host_str().filter(|host| is_bare && !host.is_empty());
        let decoded = |part: &str| {
            let text = percent_decode_str(part).decode_utf8();
            text.map(std::borrow::Cow::into_owned).map_err(|_| wrong())
        };
        let login = match (url.username(), url.password()) {
            ("", None) => None,
            ("", Some(_)) => return Err("has a password and no user".to_owned()),
            (_, None) => return Err("has a user and no password".to_owned()),
            (user, Some(password)) => Some((decoded(user)?, decoded(password)?.into())),
        };
        Ok(Self {
            // A literal IPv6 address has brackets only in a URL, so they are removed.
            host: host.ok_or_else(wrong)?.trim_matches(['[', ']']).to_owned(),
            port: url.port().unwrap_or(port),
            encryption,
            login,
        })
    }
}

impl PartialEq for SmtpServer {
    fn eq(&self, other: &Self) -> bool {
        self.to_string() == other.to_string()
    }
}

impl Eq for SmtpServer {}

/// Formats the URL without the password.
impl fmt::Display for SmtpServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = match self.encryption {
            Encryption::None => "smtp",
            Encryption::Tls => "smtps",
            Encryption::StartTls => "smtp+starttls",
        };
        let user = self.login.as_ref().map(|(user, _)| format!("{user}@"));
        let (user, host, port) = (user.unwrap_or_default(), &self.host, self.port);
        write!(f, "{scheme}://{user}{host}:{port}")
    }
}
