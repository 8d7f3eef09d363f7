//! The keys of connections, of the topics that they watch, and of the tickets that sign them in.

use domain::{id::UserId, keys::bearer_code::BearerCode, live::topic::Topic};

use super::{key, suffix, user_pk};
use crate::attribute::Item;

pub(crate) fn connection(id: &str) -> Item {
    key(format!("{CONNECTION}{id}"), "CONN")
}

/// Prefix of the sort keys of a user's connections. The partition key of a connection has the same prefix.
pub(crate) const CONNECTION: &str = "CONN#";

pub(crate) fn user_connection(user: UserId, id: &str) -> Item {
    key(user_pk(user), format!("{CONNECTION}{id}"))
}

/// Reads the id of the connection from the sort key of a user's connection.
pub(crate) fn parse_user_connection_sk(sk: &str) -> Option<&str> {
    sk.strip_prefix(CONNECTION)
}

fn topic_pk(topic: Topic) -> String {
    format!("TOPIC#{}", suffix(&topic))
}

pub(crate) fn topic(topic: Topic) -> Item {
    key(topic_pk(topic), "TOPIC")
}

pub(crate) fn shard(topic: Topic, shard: u32) -> Item {
    key(format!("{}#{shard}", topic_pk(topic)), "SHARD")
}

pub(crate) fn live_ticket(ticket: &BearerCode) -> Item {
    key(format!("LIVE#{}", ticket.fingerprint()), "LIVE")
}
