//! The modelled table: items on partitions with limits, transactions that hold their items until the commit, and a stream.

mod call;

use std::{
    collections::{HashMap, HashSet, VecDeque},
    time::Duration,
};

use domain::seats::availability::BucketCounts;

use super::{
    agenda::Time,
    item::{Item, Key, Write},
    model::Model,
    partition::{Partition, TokenBucket},
};
pub(crate) use call::{Call, Counted, Receipt, Record, Reply};

/// The modelled table, with its partitions and its stream.
#[derive(Debug)]
pub(crate) struct Table {
    items: HashMap<Key, Item>,
    partitions: Vec<Partition>,
    seats_on: u64,
    users_on: u64,
    salt: u64,
    cancelled_units: u32,
    short_waits: bool,
    held: HashSet<Key>,
    prepared: HashMap<u64, Vec<(Key, Write)>>,
    committed: HashSet<u64>,
    /// The records of bucket writes, for each partition.
    pub(crate) stream: Vec<VecDeque<Record>>,
    /// The partitions with new records for which no poll of the relay is scheduled yet.
    pub(crate) streamed: Vec<usize>,
    /// The numbers of calls that failed so far, by the reason of the failure.
    pub(crate) counted: Counted,
    units: (u32, u32),
}

impl Table {
    /// Creates an empty table.
    pub(crate) fn new(model: &Model) -> Self {
        let burst = Duration::from_secs_f64(model.burst_seconds);
        let partition = Partition {
            writes: TokenBucket::new(model.write_units, burst),
            reads: TokenBucket::new(model.read_units, burst),
        };
        let (seats_on, users_on) = (model.partitions, model.users_on());
        let partitions = vec![partition; (seats_on + users_on) as usize];
        Self {
            items: HashMap::new(),
            stream: vec![VecDeque::new(); partitions.len()],
            partitions,
            seats_on: seats_on.into(),
            users_on: users_on.into(),
            salt: mixed(model.seed),
            cancelled_units: model.cancelled_units,
            short_waits: model.short_waits,
            held: HashSet::new(),
            prepared: HashMap::new(),
            committed: HashSet::new(),
            streamed: Vec::new(),
            counted: Counted::default(),
            units: (0, 0),
        }
    }

    /// Adds an item before the simulation begins.
    pub(crate) fn lay_out(&mut self, key: Key, item: Item) {
        self.items.insert(key, item);
    }

    /// Returns an item in its current state.
    pub(crate) fn item(&self, key: Key) -> Option<&Item> {
        self.items.get(&key)
    }

    /// Returns all items.
    pub(crate) fn items(&self) -> impl Iterator<Item = (&Key, &Item)> {
        self.items.iter()
    }

    /// Returns how many write units and how many read units were spent so far.
    pub(crate) fn units(&self) -> (u32, u32) {
        self.units
    }

    /// Returns the index of the partition that holds an item.
    pub(crate) fn partition(&self, key: Key) -> usize {
        let (kind, no) = match key {
            Key::Event | Key::Availability => (1, 0),
            Key::Bucket(no) => (2, u64::from(no)),
            Key::Counter(no) => (3, u64::from(no)),
            Key::Registration(person) => (4, u64::from(person)),
        };
        let hash = mixed(self.salt ^ mixed(kind << 40 | no));
        let partition = match key {
            Key::Registration(_) if self.users_on > 0 => self.seats_on + hash % self.users_on,
            _ => hash % self.seats_on,
        };
        usize::try_from(partition).unwrap_or(0)
    }

    /// Processes a call that has reached the table.
    pub(crate) fn take(&mut self, now: Time, call: &Call) -> Receipt {
        match call {
            Call::Read(keys) => Receipt::Now(self.read(now, keys)),
            Call::Write(key, write) => Receipt::Now(self.write(now, *key, write)),
            Call::Transact(token, writes) => self.prepare(now, *token, writes),
        }
    }

    fn read(&mut self, now: Time, keys: &[Key]) -> Reply {
        let spent = keys.iter().map(|key| {
            let units = self.items.get(key).map_or(1, Item::read_units);
            (self.partition(*key), units)
        });
        let spent: Vec<_> = spent.collect();
        if !spent
            .iter()
            .all(|(at, _)| self.partitions[*at].reads.admits(now))
        {
            self.counted.throttled += 1;
            return Reply::Throttled;
        }
        for (at, units) in spent {
            self.partitions[at].reads.spend(units);
            self.units.1 += units;
        }
        Reply::Items(
            keys.iter()
                .map(|key| self.items.get(key).cloned())
                .collect(),
        )
    }

    fn write(&mut self, now: Time, key: Key, write: &Write) -> Reply {
        let units = self.write_units(key);
        if !self.charge(now, &[(self.partition(key), units)]) {
            return Reply::Throttled;
        }
        if self.held.contains(&key) {
            self.counted.conflicts += 1;
            return Reply::Conflict;
        }
        if !write.holds(self.items.get(&key)) {
            self.counted.refused += 1;
            return Reply::Refused(vec![self.items.get(&key).cloned()]);
        }
        Reply::Written(self.perform(now, key, write))
    }

    /// Prepares a transaction. Cancels it if a partition's limit does not admit it, if it conflicts, or if a condition fails.
    fn prepare(&mut self, now: Time, token: u64, writes: &[(Key, Write)]) -> Receipt {
        if self.committed.contains(&token) {
            return Receipt::Now(Reply::Written(0));
        }
        let conflict = writes.iter().any(|(key, _)| self.held.contains(key));
        let holds = |(key, write): &(Key, Write)| write.holds(self.items.get(key));
        let refused = !writes.iter().all(holds);
        let each = if conflict || refused {
            self.cancelled_units
        } else {
            2
        };
        let spent: Vec<_> = writes
            .iter()
            .map(|(key, _)| (self.partition(*key), each * self.write_units(*key)))
            .collect();
        if !self.charge(now, &spent) {
            return Receipt::Now(if self.short_waits {
                Reply::Conflict
            } else {
                Reply::Throttled
            });
        }
        if conflict {
            self.counted.conflicts += 1;
            return Receipt::Now(Reply::Conflict);
        }
        if refused {
            self.counted.refused += 1;
            let seen = |(key, write): &(Key, Write)| {
                let item = self.items.get(key);
                if write.holds(item) {
                    None
                } else {
                    item.cloned()
                }
            };
            return Receipt::Now(Reply::Refused(writes.iter().map(seen).collect()));
        }
        self.held.extend(writes.iter().map(|(key, _)| *key));
        self.prepared.insert(token, writes.to_vec());
        Receipt::Prepared(token)
    }

    /// Commits a transaction. The conditions are still met, because nobody else could write the items since they were checked.
    pub(crate) fn commit(&mut self, now: Time, token: u64) -> Reply {
        for (key, write) in self.prepared.remove(&token).unwrap_or_default() {
            self.held.remove(&key);
            self.perform(now, key, &write);
        }
        self.committed.insert(token);
        Reply::Written(0)
    }

    fn write_units(&self, key: Key) -> u32 {
        self.items.get(&key).map_or(1, Item::write_units)
    }

    /// Spends units on each partition. Spends nothing and returns false if a partition's limit does not admit the write.
    fn charge(&mut self, now: Time, spent: &[(usize, u32)]) -> bool {
        if !spent
            .iter()
            .all(|(at, _)| self.partitions[*at].writes.admits(now))
        {
            self.counted.throttled += 1;
            return false;
        }
        for (at, units) in spent {
            self.partitions[*at].writes.spend(*units);
            self.units.0 += units;
        }
        true
    }

    /// Writes an item. If the item is a bucket, adds a record to the stream, and returns the bucket's revision.
    fn perform(&mut self, now: Time, key: Key, write: &Write) -> u64 {
        let mut item = self.items.remove(&key);
        write.perform(&mut item);
        let mut rev = 0;
        if let (Key::Bucket(no), Some(Item::Bucket(bucket))) = (key, &item) {
            rev = bucket.rev;
            let record = Record {
                at: now,
                no,
                counts: BucketCounts::from(bucket),
                guest: write.new_guest(),
            };
            let shard = self.partition(key);
            self.stream[shard].push_back(record);
            self.streamed.push(shard);
        }
        if let Some(item) = item {
            self.items.insert(key, item);
        }
        rev
    }
}

/// Returns a 64-bit hash of a number (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
fn mixed(n: u64) -> u64 {
    let n = n.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    n ^ (n >> 31)
}
