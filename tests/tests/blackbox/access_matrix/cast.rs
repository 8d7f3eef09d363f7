//! The callers of the access matrix, and the state that the test prepares before each call.

use tests::{Client, Event, NewEvent, Stack, User, assert_done};

use crate::mail_announcements::{subject, unsubscribe_path};

/// The roles of the callers, in the order of the matrix's columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    Anonymous,
    /// A user who has no relation to the event.
    User,
    /// An organizer who owns only other events.
    OtherOrganizer,
    /// The organizer who owns the event.
    Owner,
    /// A user who works at the doors of the event.
    Staff,
    Admin,
}

impl Who {
    pub(super) const ALL: [Self; 6] = [
        Self::Anonymous,
        Self::User,
        Self::OtherOrganizer,
        Self::Owner,
        Self::Staff,
        Self::Admin,
    ];
}

/// The state that the test prepares before a call.
#[derive(Clone, Copy, Debug)]
pub(super) enum Given {
    /// The event that all calls share. It is published, and has open doors, staff, and a guest with a ticket.
    TheEvent,
    /// A new draft for each call, with the same staff as the shared event.
    Draft,
    /// A new published event for each call, with the same staff as the shared event.
    Published,
    /// A new published event for each call, with the same staff as the shared event. It is sold out.
    Full,
    /// A new published event for each call, with the same staff as the shared event. The guest has a seat
    /// and a ticket.
    Guest,
    /// A new published event for each call, with the same staff as the shared event. The scene's code is that of an invitation
    /// to the door staff.
    Invited,
    /// A new published event for each call, with the same staff as the shared event. The caller has a seat.
    Seat,
    /// A new published event for each call, with the same staff as the shared event. The caller has a seat and a ticket.
    OwnTicket,
    /// The call's `{id}` is the guest's account.
    GuestAccount,
    /// The call ends or refreshes a new session of the guest.
    Session,
    /// The call's `{id}` is a new session of the caller's own account.
    OwnSession,
    /// A new account for each call. It makes the call, and the call is about the same account. The administrator uses their own
    /// account instead, because the stack has only one administrator.
    Account,
    /// The guest's unsubscribe link, which ends announcements by mail to the guest.
    Link,
}

/// One user for each role, and the event, ticket and link that these users' calls are about.
pub(super) struct Cast {
    pub(super) stack: Stack,
    user: User,
    other_organizer: User,
    owner: User,
    staff: User,
    admin: User,
    guest: User,
    event: Event,
    /// The code of the guest's ticket.
    code: String,
    /// The query string of the guest's unsubscribe link.
    link: String,
}

/// The caller of one call, and the values that replace the parameters of the call's path.
pub(super) struct Scene {
    pub(super) caller: Client,
    /// Whether the caller is the administrator, an account that all tests share.
    pub(super) is_admin: bool,
    /// The value of `{userId}`: the account that a call changes or names.
    pub(super) account: User,
    /// The id of an organizer who has no relation to the event.
    pub(super) organizer: String,
    /// The value of `{id}` in the path: the id of an event, an account or a session.
    id: String,
    /// The value of `{code}`: the code of the guest's ticket for the event, of the caller's ticket, or of an invitation.
    pub(super) code: String,
    /// The query string with its question mark, or an empty text if there is none.
    query: String,
}

impl Scene {
    /// Returns `path` of the contract with each parameter replaced by its value. If the scene has a query string, appends it.
    pub(super) fn path_of(&self, path: &str) -> String {
        let path = path
            .replace("{id}", &self.id)
            .replace("{userId}", self.account.id())
            .replace("{code}", &self.code)
            .replace("{queue}", "push");
        format!("{path}{}", self.query)
    }
}

impl Cast {
    pub(super) async fn new(stack: &Stack) -> Self {
        let owner = stack.register_organizer().await;
        let [user, staff, guest] = [
            stack.register_user().await,
            stack.register_user().await,
            stack.register_user().await,
        ];
        let event = owner.published_event(NewEvent::with_open_doors(10)).await;
        assert_done(&owner.add_staff(&event, staff.id()).await);
        guest.register_for(&event).await.expect(201);
        let said = owner.announce_by_mail(&event, "Doors open at seven.").await;
        said.expect(201);
        let mail = stack.mail_to(&guest, &subject(&event)).await;
        let link = unsubscribe_path(stack, &mail);
        let query = link.find('?').map_or("", |at| &link[at..]);
        Self {
            other_organizer: stack.register_organizer().await,
            admin: stack.admin().await,
            code: guest.ticket_code_for(&event).await,
            link: query.to_owned(),
            stack: stack.clone(),
            user,
            owner,
            staff,
            guest,
            event,
        }
    }

    /// Prepares the state that a call needs. Returns the caller and the values for the call's path.
    pub(super) async fn scene(&self, given: Given, who: Who) -> Scene {
        let mut scene = Scene {
            caller: self.client(who).clone(),
            is_admin: who == Who::Admin,
            account: self.guest.clone(),
            organizer: self.other_organizer.id().to_owned(),
            id: self.event.id.clone(),
            code: self.code.clone(),
            query: String::new(),
        };
        match given {
            Given::TheEvent => {}
            Given::Draft => scene.id = self.draft(10).await.id,
            Given::Published => scene.id = self.published(10).await.id,
            Given::Full => {
                let event = self.published(1).await;
                self.guest.register_for(&event).await.expect(201);
                scene.id = event.id;
            }
            Given::Guest => {
                let event = self.published(10).await;
                self.guest.register_for(&event).await.expect(201);
                scene.code = self.guest.ticket_code_for(&event).await;
                scene.id = event.id;
            }
            Given::Invited => {
                let event = self.published(10).await;
                scene.code = self.owner.invitation_code(&event).await;
                scene.id = event.id;
            }
            Given::Seat | Given::OwnTicket => {
                let event = self.published(10).await;
                if who != Who::Anonymous {
                    scene.caller.register_for(&event).await.expect(201);
                    if matches!(given, Given::OwnTicket) {
                        scene.code = scene.caller.ticket_code_for(&event).await;
                    }
                }
                scene.id = event.id;
            }
            Given::GuestAccount => self.guest.id().clone_into(&mut scene.id),
            Given::Session => {
                scene.account = self.stack.log_in(&self.guest.credentials()).await;
            }
            Given::OwnSession => scene.id = self.new_session(who).await,
            Given::Account => {
                scene.account = self.account(who).await;
                if who != Who::Anonymous {
                    scene.caller = scene.account.client.clone();
                }
            }
            Given::Link => scene.query.clone_from(&self.link),
        }
        scene
    }

    fn client(&self, who: Who) -> &Client {
        self.user(who)
            .map_or(self.stack.anyone(), |user| &user.client)
    }

    /// Returns the user in this role, or `None` for an anonymous caller.
    fn user(&self, who: Who) -> Option<&User> {
        match who {
            Who::Anonymous => None,
            Who::User => Some(&self.user),
            Who::OtherOrganizer => Some(&self.other_organizer),
            Who::Owner => Some(&self.owner),
            Who::Staff => Some(&self.staff),
            Who::Admin => Some(&self.admin),
        }
    }

    /// Logs the caller in once more, and returns the id of the new session. For an anonymous caller, logs the guest in.
    async fn new_session(&self, who: Who) -> String {
        let user = self.user(who).unwrap_or(&self.guest);
        let session = self.stack.log_in(&user.credentials()).await;
        let sessions = session.sessions().await;
        let id = sessions
            .iter()
            .find(|session| session["current"] == true)
            .and_then(|session| session["id"].as_str());
        id.unwrap_or_else(|| panic!("a session that does not list itself: {sessions:?}"))
            .to_owned()
    }

    /// Takes the role of an organizer from the event's owner. Returns a client that the former owner signed in afterwards.
    pub(super) async fn demote_owner(&self) -> Client {
        let taken = self.admin.grant_role(self.owner.id(), "user").await;
        taken.expect(200);
        self.stack.log_in(&self.owner.credentials()).await.client
    }

    /// Makes a draft with the same staff as the shared event.
    async fn draft(&self, seats: usize) -> Event {
        let draft = self
            .owner
            .draft_event(NewEvent::with_open_doors(seats))
            .await;
        assert_done(&self.owner.add_staff(&draft, self.staff.id()).await);
        draft
    }

    async fn published(&self, seats: usize) -> Event {
        let draft = self.draft(seats).await;
        Event::from_answer(&self.owner.publish(&draft).await.expect(200))
    }

    /// Returns a new account with the caller's role. But for an anonymous caller, returns the guest's account. For the
    /// administrator, returns the administrator's own account.
    async fn account(&self, who: Who) -> User {
        match who {
            Who::Anonymous => self.guest.clone(),
            Who::User => self.stack.register_user().await,
            Who::OtherOrganizer => self.stack.register_organizer().await,
            Who::Owner => {
                let owner = self.stack.register_organizer().await;
                owner.draft_event(NewEvent::default()).await;
                owner
            }
            Who::Staff => {
                let staff = self.stack.register_user().await;
                assert_done(&self.owner.add_staff(&self.event, staff.id()).await);
                staff
            }
            Who::Admin => self.admin.clone(),
        }
    }
}
