//! Runs a server, from its start to its stop.

mod parts;
mod reminders;
mod stop;

use std::{
    io::{self, Write as _},
    net::{SocketAddr, TcpListener},
};

use axum::Router;
use bootstrap::{clock, error_chain::ErrorChain};
use tokio::net::UnixListener;
use tokio_util::sync::CancellationToken;

use crate::{
    control, demo,
    files::{PRIVATE, write_whole},
    folder::Folder,
    follow::Threads,
    http::{HttpServer, Site, bind},
    live::LiveServer,
    metrics::MetricsServer,
    opened::Opened,
    operations::Running,
    settings::{MailTo, Settings},
    start_error::StartError,
};

pub use parts::Parts;
pub use stop::TIME_TO_STOP;

/// A server that has started, but does not answer requests yet.
#[derive(Debug)]
pub struct Host {
    opened: Opened,
    router: Router,
    live: LiveServer,
    site: Site,
    metrics: MetricsServer,
    followers: Threads,
    listener: TcpListener,
    metrics_listener: Option<TcpListener>,
    control: UnixListener,
    address: SocketAddr,
    /// Hints for the operator, which the server logs as soon as it answers requests.
    hints: Vec<String>,
}

impl Host {
    /// Starts all parts of a server. The server answers no request until [`Self::run`] is called.
    ///
    /// # Errors
    /// An address is in use, the data folder cannot be used, or the socket for commands cannot be made.
    pub async fn start(settings: Settings) -> Result<Self, StartError> {
        let listening = |address| bind(address).map_err(|error| StartError::Listen(address, error));
        let listener = listening(settings.listen)?;
        let metrics_listener = settings.metrics.map(listening).transpose()?;
        let address = listener.local_addr()?;
        let opened = Opened::open(Folder::at(&settings.data))?;
        let control = control::listen(&opened.folder)
            .map_err(|error| StartError::Control(opened.folder.control(), error))?;
        let parts = Parts::new(&opened, &settings, address).await?;
        let hints = hints(&opened, &settings, &parts.router, address).await?;
        let metrics = MetricsServer {
            metrics: parts.metrics,
        };
        Ok(Self {
            router: parts.router,
            live: parts.live,
            site: parts.site,
            metrics,
            followers: parts.followers.start()?,
            opened,
            listener,
            metrics_listener,
            control,
            address,
            hints,
        })
    }

    /// Returns the URL of the address on which the server listens.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the open data folder.
    #[must_use]
    pub fn opened(&self) -> &Opened {
        &self.opened
    }

    /// Serves requests until a signal asks the process to stop. Then ends all parts in order, within [`TIME_TO_STOP`].
    ///
    /// # Errors
    /// The operating system refuses a resource, or the file with the server's URL cannot be written.
    pub async fn run(self) -> Result<(), StartError> {
        let url = self.url();
        let stop = CancellationToken::new();
        let requested = stop::requested()?;
        let server = HttpServer {
            site: self.site,
            listener: tokio::net::TcpListener::from_std(self.listener)?,
        };
        let serving = tokio::spawn(server.run(stop.clone()));
        if let Some(listener) = self.metrics_listener {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            tokio::spawn(self.metrics.run(listener, stop.clone()));
        }
        let running = Running {
            url: url.clone(),
            router: self.router,
            live: self.live.clone(),
            since: clock::now(),
        };
        let folder = self.opened.folder.clone();
        let opened = self.opened.clone();
        tokio::spawn(control::serve(self.control, opened, running, stop.clone()));
        let address = folder.address();
        let written = write_whole(&address, url.as_bytes(), PRIVATE);
        written.map_err(|error| StartError::File(address.clone(), error))?;
        say(&url);
        tracing::info!(url, "started");
        for hint in self.hints {
            tracing::info!("{hint}");
        }
        requested.await;
        tracing::info!("stopping");
        for gone in [address, folder.control()] {
            let _ = std::fs::remove_file(gone);
        }
        stop.cancel();
        stop::in_order(serving, &self.live, self.followers, &self.opened.database).await;
        tracing::info!("stopped");
        Ok(())
    }
}

/// Creates the demonstration if the settings require it. Returns the hints that a starting server gives to its operator.
async fn hints(
    opened: &Opened,
    settings: &Settings,
    router: &Router,
    address: SocketAddr,
) -> Result<Vec<String>, StartError> {
    let mut hints = vec![pages_hint(settings, address)];
    if settings.url.is_none() {
        hints.extend(url_hint(!settings.trusted_proxies.is_empty(), address));
    }
    let store = opened.store();
    if settings.demo {
        let filled = demo::fill(&store, router, &opened.folder).await;
        hints.push(
            filled.map_err(StartError::Demo)?.unwrap_or_else(|| {
                "there are accounts already: no demonstration is made".to_owned()
            }),
        );
    }
    let data = settings.data.display();
    if !store.has_admin().await.map_err(StartError::Table)? {
        hints.push(format!(
            "there is no administrator yet; make one: em-connect admin --data {data} --email you@example.org"
        ));
    }
    if settings.mail == MailTo::Folder {
        let mail = opened.folder.mail();
        hints.push(format!(
            "no mail leaves this machine: mails are files in {}",
            mail.display()
        ));
    }
    Ok(hints)
}

/// Returns the hint about the pages: their address, or what is missing of them.
fn pages_hint(settings: &Settings, address: SocketAddr) -> String {
    let url = settings.url.clone();
    let url = url.unwrap_or_else(|| format!("http://{address}"));
    if web::has_app() {
        format!("the pages are at {url}/")
    } else {
        format!(
            "the pages are at {url}/, but those for accounts, organizers and doors are missing: this program was built \
             without Node 20"
        )
    }
}

/// Returns the hint that no setting names the public URL; `None` if only this machine reaches the server.
fn url_hint(has_proxies: bool, address: SocketAddr) -> Option<String> {
    let is_reached = has_proxies || !address.ip().is_loopback();
    is_reached.then(|| {
        format!(
            "no `url` is set: links in mails begin with http://{address}, pages and feeds with the host that each request \
             names, and no cache may share them; set `--url https://…`"
        )
    })
}

/// Prints the server's URL for the process that started the server. A failure to print is ignored, because that process may
/// have closed the pipe.
fn say(url: &str) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "listening on {url}").and_then(|()| out.flush());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_others_reach_should_know_its_url() {
        let hint = |has_proxies, address: &str| url_hint(has_proxies, address.parse().unwrap());
        assert_eq!(hint(false, "127.0.0.1:8080"), None);
        assert_eq!(hint(false, "[::1]:8080"), None);
        for (has_proxies, address) in [
            (true, "127.0.0.1:8080"),
            (false, "0.0.0.0:8080"),
            (false, "192.0.2.1:80"),
        ] {
            let hint = hint(has_proxies, address).unwrap();
            assert!(hint.contains(&format!("http://{address},")), "{hint}");
        }
    }
}
