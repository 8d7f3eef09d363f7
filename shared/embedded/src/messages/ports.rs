//! Implements the ports through which the functions use queues.

use std::time::Duration;

use futures::{FutureExt as _, future::BoxFuture};
use queues::{Broker, Consumer, Depth, Message, Outgoing, Producer, QueueError, SendError};

use super::{hide, known, send};
use crate::{Database, error::Error, ledger::Ledger, queue, wake::Wake};

impl Producer for Database {
    fn send<'a>(
        &'a self,
        queue: &'a str,
        messages: Vec<Outgoing>,
    ) -> BoxFuture<'a, Result<(), SendError>> {
        async move {
            let (at, settings) = known(queue)?;
            send::check(settings, &messages)?;
            let work = move |ledger: &mut Ledger<'_>| {
                send::all(ledger, settings, &messages)?;
                ledger.wakes.add(Wake::Queue(at));
                Ok(())
            };
            Ok(self.writer().write::<_, Error, _>(work).await?)
        }
        .boxed()
    }
}

impl Consumer for Database {
    fn hide<'a>(
        &'a self,
        queue: &'a str,
        receipts: Vec<String>,
        time: Duration,
    ) -> BoxFuture<'a, Result<(), SendError>> {
        async move {
            let (at, settings) = known(queue)?;
            let work = move |ledger: &mut Ledger<'_>| {
                ledger.wakes.add(Wake::Queue(at));
                Ok(hide(ledger, settings, &receipts, time)?)
            };
            match self.writer().write::<_, Error, _>(work).await? {
                0 => Ok(()),
                refused => Err(SendError::Refused(refused)),
            }
        }
        .boxed()
    }
}

impl Broker for Database {
    fn receive<'a>(
        &'a self,
        queue: &'a str,
        hidden: Duration,
    ) -> BoxFuture<'a, Result<Vec<Message>, QueueError>> {
        async move {
            let (_, settings) = known(queue)?;
            Ok(self.receive_now(settings, queue::MOST, hidden).await?)
        }
        .boxed()
    }

    fn delete<'a>(
        &'a self,
        queue: &'a str,
        receipt: String,
    ) -> BoxFuture<'a, Result<(), QueueError>> {
        async move { Ok(self.delete_all(queue, vec![receipt]).await?) }.boxed()
    }

    fn depth<'a>(&'a self, queue: &'a str) -> BoxFuture<'a, Result<Depth, QueueError>> {
        async move { Ok(self.view().depth(queue)?) }.boxed()
    }
}
