//! Facts: what a record of the table's stream adds to statistics, once.

use jiff::Timestamp;
use ring::digest::{SHA256, digest};

use super::tally::Tally;

/// What a record is known by, however often it is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FactId([u8; Self::LEN]);

impl FactId {
    /// Bytes of an id. Of a million facts of one event and day, two share one with a probability of 3 in 10⁸.
    pub const LEN: usize = 8;

    /// Of the record with this number about the item under this key. An item's records lie in one shard, and a shard gives no
    /// number twice.
    #[must_use]
    pub fn of(pk: &str, sk: &str, sequence_number: &str) -> Self {
        let name = [pk, sk, sequence_number].join("\n");
        let mut id = [0; Self::LEN];
        id.copy_from_slice(&digest(&SHA256, name.as_bytes()).as_ref()[..Self::LEN]);
        Self(id)
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; Self::LEN] {
        &self.0
    }
}

impl From<[u8; FactId::LEN]> for FactId {
    fn from(bytes: [u8; Self::LEN]) -> Self {
        Self(bytes)
    }
}

/// What a record adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// The record.
    pub id: FactId,
    /// When it was written, as the record says: the same at every delivery.
    pub at: Timestamp,
    /// What it adds.
    pub tally: Tally,
}
