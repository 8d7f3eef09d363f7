//! The client of the queues.

use std::{
    ops::Deref,
    sync::{Arc, LazyLock},
};

use aws_sdk_sqs::Client;

/// Made when somebody first asks: only health and dead letters do, and making a client is a tenth of a start.
#[derive(Debug, Clone)]
pub(crate) struct Sqs(Arc<LazyLock<Client, Box<dyn FnOnce() -> Client + Send>>>);

impl Sqs {
    /// One that `make` makes.
    pub(crate) fn new(make: impl FnOnce() -> Client + Send + 'static) -> Self {
        Self(Arc::new(LazyLock::new(Box::new(make))))
    }
}

impl Deref for Sqs {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.0
    }
}
