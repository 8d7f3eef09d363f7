//! Connects the functions with the database, the queues and the transports of this machine.

use std::{collections::BTreeMap, net::SocketAddr, sync::Arc};

use api::{App, Limits};
use axum::Router;
use bootstrap::{keys::Keys, metrics::Metrics};
use embedded::queue;
use gateway::Gateway;
use notify::{Notify, Transport};
use pictures::Pictures;
use queues::{Inbox, Queue};
use relay::{Outbox, Parking, Relay, Reminders};
use store::Store;
use ticket::Issuer;
use web::Pages;
use ws_connect::Live;
use ws_push::Push;

use super::reminders::ReminderSchedules;
use crate::{
    follow::{Followers, sources},
    http::{Site, TrustedProxies},
    live::{LiveServer, OpenConnections},
    mail_out::{MailFolder, Smtp},
    metrics::ServerMetrics,
    opened::Opened,
    ports,
    settings::{MailTo, Settings},
    start_error::StartError,
};

/// The parts of a server, connected with each other.
#[derive(Debug)]
pub struct Parts {
    /// The router of the HTTP API. It does not include the HTTP work that `site` does before and after the router.
    pub router: Router,
    /// The HTTP API, the WebSocket API and the pages, as clients reach them at the server's address.
    pub site: Site,
    /// The WebSocket API, which is also a part of the site.
    pub live: LiveServer,
    /// The followers, which process writes after they are stored.
    pub followers: Followers,
    /// The metrics of all parts.
    pub metrics: ServerMetrics,
}

impl Parts {
    /// Connects the parts of a server. `address` is the address on which the server listens.
    ///
    /// # Errors
    /// The secret cannot be read, or the folder or the server for mails cannot be used.
    pub async fn new(
        opened: &Opened,
        settings: &Settings,
        address: SocketAddr,
    ) -> Result<Self, StartError> {
        let database = Arc::new(opened.database.clone());
        let store = opened.store();
        let producer = ports::producer(&opened.database);
        let consumer = ports::consumer(&opened.database);
        let queue = |queue: &queue::Settings| Queue::new(producer.clone(), queue.name);
        let inbox = |queues: &[queue::Settings], waits| {
            Inbox::new(consumer.clone(), sources(queues), waits)
        };
        let keys = Keys::read(opened.secret.clone()).await?;
        let connections = OpenConnections::default();
        let server_metrics = ServerMetrics::new(opened.database.clone(), connections.clone());
        let metrics = || Metrics::new(server_metrics.clone());
        let gateway = Gateway::new(Arc::new(connections.clone()));

        let pictures = Pictures::new(ports::objects(&opened.database));
        let app = App::with_generations(
            store.clone(),
            database.clone(),
            pictures.clone(),
            keys.clone(),
            metrics(),
            api_settings(settings),
            opened.generations.clone(),
        );
        let live = Live {
            store: store.clone(),
            gateway: gateway.clone(),
            push: queue(&queue::PUSH),
        };
        let live = LiveServer::new(live, connections);
        let proxies = TrustedProxies(settings.trusted_proxies.clone());
        let router = api::router(app);
        let site = Site::new(
            router.clone(),
            pages(store.clone(), pictures.clone(), settings),
            live.clone(),
            proxies,
            &settings.allowed_origins,
            server_metrics.clone(),
        );
        let public_url = settings.url.clone();
        let mail = notify::Settings {
            from: Some(settings.from.clone()),
            public_url: public_url.unwrap_or_else(|| format!("http://{address}")),
            pages: linked_pages(settings, address),
            sending_rate: settings.sending_rate,
        };
        let schedules = ReminderSchedules(opened.database.schedules());
        let followers = Followers {
            database: opened.database.clone(),
            relay: Relay {
                store: store.clone(),
                parking: Parking(queue(&queue::RELAY_DEAD_LETTERS)),
                outbox: Outbox {
                    tickets: queue(&queue::TICKETS),
                    mail: queue(&queue::MAIL),
                    live: queue(&queue::LIVE),
                    push: queue(&queue::PUSH),
                },
                pictures: pictures.clone(),
                reminders: Reminders::new(Arc::new(schedules)),
                metrics: metrics(),
            },
            issuer: Issuer {
                store: store.clone(),
                keys: keys.clone(),
                metrics: metrics(),
            },
            tickets: inbox(&[queue::TICKETS], &[]),
            notify: Notify::new(
                store.clone(),
                keys,
                queue(&queue::MAIL),
                inbox(&[queue::MAIL, queue::FEEDBACK], notify::LONGEST_WAITS),
                transport(opened, settings)?,
                metrics(),
                mail,
            ),
            push: Push {
                store,
                gateway,
                queue: queue(&queue::PUSH),
                metrics: metrics(),
            },
            viewers: inbox(&[queue::LIVE, queue::PUSH], ws_push::LONGEST_WAITS),
        };
        Ok(Self {
            router,
            site,
            live,
            followers,
            metrics: server_metrics,
        })
    }
}

/// Returns the settings of the API.
fn api_settings(settings: &Settings) -> api::Settings {
    api::Settings {
        stage: settings.stage.clone(),
        first_admin: None,
        limits: Limits {
            patience_with_source: settings.patience_with_source,
            most_per_source: settings.most_per_source,
            verified_only: settings.verified_only,
        },
        queues: queues(),
        mail_is_on: true,
    }
}

/// Returns the router of the pages. If no setting names the public URL, each request does, in its header `Host`.
fn pages(store: Store, pictures: Pictures, settings: &Settings) -> Router {
    let settings = web::Settings {
        public_url: settings.url.clone(),
        live_url: None,
    };
    web::router(Pages::new(store, pictures, settings))
}

/// Returns the pages to which mails link; `None` if the program has no app. If no setting names the public URL, people on this
/// machine reach the pages at the address on which the server listens. If the server listens on all addresses of the machine, no
/// address is known.
fn linked_pages(settings: &Settings, address: SocketAddr) -> Option<mail::Pages> {
    let url = settings.url.clone();
    let url = url.or_else(|| (!address.ip().is_unspecified()).then(|| format!("http://{address}")));
    url.filter(|_| web::has_app())?.parse().ok()
}

/// Returns the queues that administrators see: every queue that has a dead-letter queue, and an entry for the relay. The relay
/// has a dead-letter queue, but no queue of its own.
fn queues() -> api::Queues {
    let seen = |url: Option<&str>, dead_letters: &str| api::Queue {
        url: url.map(str::to_owned),
        dead_letter_url: dead_letters.to_owned(),
    };
    let named = queue::ALL.iter().filter_map(|settings| {
        let letters = settings.dead_letters?;
        let queue = seen(Some(settings.name), letters.queue);
        Some((settings.name.to_owned(), queue))
    });
    let mut queues: BTreeMap<_, _> = named.collect();
    let relay = seen(None, queue::RELAY_DEAD_LETTERS.name);
    queues.insert("relay".to_owned(), relay);
    api::Queues(queues)
}

/// Returns the transport that sends mails: a folder or a mail server.
fn transport(opened: &Opened, settings: &Settings) -> Result<Arc<dyn Transport>, StartError> {
    match &settings.mail {
        MailTo::Folder => {
            let path = opened.folder.mail();
            let folder = MailFolder::open(path.clone());
            let folder = folder.map_err(|error| StartError::File(path, error))?;
            Ok(Arc::new(folder))
        }
        MailTo::Smtp(server) => {
            let from = settings.from.identity();
            let name = from.rsplit('@').next().unwrap_or_default();
            let smtp = Smtp::new(server.clone(), name).map_err(StartError::Mail)?;
            Ok(Arc::new(smtp))
        }
    }
}
