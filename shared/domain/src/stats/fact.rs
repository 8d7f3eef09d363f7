//! Facts. A fact is the contribution of one record of the table's stream to statistics, and is counted once.

use jiff::Timestamp;
use ring::digest::{SHA256, digest};

use super::tally::Tally;

/// The id of a stream record. It is the same each time the record is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FactId([u8; Self::LEN]);

impl FactId {
    /// The number of bytes of a fact's id. Among a million facts of one event and day, two have the same id with a probability
    /// of 3 in 10⁸.
    pub const LEN: usize = 8;

    /// Returns the id of a stream record. The id is made from the record's sequence number and the key of its item. All records
    /// of an item are in one shard of the stream, and a shard never uses a sequence number twice.
    #[must_use]
    pub fn of(pk: &str, sk: &str, sequence_number: &str) -> Self {
        let name = [pk, sk, sequence_number].join("\n");
        let mut id = [0; Self::LEN];
        id.copy_from_slice(&digest(&SHA256, name.as_bytes()).as_ref()[..Self::LEN]);
        Self(id)
    }

    /// Returns the bytes of the id.
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

/// The numbers that a stream record adds to statistics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// The id of the stream record.
    pub id: FactId,
    /// The time of the write that the record reports. It is the same each time the record is delivered.
    pub at: Timestamp,
    /// The numbers that the record adds to statistics.
    pub tally: Tally,
}
