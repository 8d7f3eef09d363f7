//! The followers, which process writes after they are stored: the relay, which reads the stream, and the consumers of the
//! queues.
//!
//! Each group of followers has its own thread. So drawing the images of tickets, for example, delays neither requests nor the
//! relay.

mod queue;
mod stream;
mod thread;

use std::{sync::Arc, time::Duration};

use embedded::{
    Database,
    queue::{FEEDBACK, LIVE, MAIL, PUSH, TICKETS},
};
use futures::{FutureExt as _, future::LocalBoxFuture};
use notify::Notify;
use queues::{Inbox, Message};
use relay::Relay;
use ticket::Issuer;
use ws_push::Push;

pub use queue::sources;
pub(crate) use stream::FOLLOWER;
pub use thread::Threads;

use queue::Consumer;

/// The maximum time that a batch of the queue `live` or `push` may take. In `template.yaml`, the function `ws-push` has a
/// timeout. This constant is that timeout minus the part that is reserved for the function's answer.
const TIME_OF_PUSH: Duration = Duration::from_millis(2_500);

/// All followers of a server: the relay and the consumers of the queues.
#[derive(Debug)]
pub struct Followers {
    /// The database that contains the stream and the queues.
    pub database: Database,
    /// The relay, which reads the stream.
    pub relay: Relay,
    /// The consumer of the queue `tickets`.
    pub issuer: Issuer,
    /// Gives access to the queue `tickets` and its dead-letter queue.
    pub tickets: Inbox,
    /// The consumer of the queues `mail` and `feedback`.
    pub notify: Notify,
    /// The consumer of the queues `live` and `push`.
    pub push: Push,
    /// Gives access to the queues `live` and `push` and their dead-letter queues.
    pub viewers: Inbox,
}

impl Followers {
    /// Starts all followers. Each group of followers runs on its own thread.
    ///
    /// # Errors
    /// A thread could not be started.
    pub fn start(self) -> std::io::Result<Threads> {
        let Self {
            database,
            relay,
            issuer,
            tickets,
            notify,
            push,
            viewers,
        } = self;
        let mut threads = Threads::default();
        let db = database.clone();
        threads.start("relay", async move |stop| {
            stream::follow(&db, &relay, &stop).await;
        })?;
        let db = database.clone();
        threads.start("tickets", async move |stop| {
            let state = Arc::new((issuer, tickets));
            let consumer = Consumer::new(db, &TICKETS);
            consumer.run(&stop, move |batch| issue(&state, batch)).await;
        })?;
        let db = database.clone();
        threads.start("mail", async move |stop| {
            let notify = Arc::new(notify);
            let serve = |queue| {
                let notify = notify.clone();
                let consumer = Consumer::new(db.clone(), queue);
                let stop = stop.clone();
                async move { consumer.run(&stop, move |batch| send(&notify, batch)).await }
            };
            futures::join!(serve(&MAIL), serve(&FEEDBACK));
        })?;
        let db = database.clone();
        threads.start("push", async move |stop| {
            let state = Arc::new((push, viewers));
            let serve = |queue| {
                let state = state.clone();
                let consumer = Consumer::new(db.clone(), queue);
                let stop = stop.clone();
                async move { consumer.run(&stop, move |batch| tell(&state, batch)).await }
            };
            futures::join!(serve(&LIVE), serve(&PUSH));
        })?;
        threads.start("upkeep", async move |stop| {
            let schedules = database.schedules();
            tokio::select! {
                never = schedules.run() => match never {},
                never = database.maintain() => match never {},
                () = stop.cancelled() => {}
            }
        })?;
        Ok(threads)
    }
}

/// A future that returns the ids of those messages of a batch that could not be processed.
type Failed = LocalBoxFuture<'static, Vec<String>>;

fn issue(state: &Arc<(Issuer, Inbox)>, batch: Vec<Message>) -> Failed {
    let state = state.clone();
    async move { state.0.process(batch, &state.1).await }.boxed_local()
}

fn send(notify: &Arc<Notify>, batch: Vec<Message>) -> Failed {
    let notify = notify.clone();
    async move { notify.process(batch).await }.boxed_local()
}

fn tell(state: &Arc<(Push, Inbox)>, batch: Vec<Message>) -> Failed {
    let state = state.clone();
    async move { state.0.process(batch, &state.1, TIME_OF_PUSH).await }.boxed_local()
}
