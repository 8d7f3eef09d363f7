//! The functions with what they need of this machine.

use std::{collections::BTreeMap, net::SocketAddr, sync::Arc};

use api::{App, Limits};
use axum::Router;
use bootstrap::{keys::Keys, metrics::Metrics};
use embedded::queue;
use gateway::Gateway;
use notify::{Notify, Transport};
use queues::{Inbox, Queue};
use relay::{Outbox, Parking, Relay, Reminders};
use ticket::Issuer;
use ws_connect::Live;
use ws_push::Push;

use super::{Opened, StartError, reminders::ReminderSchedules};
use crate::{
    follow::{Followers, sources},
    http::{Site, TrustedProxies},
    live::{LiveServer, OpenConnections},
    mail_out::{MailFolder, Smtp},
    metrics::ServerMetrics,
    ports,
    settings::{MailTo, Settings},
};

/// The parts of a server.
#[derive(Debug)]
pub struct Parts {
    /// The HTTP API alone.
    pub router: Router,
    /// What is served.
    pub site: Site,
    /// The WebSocket API of the site.
    pub live: LiveServer,
    /// What follows from writes.
    pub followers: Followers,
    /// The metrics of all of them.
    pub metrics: ServerMetrics,
}

impl Parts {
    /// Puts them together. `address`: where the server listens.
    ///
    /// # Errors
    /// The secret or the place of mails cannot be used.
    pub async fn new(
        opened: &Opened,
        settings: &Settings,
        address: SocketAddr,
    ) -> Result<Self, StartError> {
        let database = Arc::new(opened.database.clone());
        let store = opened.store();
        let producer = ports::producer(&opened.database);
        let consumer = ports::consumer(&opened.database);
        let queue = |name: &str| Queue::new(producer.clone(), name);
        let inbox = |names: &[&str], waits| Inbox::new(consumer.clone(), sources(names), waits);
        let keys = async || Keys::read(opened.secret.clone()).await;
        let connections = OpenConnections::default();
        let server_metrics = ServerMetrics::new(opened.database.clone(), connections.clone());
        let metrics = || Metrics::new(server_metrics.clone());
        let gateway = Gateway::new(Arc::new(connections.clone()));

        let api = api::Settings {
            stage: settings.stage.clone(),
            first_admin: None,
            limits: Limits {
                patience_with_source: settings.patience_with_source,
                most_per_source: settings.most_per_source,
                verified_only: settings.verified_only,
            },
            queues: queues(),
            mail_is_on: true,
        };
        let app = App::with_generations(
            store.clone(),
            database,
            keys().await?,
            metrics(),
            api,
            opened.generations.clone(),
        );
        let live = Live {
            store: store.clone(),
            gateway: gateway.clone(),
            push: queue("push"),
        };
        let live = LiveServer::new(live, connections);
        let proxies = TrustedProxies(settings.trusted_proxies.clone());
        let router = api::router(app);
        let site = Site::new(
            router.clone(),
            live.clone(),
            proxies,
            &settings.allowed_origins,
            server_metrics.clone(),
        );
        let public_url = settings.url.clone();
        let mail = notify::Settings {
            from: Some(settings.from.clone()),
            public_url: public_url.unwrap_or_else(|| format!("http://{address}")),
            sending_rate: settings.sending_rate,
        };
        let schedules = ReminderSchedules(opened.database.schedules());
        let followers = Followers {
            database: opened.database.clone(),
            relay: Relay {
                store: store.clone(),
                parking: Parking(queue("relay-dead-letters")),
                outbox: Outbox {
                    tickets: queue("tickets"),
                    mail: queue("mail"),
                    live: queue("live"),
                    push: queue("push"),
                },
                reminders: Reminders::new(Arc::new(schedules)),
                metrics: metrics(),
            },
            issuer: Issuer {
                store: store.clone(),
                keys: keys().await?,
                metrics: metrics(),
            },
            tickets: inbox(&["tickets"], &[]),
            notify: Notify::new(
                store.clone(),
                keys().await?,
                queue("mail"),
                inbox(&["mail", "feedback"], notify::LONGEST_WAITS),
                transport(opened, settings)?,
                metrics(),
                mail,
            ),
            push: Push {
                store,
                gateway,
                queue: queue("push"),
                metrics: metrics(),
            },
            viewers: inbox(&["live", "push"], ws_push::LONGEST_WAITS),
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

/// The queues as administrators see them: those with dead letters, and the relay's, which come from no queue.
fn queues() -> api::Queues {
    let queue = |url: Option<&str>, dead_letters: &str| api::Queue {
        url: url.map(str::to_owned),
        dead_letter_url: dead_letters.to_owned(),
    };
    let named = queue::ALL.iter().filter_map(|settings| {
        let letters = settings.dead_letters?;
        let seen = queue(Some(settings.name), letters.queue);
        Some((settings.name.to_owned(), seen))
    });
    let mut queues: BTreeMap<_, _> = named.collect();
    queues.insert("relay".to_owned(), queue(None, "relay-dead-letters"));
    api::Queues(queues)
}

/// What takes mails.
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
