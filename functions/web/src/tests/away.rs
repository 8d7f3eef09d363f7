//! Tests of pages while the table is unavailable.

use futures::future::{BoxFuture, FutureExt as _, ready};
use store::Store;
use table::{
    Batch, Delete, Item, Put, Query, QueryPage, Table, TableError, TransactionError, Update, Write,
    WriteError,
};

use super::send;
use crate::{Pages, Settings, router};

/// A table that answers no call.
#[derive(Debug)]
struct Away;

fn away<T: Send + 'static, E: From<TableError> + Send + 'static>()
-> BoxFuture<'static, Result<T, E>> {
    let error = TableError::Unavailable("on purpose".into());
    ready(Err(error.into())).boxed()
}

impl Table for Away {
    fn get(&self, _: Item, _: bool) -> BoxFuture<'_, Result<Option<Item>, TableError>> {
        away()
    }

    fn get_at_once(
        &self,
        _: Vec<Item>,
    ) -> BoxFuture<'_, Result<Vec<Option<Item>>, TransactionError>> {
        away()
    }

    fn get_batch(&self, _: Vec<Item>, _: bool) -> BoxFuture<'_, Result<Batch, TableError>> {
        away()
    }

    fn query(&self, _: Query) -> BoxFuture<'_, Result<QueryPage, TableError>> {
        away()
    }

    fn put(&self, _: Put) -> BoxFuture<'_, Result<(), WriteError>> {
        away()
    }

    fn update(&self, _: Update) -> BoxFuture<'_, Result<Item, WriteError>> {
        away()
    }

    fn delete(&self, _: Delete) -> BoxFuture<'_, Result<Item, WriteError>> {
        away()
    }

    fn transact(&self, _: Vec<Write>) -> BoxFuture<'_, Result<(), TransactionError>> {
        away()
    }
}

#[tokio::test]
async fn a_page_that_cannot_be_shown_says_so_and_how_to_try_again() {
    let store = Store::new(std::sync::Arc::new(Away));
    let router = router(Pages::new(store, fixtures::pictures(), Settings::default()));
    for path in [
        "/?q=a&lang=de",
        "/events/evt_01h455vb4pex5vsknk084sn02q?lang=de",
        "/organizers/usr_01h455vb4pex5vsknk084sn02q?lang=de",
        "/events.ics?lang=de",
        "/sitemap.xml?lang=de",
    ] {
        let answer = send(&router, "GET", path, &[]).await.expect(503);
        answer.assert_contains("Zurzeit nicht erreichbar");
        answer.assert_contains("Noch einmal versuchen");
        answer.assert_contains(&format!("href=\"{}\"", path.replace('&', "&#38;")));
        assert_eq!(answer.header("retry-after"), "1");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert!(!answer.body.contains("on purpose"));
    }
}
