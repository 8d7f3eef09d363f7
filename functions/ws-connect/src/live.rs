//! Connections: opened, heard, closed.

use aws_lambda_events::apigw::ApiGatewayWebsocketProxyRequest;
use bootstrap::{clock, error_chain::ErrorChain};
use domain::live::{MAX_FRAME_BYTES, ticket::LiveTicket};
use gateway::Gateway;
use messages::{Action, Frame};
use queues::Queue;
use store::{ActionCount, Connection, Store, StoreError};
use viewers::Session;

use crate::refusal::Refusal;

/// Status codes of an answer to API Gateway.
const OK: i64 = 200;
const UNAUTHORIZED: i64 = 401;
const UNAVAILABLE: i64 = 503;

/// The WebSocket API.
#[derive(Debug)]
pub(crate) struct Live {
    pub(crate) store: Store,
    pub(crate) gateway: Gateway,
    pub(crate) push: Queue,
}

impl Live {
    /// Does what API Gateway tells of. The status: whether a connection may be opened; of no meaning otherwise.
    pub(crate) async fn handle(&self, request: ApiGatewayWebsocketProxyRequest) -> i64 {
        let context = &request.request_context;
        let id = context.connection_id.as_deref().unwrap_or_default();
        match context.event_type.as_deref() {
            Some("CONNECT") => {
                let ticket = request.query_string_parameters.first("ticket");
                self.open(id, ticket).await
            }
            Some("DISCONNECT") => self.close(id).await,
            _ => {
                let request_id = context.request_id.as_deref().unwrap_or_default();
                let frame = request.body.as_deref().unwrap_or_default();
                self.hear(id, request_id, frame).await;
                OK
            }
        }
    }

    async fn open(&self, id: &str, ticket: Option<&str>) -> i64 {
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

    async fn sign_in(&self, id: &str, ticket: &str) -> Result<i64, StoreError> {
        let ticket = LiveTicket::shown(ticket);
        let Some(sign_in) = self.store.spend_live_ticket(&ticket, clock::now()).await? else {
            return Ok(UNAUTHORIZED);
        };
        let now = clock::now();
        self.store.open_connection(id, Some(sign_in), now).await?;
        // After the connection is listed: either the end of the session finds it on the list, or this read finds the end.
        match viewers::session(&self.store, &sign_in, now).await? {
            Session::GoesOn | Session::Unknown => Ok(OK),
            Session::Ended => {
                self.store.close_connection(id).await?;
                Ok(UNAUTHORIZED)
            }
        }
    }

    /// What is left of a connection that cannot be deleted now is deleted when a frame finds nobody, or expires.
    async fn close(&self, id: &str) -> i64 {
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

    /// The connection, if it may do something more in this second.
    async fn counted(&self, id: &str) -> Result<Connection, Refusal> {
        match self.store.count_action(id, clock::now()).await? {
            ActionCount::Allowed(connection) => Ok(connection),
            ActionCount::TooMany => Err(Refusal::TooManyActions),
            ActionCount::Unknown => Err(Refusal::Unknown),
        }
    }

    /// Answers at once; whoever is gone, or cannot be told, asks again.
    pub(crate) async fn answer(&self, id: &str, frame: &Frame) {
        if let Err(error) = self.gateway.post(id, frame).await {
            tracing::error!(error = %ErrorChain(&error), "frame_refused");
        }
    }
}
