//! Lists of the log of scans.

use domain::{
    id::EventId,
    text::{DeviceId, Gate},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use table::{Condition, Query, attr};

use super::LoggedScan;
use crate::{
    Page, Store, StoreError,
    attribute::{Item, SK, s, text},
    key,
};

/// The properties that scans must have to be listed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ScanFilter {
    /// The gate at which the scans were made. `Some(None)` lists the scans without a gate; `None` lists scans of all gates.
    pub gate: Option<Option<Gate>>,
    /// The device that made the scans; `None` for all devices.
    pub device_id: Option<DeviceId>,
    /// The result of the scans; `None` for all results.
    pub result: Option<&'static str>,
    /// The earliest time of a listed scan; `None` for no such limit.
    pub from: Option<Timestamp>,
    /// All listed scans were made before this time; `None` for no such limit. If `to` is before `from`, the list is empty.
    pub to: Option<Timestamp>,
}

/// The position in a list of scans at which a page ended. It is the sort key of the last scan that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScanPosition(String);

/// The maximum number of scans that one query reads if the filter omits some of the scans.
const LOOKED_AT_PER_QUERY: usize = 500;
/// The maximum number of queries for one page of a list. If the filter matches very few scans, a page may be short, but it has
/// a cursor for the next page.
const QUERIES_PER_PAGE: usize = 10;

impl Store {
    /// Lists the scans at an event's doors that match the filter, the newest first, after the position `after`. Also returns the
    /// position at which the next page begins.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn list_scans(
        &self,
        event: EventId,
        filter: &ScanFilter,
        limit: usize,
        after: Option<ScanPosition>,
    ) -> Result<(Page<LoggedScan>, Option<ScanPosition>), StoreError> {
        let from = filter.from.unwrap_or(Timestamp::UNIX_EPOCH);
        let to = filter.to.unwrap_or(Timestamp::MAX);
        let mut items: Vec<LoggedScan> = Vec::new();
        // The table refuses a range that ends before it begins. In this case the caller gets an empty list and not an error.
        if from >= to {
            return Ok((Page { items, more: false }, None));
        }
        let condition = condition(filter);
        let looked_at = if condition.is_some() {
            LOOKED_AT_PER_QUERY
        } else {
            limit + 1
        };
        let (first, last) = key::scans_between(from, to);
        let mut query = Query::table(key::event_pk(event))
            .between(first, last)
            .descending()
            .limit(looked_at);
        query.filter = condition;
        let mut last = after;
        for _ in 0..QUERIES_PER_PAGE {
            let start = last
                .as_ref()
                .map(|position| key::scan_at(event, &position.0));
            let found = self.query_page(query.clone().start(start)).await?;
            for item in found.items {
                if items.len() == limit {
                    return Ok((Page { items, more: true }, last));
                }
                last = Some(position(&item)?);
                items.push(serde_dynamo::from_item(item)?);
            }
            let Some(stopped) = found.last_key else {
                return Ok((Page { items, more: false }, None));
            };
            last = Some(position(&stopped)?);
        }
        Ok((Page { items, more: true }, last))
    }
}

/// Returns the condition that a filter makes on the attributes of a scan; `None` if all scans match.
fn condition(filter: &ScanFilter) -> Option<Condition> {
    let gate = filter.gate.as_ref().map(|gate| match gate {
        Some(gate) => attr("gate").equals(s(gate.as_str())),
        None => attr("gate").absent(),
    });
    let device = filter
        .device_id
        .as_ref()
        .map(|device| attr("deviceId").equals(s(device.as_str())));
    let result = filter.result.map(|result| attr("result").equals(s(result)));
    [gate, device, result]
        .into_iter()
        .flatten()
        .reduce(Condition::and)
}

fn position(item: &Item) -> Result<ScanPosition, StoreError> {
    Ok(ScanPosition(text(item, SK)?.to_owned()))
}
