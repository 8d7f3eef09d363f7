//! A connection to the mail server.

use std::{fmt, time::Duration};

use lettre::{
    Address,
    transport::smtp::{
        Error,
        authentication::{Credentials, DEFAULT_MECHANISMS},
        client::{AsyncSmtpConnection, TlsParameters},
        commands::{Data, Mail, Rcpt, Rset},
        extension::{ClientId, Extension, MailBodyParameter, MailParameter},
    },
};
use notify::Refusal;
use secrecy::ExposeSecret as _;

use super::verdict::{Phase, refusal};
use crate::settings::{Encryption, SmtpServer};

/// The maximum time that the mail server may take to accept a new connection.
const TIME_TO_CONNECT: Duration = Duration::from_secs(10);

/// Opens connections to the mail server.
pub(super) struct Dialler {
    server: SmtpServer,
    name: ClientId,
    /// The settings of TLS; `None` if connections are not encrypted.
    tls: Option<TlsParameters>,
}

impl fmt::Debug for Dialler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Dialler({})", self.server)
    }
}

impl Dialler {
    pub(super) fn new(server: SmtpServer, name: &str) -> Result<Self, Error> {
        let tls = match server.encryption {
            Encryption::None => None,
            Encryption::Tls | Encryption::StartTls => {
                Some(TlsParameters::new_rustls(server.host.clone())?)
            }
        };
        Ok(Self {
            server,
            name: ClientId::Domain(name.to_owned()),
            tls,
        })
    }

    /// Opens a connection, encrypts it and signs in, as the settings require.
    ///
    /// # Errors
    /// The connection was refused or failed. No mail was sent.
    pub(super) async fn connect(&self) -> Result<Connection, Refusal> {
        let begun = |error| refusal(Phase::Greeting, error);
        let server = (self.server.host.as_str(), self.server.port);
        let at_once = self
            .tls
            .clone()
            .filter(|_| self.server.encryption == Encryption::Tls);
        let connected = AsyncSmtpConnection::connect_tokio1(
            server,
            Some(TIME_TO_CONNECT),
            &self.name,
            at_once,
            None,
        );
        let mut connection = connected.await.map_err(begun)?;
        if let (Encryption::StartTls, Some(tls)) = (self.server.encryption, &self.tls) {
            let encrypted = connection.starttls(tls.clone(), &self.name).await;
            encrypted.map_err(begun)?;
        }
        if let Some((user, password)) = &self.server.login {
            let password = password.expose_secret().to_owned();
            let credentials = Credentials::new(user.clone(), password);
            let signed_in = connection.auth(DEFAULT_MECHANISMS, &credentials).await;
            signed_in.map_err(|error| refusal(Phase::Login, error))?;
        }
        Ok(Connection(connection))
    }
}

/// A connection to the mail server that is ready for the next mail.
pub(super) struct Connection(AsyncSmtpConnection);

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connection")
    }
}

impl Connection {
    /// Announces a mail, and waits until the server requests the mail's content.
    ///
    /// # Errors
    /// Returns the command that failed. The content of the mail was not sent.
    pub(super) async fn announce(
        &mut self,
        from: &Address,
        to: &Address,
        bytes: &[u8],
    ) -> Result<(), (Phase, Error)> {
        let takes_8_bits = self
            .0
            .server_info()
            .supports_feature(Extension::EightBitMime);
        let body = (!bytes.is_ascii() && takes_8_bits)
            .then_some(MailParameter::Body(MailBodyParameter::EightBitMime));
        let mail = Mail::new(Some(from.clone()), body.into_iter().collect());
        let failed = |phase| move |error| (phase, error);
        self.0.command(mail).await.map_err(failed(Phase::Sender))?;
        let recipient = Rcpt::new(to.clone(), Vec::new());
        let taken = self.0.command(recipient).await;
        taken.map_err(failed(Phase::Recipient))?;
        let asked = self.0.command(Data).await;
        asked.map_err(failed(Phase::Announcement)).map(|_| ())
    }

    /// Sends the content of a mail. Returns the server's answer, which often contains the id that the server gave to the mail.
    ///
    /// # Errors
    /// The server refused the content, or did not answer.
    pub(super) async fn content(&mut self, bytes: &[u8]) -> Result<String, Error> {
        let answer = self.0.message(bytes).await?;
        Ok(answer.first_line().unwrap_or_default().to_owned())
    }

    /// Makes the connection ready for the next mail. Returns whether it is ready.
    pub(super) async fn reset(&mut self) -> bool {
        self.0.command(Rset).await.is_ok()
    }
}
