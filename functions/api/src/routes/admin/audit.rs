//! Handles `GET /v1/admin/audit`.

use axum::{Json, extract::State};
use domain::{
    events::schedule::parse_time,
    id::UserId,
    invalid::{Findings, Reason, Refused},
    security::{
        audit::{Action, AuditEntry, Object},
        policy,
    },
    text::timestamp::rfc3339,
};
use serde::Serialize;
use serde_json::Value;
use store::AuditFilter;
use utoipa::ToSchema;

use crate::{
    access,
    app::Shared,
    extract::{ListQuery, Paged, SignedIn},
    problem::ApiError,
    views::words,
};

/// An entry of the audit log.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AuditItem {
    #[schema(example = "aud_01h455vb4pex5vsknk084sn02q")]
    id: String,
    #[schema(format = DateTime)]
    at: String,
    actor: AuditActor,
    #[schema(example = "user.role-changed")]
    action: &'static str,
    object: AuditObject,
    /// The `x-request-id` of the request that caused the entry.
    request_id: String,
    /// Details that depend on the action: `from` and `to` of a role, or of an event's organizer, who is given by id; `fields`
    /// that changed, and `capacity` with `from` and `to`; the `reason` of a cancellation; the `userId` of the person concerned;
    /// the `code` of a ticket; the approximate `depth` of a dead-letter queue when its redrive began.
    #[schema(required, value_type = Option<Object>)]
    detail: Option<Value>,
}

/// The account that acted.
#[derive(Debug, Serialize, ToSchema)]
struct AuditActor {
    id: String,
    /// Role that the account had at the time of the action.
    #[schema(value_type = words::Role)]
    role: &'static str,
}

/// The object of the action.
#[derive(Debug, Serialize, ToSchema)]
struct AuditObject {
    /// Kind of the object that `id` identifies: an event, a user or a queue.
    #[serde(rename = "type")]
    #[schema(value_type = words::AuditObjectType)]
    kind: &'static str,
    /// Id of an event or of a user, or name of a queue.
    id: String,
}

impl From<AuditEntry> for AuditItem {
    fn from(entry: AuditEntry) -> Self {
        Self {
            id: entry.id.to_string(),
            at: rfc3339(entry.at),
            actor: AuditActor {
                id: entry.actor.id.to_string(),
                role: entry.actor.role.as_str(),
            },
            action: entry.action.as_str(),
            object: AuditObject {
                kind: entry.object.kind(),
                id: entry.object.id(),
            },
            request_id: entry.request_id,
            detail: entry.detail,
        }
    }
}

/// Returns entries of the audit log, the newest first: who did what to which object, when, and by which request. With `object`,
/// only entries about that object are listed. Without it, all entries are listed, but an entry may appear a second late. If few
/// entries match, a page may be short; `nextCursor` continues the list.
#[utoipa::path(get, path = "/v1/admin/audit", tag = "administration", security(("bearer" = [])), params(
    ("limit" = Option<u32>, Query, description = "Maximum number of items on the page: 1 to 100, by default 20"),
    ("cursor" = Option<String>, Query, description = "`nextCursor` of the previous page: an opaque text"),
    ("object" = Option<String>, Query, description = "Lists only what was done to this object: id of an event or of a user, or name of a queue"),
    ("from" = Option<String>, Query, description = "Lists only what was done at this time or later: RFC 3339, with any offset"),
    ("to" = Option<String>, Query, description = "Lists only what was done before this time: RFC 3339, with any offset"),
    ("action" = Option<String>, Query, description = "Lists only entries with this action, as `object.deed`, such as `event.published`"),
    ("actor" = Option<String>, Query, description = "Only what this user did"),
), responses(
    (status = 200, body = Paged<AuditItem>), (status = 400, description = "`invalid-cursor`"), (status = 403, description = "`forbidden`"), (status = 422, description = "`invalid`"),
))]
pub(crate) async fn list_audit(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    query: ListQuery,
) -> Result<Json<Paged<AuditItem>>, ApiError> {
    access::deployment(&actor, policy::Action::ReadAudit)?;
    let user = |text: &str| {
        text.parse::<UserId>()
            .map_err(|_| Refused(Reason::NotAnId, "must be the id of a user"))
    };
    let mut findings = Findings::default();
    let filter = AuditFilter {
        object: query.filter(&mut findings, "object", str::parse::<Object>),
        from: query.filter(&mut findings, "from", parse_time),
        to: query.filter(&mut findings, "to", parse_time),
        action: query.filter(&mut findings, "action", str::parse::<Action>),
        actor: query.filter(&mut findings, "actor", user),
    };
    let filter = findings.finish(Some(filter))?;
    // A cursor is valid only for the same list with the same filters.
    let list = format!("audit/{filter:?}");
    let after = query.position(&app, &list)?;
    let (page, position) = app.store.list_audit(&filter, query.limit(), after).await?;
    let items = page.items.into_iter().map(AuditItem::from).collect();
    let next = position.filter(|_| page.more);
    Ok(Json(Paged::new(&app, &list, items, next)))
}
