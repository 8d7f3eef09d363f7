//! Accepts and serves HTTP connections.

use std::{convert::Infallible, io, net::SocketAddr, pin::pin, time::Duration};

use axum::body::Body;
use hyper::{Request, Response, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::Site;

/// The greatest number of connections that wait to be accepted. Many clients may connect at the same moment.
const BACKLOG: u32 = 4096;
/// The maximum time that a client may take to send the head of a request. It is also the time that a kept-open connection waits
/// for its next request.
const TIME_FOR_HEAD: Duration = Duration::from_secs(30);
/// The length of the longest head, in bytes. API Gateway accepts 10,240 bytes for the request line and the headers.
const LONGEST_HEAD: usize = 16 << 10;
/// The time for which the server pauses after it could not accept a connection, for instance because all file descriptors are
/// in use.
const PAUSE: Duration = Duration::from_millis(100);

/// Opens a socket that listens on an address.
///
/// # Errors
/// The address does not belong to this machine, or another process listens there.
pub fn bind(address: SocketAddr) -> io::Result<std::net::TcpListener> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    // Without this option, a server could not listen on its address right after an earlier server had stopped.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)?.into_std()
}

/// A server that serves a site on a listener.
#[derive(Debug)]
pub struct HttpServer {
    /// The site that answers the requests.
    pub site: Site,
    /// The listener to which clients connect.
    pub listener: TcpListener,
}

impl HttpServer {
    /// Accepts connections until `stop` is cancelled. Then answers the requests that have begun, and ends.
    pub async fn run(self, stop: CancellationToken) {
        let Self { site, listener } = self;
        let connections = TaskTracker::new();
        loop {
            let accepted = tokio::select! {
                () = stop.cancelled() => break,
                accepted = listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, peer)) => {
                    let serving = serve(site.clone(), stream, peer, stop.clone());
                    connections.spawn(serving);
                }
                Err(error) => {
                    tracing::warn!(%error, "connection_not_accepted");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
        drop(listener);
        connections.close();
        connections.wait().await;
    }
}

/// Serves a connection until the client ends it or `stop` is cancelled. In the second case, a request that has begun is still
/// answered.
async fn serve(site: Site, stream: TcpStream, peer: SocketAddr, stop: CancellationToken) {
    // An answer is written in one piece, so waiting for more data would only delay the answer.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: Request<Incoming>| {
        let site = site.clone();
        async move { Ok::<Response<Body>, Infallible>(site.answer(request, peer).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(TIME_FOR_HEAD)
        .max_buf_size(LONGEST_HEAD)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "connection_broke");
    }
}
