//! Sends mails by SMTP (RFC 5321).
//!
//! A mail is sent command by command. If sending fails before the content is sent, the mail was certainly not delivered. If
//! sending fails later, only the server's answer shows whether the mail was delivered.

mod connection;
mod verdict;

#[cfg(test)]
pub(super) mod tests;

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use futures::{FutureExt as _, future::BoxFuture};
use lettre::{Address, transport::smtp::Error};
use notify::{Accepted, RawMail, Refusal, Transport};
use tokio::{sync::Semaphore, time::timeout};

use crate::settings::SmtpServer;
use connection::{Connection, Dialler};
use verdict::{Phase, refusal};

/// The greatest number of concurrent connections to the mail server.
const CONNECTIONS: usize = 4;
/// The time for which an unused connection is kept open. Mail servers close unused connections after some minutes.
const IDLE: Duration = Duration::from_secs(30);
/// The maximum time that a mail may wait until the mail server requests its content. This includes the wait for a free
/// connection.
const TIME_TO_DATA: Duration = Duration::from_secs(20);
/// The maximum time that the transport may take to send a mail's content and to receive the mail server's answer to it.
const TIME_OF_DATA: Duration = Duration::from_secs(30);
/// The maximum time that a connection may take to become ready for the next mail after a refusal. The sum of [`TIME_TO_DATA`],
/// [`TIME_OF_DATA`] and this time is less than the lease of a mail's claim.
const TIME_TO_RESET: Duration = Duration::from_secs(5);

/// A transport to a mail server. It keeps a few connections open between mails.
#[derive(Debug)]
pub struct Smtp {
    dialler: Dialler,
    permits: Semaphore,
    idle: Mutex<Vec<(Connection, Instant)>>,
}

/// The error if the mail server did not answer in time.
#[derive(Debug, thiserror::Error)]
#[error("the mail server did not answer in time")]
struct TooLate;

/// A refusal of a mail, and the connection on which the server refused it, if there was one.
struct Refused {
    refusal: Refusal,
    connection: Option<Connection>,
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self {
            refusal,
            connection: None,
        }
    }
}

impl Smtp {
    /// Returns the transport to `server`. `name` is the name with which this machine greets the server.
    ///
    /// # Errors
    /// The certificates of this machine cannot be used.
    pub fn new(server: SmtpServer, name: &str) -> Result<Self, Error> {
        Ok(Self {
            dialler: Dialler::new(server, name)?,
            permits: Semaphore::new(CONNECTIONS),
            idle: Mutex::default(),
        })
    }

    async fn send_mail(&self, mail: RawMail<'_>) -> Result<Accepted, Refusal> {
        let message = mail.message;
        let address = |text: &str| text.parse().map_err(|error| Refusal::Mail(Box::new(error)));
        let (from, to): (Address, Address) = (address(&message.from)?, address(&message.to)?);
        let announced = async {
            let permit = self.permits.acquire().await;
            let permit = permit.map_err(|error| Refusal::NotSent(error.into()))?;
            let announced = self.announce(&from, &to, &message.bytes).await;
            Ok::<_, Refusal>((permit, announced))
        };
        let Ok(announced) = timeout(TIME_TO_DATA, announced).await else {
            return Err(Refusal::NotSent(TooLate.into()));
        };
        let (_permit, announced) = announced?;
        let mut connection = match announced {
            Ok(connection) => connection,
            Err(refused) => return Err(self.restore(refused).await),
        };
        match timeout(TIME_OF_DATA, connection.content(&message.bytes)).await {
            Ok(Ok(id)) => {
                self.keep(connection);
                Ok(Accepted { id })
            }
            Ok(Err(error)) => {
                let refused = Refused {
                    refusal: refusal(Phase::Content, error),
                    connection: Some(connection),
                };
                Err(self.restore(refused).await)
            }
            Err(_) => Err(Refusal::Unknown(TooLate.into())),
        }
    }

    /// Announces a mail, and returns the connection on which the server waits for the content. If the server has closed a kept
    /// connection, opens a new one.
    async fn announce(
        &self,
        from: &Address,
        to: &Address,
        bytes: &[u8],
    ) -> Result<Connection, Refused> {
        let refused = |connection, phase, error| Refused {
            refusal: refusal(phase, error),
            connection: Some(connection),
        };
        if let Some(mut kept) = self.kept() {
            match kept.announce(from, to, bytes).await {
                Ok(()) => return Ok(kept),
                Err((phase, error)) if error.status().is_some() => {
                    return Err(refused(kept, phase, error));
                }
                Err(_) => {}
            }
        }
        let mut made = self.dialler.connect().await?;
        match made.announce(from, to, bytes).await {
            Ok(()) => Ok(made),
            Err((phase, error)) => Err(refused(made, phase, error)),
        }
    }

    /// Returns a connection that was kept and was used recently; `None` if there is none.
    fn kept(&self) -> Option<Connection> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|(_, since)| since.elapsed() < IDLE);
        idle.pop().map(|(connection, _)| connection)
    }

    fn keep(&self, connection: Connection) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.push((connection, Instant::now()));
    }

    /// Keeps the connection of a refused mail if the server refused only this mail or this address, and if the connection
    /// becomes ready for the next mail in time. Returns the refusal.
    async fn restore(&self, refused: Refused) -> Refusal {
        let serves_on = matches!(refused.refusal, Refusal::Address(_) | Refusal::Mail(_));
        if let Some(mut connection) = refused.connection.filter(|_| serves_on)
            && let Ok(true) = timeout(TIME_TO_RESET, connection.reset()).await
        {
            self.keep(connection);
        }
        refused.refusal
    }
}

impl Transport for Smtp {
    fn send<'a>(&'a self, mail: RawMail<'a>) -> BoxFuture<'a, Result<Accepted, Refusal>> {
        self.send_mail(mail).boxed()
    }
}
