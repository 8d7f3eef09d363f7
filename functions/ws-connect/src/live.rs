//! Opens and closes connections, and handles their messages.

use bootstrap::{clock, error_chain::ErrorChain};
use domain::{keys::bearer_code::BearerCode, live::MAX_FRAME_BYTES};
use gateway::Gateway;
use messages::{Action, Frame};
use queues::Queue;
use store::{ActionCount, Connection, Store, StoreError};
use viewers::Session;

use crate::{Call, Route, refusal::Refusal};

/// HTTP status codes of the reply to a client that opens a connection.
const OK: u16 = 200;
const UNAUTHORIZED: u16 = 401;
const UNAVAILABLE: u16 = 503;

/// The handler of the WebSocket API's calls.
#[derive(Debug)]
pub struct Live {
    /// The table that contains connections and subscriptions.
    pub store: Store,
    /// The open connections of the WebSocket API, to which frames are sent.
    pub gateway: Gateway,
    /// The queue `push`, to which replies go that must be in order with a topic's frames.
    pub push: Queue,
}

impl Live {
    /// Handles a call, and returns an HTTP status code. If a client wants to open a connection, 200 accepts the connection, and
    /// 401 and 503 refuse it. For all other calls, the status has no meaning.
    pub async fn handle(&self, call: Call) -> u16 {
        let id = &call.connection_id;
        match call.route {
            Route::Connect { ticket } => self.open(id, ticket.as_deref()).await,
            Route::Disconnect => self.close(id).await,
            Route::Message { text } => {
                self.hear(id, &call.request_id, &text).await;
                OK
            }
        }
    }

    async fn open(&self, id: &str, ticket: Option<&str>) -> u16 {
        let opened = match ticket {
            None => self
                .store
                .open_connection(id, None, clock::now())
                .await
                .map(|()| OK),
            Some(ticket) => self.sign_in(id, ticket).await,
        };
        let status = opened.unwrap_or_else(|error| {
            tracing::error!(error = %ErrorChain(&error), "connection_not_opened");
            UNAVAILABLE
        });
        tracing::info!(status, signed_in = ticket.is_some(), "connection_opened");
        status
    }

    async fn sign_in(&self, id: &str, ticket: &str) -> Result<u16, StoreError> {
        let ticket = BearerCode::shown(ticket);
        let Some(sign_in) = self.store.spend_live_ticket(&ticket, clock::now()).await? else {
            return Ok(UNAUTHORIZED);
        };
        let now = clock::now();
        self.store.open_connection(id, Some(sign_in), now).await?;
        // The session is read after the connection was added to the user's list of connections. If the session ends between
        // these two steps, either this read shows that it has ended, or the process that ends the session finds the connection
        // on the list.
        match viewers::session(&self.store, &sign_in, now).await? {
            Session::GoesOn | Session::Unknown => Ok(OK),
            Session::Ended => {
                self.store.close_connection(id).await?;
                Ok(UNAUTHORIZED)
            }
        }
    }

    /// Deletes the items of a connection from the table. If this fails, they are deleted when a frame cannot be posted to the
    /// connection, or when they expire.
    async fn close(&self, id: &str) -> u16 {
        if let Err(error) = self.store.close_connection(id).await {
            tracing::warn!(error = %ErrorChain(&error), "connection_not_deleted");
        }
        OK
    }

    async fn hear(&self, id: &str, request_id: &str, frame: &str) {
        let Err(refusal) = self.act(id, request_id, frame).await else {
            return;
        };
        self.answer(id, &refusal.frame()).await;
        if refusal.closes()
            && let Err(error) = self.gateway.close(id).await
        {
            tracing::warn!(error = %ErrorChain(&error), "connection_not_closed");
        }
    }

    async fn act(&self, id: &str, request_id: &str, frame: &str) -> Result<(), Refusal> {
        if frame.len() > MAX_FRAME_BYTES {
            return Err(Refusal::FrameTooLarge);
        }
        let connection = self.counted(id).await?;
        match Action::parse(frame)? {
            Action::Subscribe(topic) => self.subscribe(id, request_id, &connection, topic).await,
            Action::Unsubscribe(topic) => {
                self.unsubscribe(id, request_id, &connection, topic).await
            }
            Action::Ping => {
                self.answer(id, &Frame::Pong).await;
                Ok(())
            }
        }
    }

    /// Counts an action of the connection `id`, and returns the connection. Refuses the action if the connection has sent too
    /// many actions in the current second.
    async fn counted(&self, id: &str) -> Result<Connection, Refusal> {
        match self.store.count_action(id, clock::now()).await? {
            ActionCount::Allowed(connection) => Ok(connection),
            ActionCount::TooMany => Err(Refusal::TooManyActions),
            ActionCount::Unknown => Err(Refusal::Unknown),
        }
    }

    /// Sends a reply directly to the connection, and not through a queue. A failure is only logged, because a client that gets
    /// no reply sends its frame again.
    pub(crate) async fn answer(&self, id: &str, frame: &Frame) {
        if let Err(error) = self.gateway.post(id, frame).await {
            tracing::error!(error = %ErrorChain(&error), "frame_refused");
        }
    }
}
