//! The followers of writes: the relay behind the stream, and the consumers of the queues.
//!
//! Each group of followers has a thread of its own, so that drawing tickets delays neither requests nor the relay.

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

/// Time of a batch of `live` or `push`: the function's timeout in the template, less the part that is reserved for its answer.
const TIME_OF_PUSH: Duration = Duration::from_millis(2_500);

/// The followers of the stream and the queues.
#[derive(Debug)]
pub struct Followers {
    /// The database, whose stream and queues they follow.
    pub database: Database,
    /// Follows the stream.
    pub relay: Relay,
    /// Serves the queue `tickets`.
    pub issuer: Issuer,
    /// The queue `tickets`, with its dead-letter queue.
    pub tickets: Inbox,
    /// Serves the queues `mail` and `feedback`.
    pub notify: Notify,
    /// Serves the queues `live` and `push`.
    pub push: Push,
    /// The queues `live` and `push`, with their dead-letter queues.
    pub viewers: Inbox,
}

impl Followers {
    /// Starts all followers, each group on a thread of its own.
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

/// The ids of the messages of a batch that failed.
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
