//! Connections that watch events over the WebSocket, anonymously or signed in.

mod actions;
mod frame;
mod viewer;

use reqwest::Method;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

pub use frame::Frame;
pub use viewer::Viewer;

use crate::client::escaped;
use crate::{Answer, Client, Stack, User};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Size in bytes of a viewer's read buffer. It is small, because each viewer allocates it when it connects, and some tests have
/// hundreds of viewers.
const READ_BUFFER: usize = 4 * 1024;

impl Client {
    /// Requests a ticket that signs a WebSocket connection in, and returns the answer.
    pub async fn ask_for_live_ticket(&self) -> Answer {
        self.call(Method::POST, "/v1/live/tickets").send().await
    }
}

impl User {
    /// Returns a ticket that signs a WebSocket connection in.
    pub async fn live_ticket(&self) -> String {
        let answer = self.ask_for_live_ticket().await.expect(201);
        answer.text_of("ticket").to_owned()
    }

    /// Opens a WebSocket connection that is signed in as this user.
    pub async fn watch(&self) -> Viewer {
        let ticket = self.live_ticket().await;
        match Stack::from_env().try_watch(&ticket).await {
            Ok(viewer) => viewer,
            Err(status) => panic!("a new ticket was refused: {status}"),
        }
    }
}

impl Stack {
    /// Opens an anonymous WebSocket connection.
    pub async fn watch(&self) -> Viewer {
        match connect(self.ws_url()).await {
            Ok(viewer) => viewer,
            Err(status) => panic!("the connection was refused: {status}"),
        }
    }

    /// Opens a WebSocket connection with this ticket, which need not be valid.
    ///
    /// # Errors
    ///
    /// The HTTP status with which the connection was refused.
    pub async fn try_watch(&self, ticket: &str) -> Result<Viewer, u16> {
        connect(&format!("{}?ticket={}", self.ws_url(), escaped(ticket))).await
    }
}

async fn connect(url: &str) -> Result<Viewer, u16> {
    let config = WebSocketConfig::default().read_buffer_size(READ_BUFFER);
    match connect_async_with_config(url, Some(config), true).await {
        Ok((socket, _)) => Ok(Viewer::of(socket)),
        Err(Error::Http(refusal)) => Err(refusal.status().as_u16()),
        Err(error) => panic!("no connection to {url}: {error:?}"),
    }
}
