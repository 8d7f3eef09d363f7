//! The keys of all items.
//!
//! | item | pk | sk |
//! | --- | --- | --- |
//! | account | `USER#u` | `PROFILE` |
//! | session family | `USER#u` | `SESSION#family` |
//! | address that an account holds | `EMAIL#address` | `EMAIL` |
//! | all admins | `ADMINS` | `ADMINS` |
//! | event | `EVENT#e` | `EVENT` |
//! | event of an organizer | `USER#u` | `OWNS#e` |
//! | bucket of a guest list | `SEATS#e#bucket` | `SEATS` |
//! | shard of an availability | `EVENT#e` | `AVAILABILITY#shard` |
//! | registration | `USER#u` | `REG#e` |
//! | ticket | `TICKET#code` | `TICKET` |
//! | void ticket of an event | `EVENT#e` | `VOID#time#code` |
//! | door staff | `EVENT#e` | `STAFF#u` |
//! | event of a member of the door staff | `USER#u` | `STAFF#e` |
//! | invitation to the door staff | `EVENT#e` | `INVITATION` |
//! | scan | `EVENT#e` | `SCAN#time#id` |
//! | place on the waitlist | `EVENT#e` | `WAIT#id` |
//! | announcement | `EVENT#e` | `ANN#id` |
//! | mail | `MAIL#key` | `MAIL` |
//! | connection | `CONN#id` | `CONN` |
//! | connection of a user | `USER#u` | `CONN#id` |
//! | topic that is watched | `TOPIC#e`, `TOPIC#e#door` | `TOPIC` |
//! | shard with the connections of a topic | `TOPIC#e#shard`, `TOPIC#e#door#shard` | `SHARD` |
//! | failed logins, which delay further logins | `THROTTLE#login#address`, `THROTTLE#login-from#source` | `THROTTLE` |
//! | requests in a window of time, for a limit | `LIMIT#sign-ups-from#source#seconds`, and so on | `LIMIT` |
//! | statistics of a day, of an event or of all | `STATS#e`, `STATS` | `DAY#date`, `DAY#corrections` |
//! | records that the statistics counted | `STATS#e`, `STATS` | `COUNTED#date#seconds#rev` |
//! | ticket that signs in a connection | `LIVE#fingerprint` | `LIVE` |
//! | link to the preview of a draft | `PREVIEW#fingerprint` | `PREVIEW` |
//! | ping to the relay | `PING` | `PING` |
//! | answer to the ping | `PING` | `PONG` |
//! | check whether an event names a picture | `PICTURE#id` | `PICTURE` |
//! | last outcomes of sending mail | `SENDER` | `SENDER` |
//! | entry of the audit log | `AUDIT#event#e`, `AUDIT#user#u`, `AUDIT#queue#name` | `time#id` |
//!
//! `address` is the identity of the address, or the typed text if the account is from before decision 17 (`docs/decisions`).
//! `u` and `e` are ids without their prefix. The index `gsi1` lists accounts (`USERS`, by time of creation), published events
//! (`PUBLISHED`, by start), the cancelled registrations of an event (`CANCELLED#e`, by user), tickets of an event whose
//! admission is in conflict (`CONFLICT#e`, by admission) and the audit log (`AUDIT`, by time).

mod index;
mod limits;
mod live;

use domain::{
    id::{AnnouncementId, AuditId, EventId, PictureId, UserId},
    keys::bearer_code::BearerCode,
    mail::key::MailKey,
    seats::{availability::shard::ShardNo, bucket::BucketNo, waitlist::EntryId},
    security::audit::Object,
    stats::StatsOf,
    text::ScanId,
    tickets::code::TicketCode,
};
use jiff::Timestamp;
use uuid::Uuid;

use self::index::time_and_id;
pub(crate) use self::{
    index::{
        AUDIT, PUBLISHED, USERS, cancelled_pk, conflicts_pk, listed_account, listed_audit,
        listed_conflict, listed_event, listed_time,
    },
    limits::{requests, throttle},
    live::{
        CONNECTION, connection, live_ticket, parse_user_connection_sk, shard, topic,
        user_connection,
    },
};

use crate::{
    StoreError,
    attribute::{GSI1PK, GSI1SK, Item, PK, SK, s, text},
};

/// Prefix of the sort keys of the items that list an organizer's events.
pub(crate) const OWNS: &str = "OWNS#";
/// Prefix of the sort keys of a user's registrations.
pub(crate) const REG: &str = "REG#";
/// Prefix of the sort keys of a user's sessions.
pub(crate) const SESSION: &str = "SESSION#";
/// Sort key of every bucket.
pub(crate) const SEATS: &str = "SEATS";
/// Sort key of every ticket.
pub(crate) const TICKET: &str = "TICKET";
/// Sort key of every account.
pub(crate) const ACCOUNT: &str = "PROFILE";
/// Prefix of the sort keys of an event's announcements.
pub(crate) const ANNOUNCEMENT: &str = "ANN#";
/// Prefix of the sort keys of the shards of an event's availability.
pub(crate) const AVAILABILITY: &str = "AVAILABILITY#";
/// Sort key of every event.
pub(crate) const EVENT: &str = "EVENT";
/// Sort key of every check of a picture.
pub(crate) const PICTURE: &str = "PICTURE";
/// Partition key and sort key of the ping, which the health check writes to test the stream.
pub(crate) const PING: &str = "PING";

fn key(pk: String, sk: impl Into<String>) -> Item {
    Item::from([(PK.to_owned(), s(pk)), (SK.to_owned(), s(sk))])
}

/// Returns an id without its prefix. The result has 26 characters.
fn suffix(id: &impl ToString) -> String {
    let text = id.to_string();
    text.split_once('_')
        .map_or_else(|| text.clone(), |(_, suffix)| suffix.to_owned())
}

pub(crate) fn user_pk(user: UserId) -> String {
    format!("USER#{}", suffix(&user))
}

/// Reads the user's id from the partition key of the user's items.
pub(crate) fn parse_user_pk(pk: &str) -> Option<UserId> {
    format!("usr_{}", pk.strip_prefix("USER#")?).parse().ok()
}

pub(crate) fn account(user: UserId) -> Item {
    key(user_pk(user), ACCOUNT)
}

pub(crate) fn session(user: UserId, family: Uuid) -> Item {
    key(user_pk(user), format!("{SESSION}{}", family.simple()))
}

/// Returns the key of the item that holds an address. `spelling` is usually the identity of the address. But if the account is
/// from before decision 17 (`docs/decisions`), `spelling` is the address as it was typed.
pub(crate) fn email(spelling: &str) -> Item {
    key(format!("EMAIL#{spelling}"), "EMAIL")
}

pub(crate) fn admins() -> Item {
    key("ADMINS".to_owned(), "ADMINS")
}

pub(crate) fn ping() -> Item {
    key(PING.to_owned(), PING)
}

/// Returns the key of the relay's answer to a ping. This key differs from the ping's key in its sort key, because the relay
/// receives all records with the ping's sort key, but must not receive its own answers.
pub(crate) fn pong() -> Item {
    key(PING.to_owned(), "PONG")
}

pub(crate) fn sender() -> Item {
    key("SENDER".to_owned(), "SENDER")
}

pub(crate) fn event_pk(event: EventId) -> String {
    format!("EVENT#{}", suffix(&event))
}

pub(crate) fn event(event: EventId) -> Item {
    key(event_pk(event), EVENT)
}

pub(crate) fn availability(event: EventId, shard: ShardNo) -> Item {
    key(event_pk(event), format!("{AVAILABILITY}{shard}"))
}

/// Reads the shard's number from the sort key of a shard of an availability.
pub(crate) fn parse_availability_sk(sk: &str) -> Option<ShardNo> {
    sk.strip_prefix(AVAILABILITY)?.parse().ok()
}

pub(crate) fn owns(user: UserId, event: EventId) -> Item {
    key(user_pk(user), format!("{OWNS}{}", suffix(&event)))
}

pub(crate) fn bucket(event: EventId, no: BucketNo) -> Item {
    key(format!("SEATS#{}#{no}", suffix(&event)), SEATS)
}

/// Reads the event and the number of a bucket from the bucket's partition key.
pub(crate) fn parse_bucket(pk: &str) -> Option<(EventId, BucketNo)> {
    let (event, no) = pk.strip_prefix("SEATS#")?.split_once('#')?;
    Some((format!("evt_{event}").parse().ok()?, no.parse().ok()?))
}

pub(crate) fn registration(user: UserId, event: EventId) -> Item {
    key(user_pk(user), format!("{REG}{}", suffix(&event)))
}

/// Prefix of the sort keys of an event's void tickets.
pub(crate) const VOID: &str = "VOID#";
/// Prefix of the sort keys of an event's door staff.
pub(crate) const STAFF: &str = "STAFF#";
/// Prefix of the sort keys of an event's scans.
pub(crate) const SCAN: &str = "SCAN#";
/// Prefix of the sort keys of the places on an event's waitlist.
pub(crate) const WAIT: &str = "WAIT#";
/// A sort key that is greater than the sort keys of all places on a waitlist, because the character `$` comes after `#`.
pub(crate) const WAIT_END: &str = "WAIT$";

/// Returns the sort key of a place on a waitlist.
pub(crate) fn wait(entry: EntryId) -> String {
    format!("{WAIT}{entry}")
}

pub(crate) fn entry(event: EventId, entry: EntryId) -> Item {
    key(event_pk(event), wait(entry))
}

/// Reads the event's id from the partition key of the event's items.
pub(crate) fn parse_event_pk(pk: &str) -> Option<EventId> {
    format!("evt_{}", pk.strip_prefix("EVENT#")?).parse().ok()
}

/// Returns the event whose partition contains the item.
///
/// # Errors
/// The partition of the item does not belong to an event.
pub(crate) fn event_of(item: &Item) -> Result<EventId, StoreError> {
    parse_event_pk(text(item, PK)?).ok_or(StoreError::corrupt("an event's key"))
}

pub(crate) fn announcement(event: EventId, announcement: AnnouncementId) -> Item {
    key(
        event_pk(event),
        format!("{ANNOUNCEMENT}{}", suffix(&announcement)),
    )
}

/// Sort key of every mail.
pub(crate) const MAIL: &str = "MAIL";

pub(crate) fn mail(mail: &MailKey) -> Item {
    key(format!("MAIL#{}", mail.as_str()), MAIL)
}

/// Reads the key of a mail from the partition key of its item.
pub(crate) fn parse_mail_pk(pk: &str) -> Option<MailKey> {
    MailKey::parse(pk.strip_prefix("MAIL#")?).ok()
}

/// Reads the event and the user from the key of a member of an event's door staff. Returns `None` for any other item, even for
/// the item that lists the event under the user.
pub(crate) fn parse_staff(pk: &str, sk: &str) -> Option<(EventId, UserId)> {
    let user = format!("usr_{}", sk.strip_prefix(STAFF)?).parse().ok()?;
    Some((parse_event_pk(pk)?, user))
}

pub(crate) fn picture_check(picture: PictureId) -> Item {
    key(format!("PICTURE#{}", suffix(&picture)), PICTURE)
}

pub(crate) fn preview(code: &BearerCode) -> Item {
    key(format!("PREVIEW#{}", code.fingerprint()), "PREVIEW")
}

/// Prefix of the sort keys of a day's statistics.
pub(crate) const DAY: &str = "DAY#";
/// The text that stands in the sort key in place of a date if the item contains the corrections of all days.
pub(crate) const CORRECTIONS: &str = "corrections";

pub(crate) fn stats_pk(of: StatsOf) -> String {
    match of {
        StatsOf::Event(event) => format!("STATS#{}", suffix(&event)),
        StatsOf::System => "STATS".to_owned(),
    }
}

pub(crate) fn stats_day(of: StatsOf, day: &str) -> Item {
    key(stats_pk(of), format!("{DAY}{day}"))
}

/// Returns the prefix that the sort keys of one day's lists of counted records have in common.
pub(crate) fn counted_prefix(day: &str) -> String {
    format!("COUNTED#{day}#")
}

/// Returns the sort key of a list of counted records. The key contains the second at which the newest record in the list was
/// written.
pub(crate) fn counted(day: &str, newest_second: i64, rev: u64) -> String {
    format!("{}{:012}#{rev}", counted_prefix(day), newest_second.max(0))
}

pub(crate) fn counted_list(of: StatsOf, sort: String) -> Item {
    key(stats_pk(of), sort)
}

pub(crate) fn ticket(code: TicketCode) -> Item {
    key(format!("TICKET#{code}"), TICKET)
}

pub(crate) fn revocation(event: EventId, at: Timestamp, code: TicketCode) -> Item {
    revocation_at(event, &format!("{VOID}{}#{code}", listed_time(at)))
}

pub(crate) fn revocation_at(event: EventId, sort: &str) -> Item {
    key(event_pk(event), sort)
}

pub(crate) fn staff(event: EventId, user: UserId) -> Item {
    key(event_pk(event), format!("{STAFF}{}", suffix(&user)))
}

pub(crate) fn staffs(event: EventId, user: UserId) -> Item {
    key(user_pk(user), format!("{STAFF}{}", suffix(&event)))
}

pub(crate) fn invitation(event: EventId) -> Item {
    key(event_pk(event), "INVITATION")
}

pub(crate) fn scan(event: EventId, at: Timestamp, scan: &ScanId) -> Item {
    key(
        event_pk(event),
        format!("{SCAN}{}#{}", listed_time(at), scan.as_str()),
    )
}

/// Returns the key of a scan with this sort key.
pub(crate) fn scan_at(event: EventId, sort: &str) -> Item {
    key(event_pk(event), sort)
}

/// Returns the range of the sort keys of scans that were made at `from` or later and before `to`.
pub(crate) fn scans_between(from: Timestamp, to: Timestamp) -> (String, String) {
    (
        format!("{SCAN}{}", listed_time(from)),
        format!("{SCAN}{}", listed_time(to)),
    )
}

/// Returns the partition key of the audit entries that are about one object.
pub(crate) fn audited_pk(object: &Object) -> String {
    let id = match object {
        Object::Event(event) => suffix(event),
        Object::User(user) => suffix(user),
        Object::Queue(name) => name.as_str().to_owned(),
    };
    format!("{AUDIT}#{}#{id}", object.kind())
}

pub(crate) fn audit(object: &Object, at: Timestamp, id: AuditId) -> Item {
    key(audited_pk(object), time_and_id(at, &id))
}

/// Returns the key of an entry of the audit log. If `indexed` is true, the result also contains the entry's key in the index
/// `gsi1`, which has the same sort key.
pub(crate) fn audit_at(pk: &str, sort: &str, indexed: bool) -> Item {
    let mut item = key(pk.to_owned(), sort);
    if indexed {
        item.insert(GSI1PK.to_owned(), s(AUDIT));
        item.insert(GSI1SK.to_owned(), s(sort));
    }
    item
}

#[cfg(test)]
mod template_tests;
#[cfg(test)]
mod tests;
