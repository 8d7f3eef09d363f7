//! Tests the policy with a table of every combination of role, action and relation to the object.

use super::{Action, Actor, Decision, Object, depends_on_staff, may};
use crate::{
    accounts::role::Role,
    events::{Event, EventStatus, tests::concert},
    id::UserId,
};

const ALL: [Action; 29] = [
    Action::CreateEvent,
    Action::ListAccounts,
    Action::ChangeRole,
    Action::CountSeats,
    Action::RebuildEventStats,
    Action::ReadStats,
    Action::ReadAudit,
    Action::ReadDeadLetters,
    Action::RedriveDeadLetters,
    Action::ReadAccount,
    Action::ChangeAccount,
    Action::EraseAccount,
    Action::ReadEvent,
    Action::ChangeEvent,
    Action::ReadEventStats,
    Action::HandOver,
    Action::Announce,
    Action::ReadStaff,
    Action::ChangeStaff,
    Action::JoinStaff,
    Action::ReadAttendees,
    Action::RemoveAttendee,
    Action::CheckIn,
    Action::ReadDoor,
    Action::Register,
    Action::ReadRegistration,
    Action::CancelRegistration,
    Action::ReadTicket,
    Action::MailTicket,
];

const ROLES: [Role; 3] = [Role::User, Role::Organizer, Role::Admin];

/// The relation of the actor to the object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    /// The actor has no relation to the object.
    None,
    /// The actor is door staff of the object's event.
    Staff,
    /// The object is the actor's own account, registration or ticket.
    Own,
    /// The actor is the organizer of the object's event. If the actor's role is `user`, an admin has taken away the account's
    /// role of organizer since the event was created.
    Organizes,
    /// The actor is the organizer of the object's event, and is also one of its door staff.
    OrganizesAsStaff,
}

const RELATIONS: [Relation; 5] = [
    Relation::None,
    Relation::Staff,
    Relation::Own,
    Relation::Organizes,
    Relation::OrganizesAsStaff,
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Deployment,
    Account,
    Event(EventStatus),
    Registration(EventStatus),
    Ticket(EventStatus),
}

/// The expected decisions about an action, for each status of the event.
struct Expected {
    /// Returns the kind of the action's object for a status of its event.
    kind: fn(EventStatus) -> Kind,
    /// The decisions for an event that the public sees, or an object without an event.
    public: &'static str,
    /// The decisions for a draft.
    draft: &'static str,
}

/// Returns the expected decisions. Each text has sixteen of them, as letters in four groups: an anonymous caller, a user, an
/// organizer and an admin. The last three groups have one letter for each relation, in the order of [`RELATIONS`]. `A` is
/// allowed, `F` forbidden, `R` role taken, `H` hidden, `U` unauthenticated.
fn expected(action: Action) -> Expected {
    let (kind, public, draft): (fn(EventStatus) -> Kind, _, _) = match action {
        Action::CreateEvent => {
            let row = "U FFFFF AAAAA AAAAA";
            (|_| Kind::Deployment, row, row)
        }
        Action::ListAccounts
        | Action::ChangeRole
        | Action::CountSeats
        | Action::RebuildEventStats
        | Action::ReadStats
        | Action::ReadAudit
        | Action::ReadDeadLetters
        | Action::RedriveDeadLetters => {
            let row = "U FFFFF FFFFF AAAAA";
            (|_| Kind::Deployment, row, row)
        }
        Action::ReadAccount | Action::ChangeAccount | Action::EraseAccount => {
            let row = "U HHAHH HHAHH FFAFF";
            (|_| Kind::Account, row, row)
        }
        Action::ReadEvent => (Kind::Event, "A AAAAA AAAAA AAAAA", "H HHHAA HHHAA AAAAA"),
        Action::JoinStaff => (Kind::Event, "U AAAAA AAAAA AAAAA", "U HHHAA HHHAA AAAAA"),
        Action::ReadEventStats => (Kind::Event, "U FFFAA FFFAA AAAAA", "U HHHAA HHHAA AAAAA"),
        Action::HandOver => (Kind::Event, "U FFFFF FFFFF AAAAA", "U HHHFF HHHFF AAAAA"),
        Action::ChangeEvent
        | Action::Announce
        | Action::ReadStaff
        | Action::ChangeStaff
        | Action::ReadAttendees
        | Action::RemoveAttendee => (Kind::Event, "U FFFRR FFFAA AAAAA", "U HHHRR HHHAA AAAAA"),
        Action::CheckIn | Action::ReadDoor => {
            (Kind::Event, "U FAFRA FAFAA AAAAA", "U HHHRA HHHAA AAAAA")
        }
        Action::Register | Action::ReadRegistration | Action::CancelRegistration => (
            Kind::Registration,
            "U HHAFF HHAFF FFAFF",
            "U HHHFF HHHFF FFAFF",
        ),
        Action::ReadTicket => (Kind::Ticket, "U HAARA HAAAA AAAAA", "U HHARA HHAAA AAAAA"),
        Action::MailTicket => (Kind::Ticket, "U HFARR HFAAA AAAAA", "U HHARR HHAAA AAAAA"),
    };
    Expected {
        kind,
        public,
        draft,
    }
}

fn somebody() -> UserId {
    "usr_01h455vb4pex5vsknk084sn02r".parse().unwrap()
}

fn somebody_else() -> UserId {
    "usr_01h455vb4pex5vsknk084sn02s".parse().unwrap()
}

/// Returns an event. Whether `somebody` is its organizer depends on `relation`.
fn event(status: EventStatus, relation: Relation) -> Event {
    let mut event = concert(status);
    if matches!(relation, Relation::Organizes | Relation::OrganizesAsStaff) {
        event.organizer.id = somebody();
    }
    event
}

/// Returns the decision for an actor with this role and this relation to an object. If `role` is `None`, the actor is
/// anonymous.
fn decided(action: Action, kind: Kind, role: Option<Role>, relation: Relation) -> Decision {
    let id = somebody();
    let actor = role.map(|role| Actor { id, role });
    let of = if relation == Relation::Own {
        id
    } else {
        somebody_else()
    };
    let staff = matches!(relation, Relation::Staff | Relation::OrganizesAsStaff);
    let event = |status| event(status, relation);
    let may = |object| may(actor.as_ref(), action, object);
    match kind {
        Kind::Deployment => may(Object::Deployment),
        Kind::Account => may(Object::Account(of)),
        Kind::Event(status) => may(Object::Event {
            event: &event(status),
            staff,
        }),
        Kind::Registration(status) => may(Object::Registration {
            event: &event(status),
            of,
        }),
        Kind::Ticket(status) => may(Object::Ticket {
            event: &event(status),
            holder: of,
            staff,
        }),
    }
}

/// Returns all decisions about an action on an object of this kind, as letters like those of [`expected`].
fn row(action: Action, kind: Kind) -> String {
    let letter = |role, relation| match decided(action, kind, role, relation) {
        Decision::Allowed => 'A',
        Decision::Forbidden => 'F',
        Decision::RoleTaken => 'R',
        Decision::Hidden => 'H',
        Decision::Unauthenticated => 'U',
    };
    let mut row = letter(None, Relation::None).to_string();
    for role in ROLES {
        row.push(' ');
        row.extend(RELATIONS.map(|relation| letter(Some(role), relation)));
    }
    row
}

const STATUSES: [EventStatus; 4] = [
    EventStatus::Draft,
    EventStatus::Published,
    EventStatus::Cancelled,
    EventStatus::Completed,
];

#[test]
fn each_action_is_theirs_who_the_table_names() {
    for action in ALL {
        let Expected {
            kind,
            public,
            draft,
        } = expected(action);
        for status in STATUSES {
            let expected = match status {
                EventStatus::Draft => draft,
                _ => public,
            };
            assert_eq!(
                row(action, kind(status)),
                expected,
                "{action:?} on {:?}",
                kind(status)
            );
        }
    }
}

#[test]
fn the_table_has_a_row_for_each_action() {
    for (place, action) in ALL.into_iter().enumerate() {
        assert_eq!(action as usize, place, "{action:?}");
    }
    // `MailTicket` is the last variant of `Action`. So its number shows how many actions `ALL` must contain.
    assert_eq!(ALL.len(), Action::MailTicket as usize + 1);
}

#[test]
fn no_action_is_allowed_on_an_object_of_another_kind() {
    for action in ALL {
        for status in STATUSES {
            let own = (expected(action).kind)(status);
            let kinds = [
                Kind::Deployment,
                Kind::Account,
                Kind::Event(status),
                Kind::Registration(status),
                Kind::Ticket(status),
            ];
            for kind in kinds.into_iter().filter(|kind| *kind != own) {
                let row = row(action, kind);
                assert!(!row.contains('A'), "{action:?} on {kind:?}: {row}");
            }
        }
    }
}

#[test]
fn who_runs_an_event_is_a_guest_like_any_other() {
    let actor = Actor {
        id: somebody(),
        role: Role::Organizer,
    };
    for status in STATUSES {
        let event = event(status, Relation::Organizes);
        let own = Object::Registration {
            event: &event,
            of: actor.id,
        };
        let decision = may(Some(&actor), Action::Register, own);
        assert_eq!(decision, Decision::Allowed, "{status:?}");
    }
}

/// To read the list of an event's door staff costs a request to the table. So a caller should read it only if the decision
/// depends on it.
#[test]
fn the_staff_is_looked_up_only_where_it_decides() {
    let [user, admin] = [Role::User, Role::Admin].map(|role| Actor {
        id: somebody(),
        role,
    });
    let [published, draft] = [EventStatus::Published, EventStatus::Draft].map(concert);
    let own = event(EventStatus::Draft, Relation::Organizes);
    let at = |event| Object::Event {
        event,
        staff: false,
    };
    let ticket = |holder| Object::Ticket {
        event: &published,
        holder,
        staff: false,
    };
    for (actor, action, object, expected) in [
        (Some(&user), Action::CheckIn, at(&published), true),
        (Some(&user), Action::CheckIn, at(&draft), false),
        // The organizer of the event no longer has the role of organizer.
        (Some(&user), Action::CheckIn, at(&own), true),
        (Some(&user), Action::ChangeEvent, at(&own), false),
        (Some(&user), Action::ChangeEvent, at(&published), false),
        (Some(&admin), Action::CheckIn, at(&published), false),
        (None, Action::CheckIn, at(&published), false),
        (Some(&user), Action::ReadTicket, ticket(user.id), false),
        (
            Some(&user),
            Action::ReadTicket,
            ticket(somebody_else()),
            true,
        ),
        (Some(&user), Action::ReadAccount, Object::Deployment, false),
    ] {
        let depends = depends_on_staff(actor, action, object);
        assert_eq!(depends, expected, "{actor:?} {action:?} {object:?}");
    }
}
