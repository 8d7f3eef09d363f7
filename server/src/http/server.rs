//! Connections of HTTP.

use std::{convert::Infallible, io, net::SocketAddr, pin::pin, time::Duration};

use axum::body::Body;
use hyper::{Request, Response, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::Site;

/// Most connections that wait to be accepted. Many clients may connect at the same moment.
const BACKLOG: u32 = 4096;
/// Time for the head of a request, and for the next request on a connection that is kept open.
const TIME_FOR_HEAD: Duration = Duration::from_secs(30);
/// Bytes of the longest head. API Gateway takes 10,240 bytes of request line and headers.
const LONGEST_HEAD: usize = 16 << 10;
/// Pause after a connection could not be accepted, for instance because all file descriptors are in use.
const PAUSE: Duration = Duration::from_millis(100);

/// Listens on an address.
///
/// # Errors
/// The address does not belong to this machine, or another process listens there.
pub fn bind(address: SocketAddr) -> io::Result<std::net::TcpListener> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    // Allows a restart of the server right after it was stopped.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)?.into_std()
}

/// Serves a site on a listener.
#[derive(Debug)]
pub struct HttpServer {
    /// The site.
    pub site: Site,
    /// The listener that its clients connect to.
    pub listener: TcpListener,
}

impl HttpServer {
    /// Accepts connections until `stop`, then answers the requests that clients have begun.
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

/// Serves a connection until its client or `stop` ends it. At `stop`, a request that has begun is still answered.
async fn serve(site: Site, stream: TcpStream, peer: SocketAddr, stop: CancellationToken) {
    // An answer is written as a whole, so waiting for more data would only delay it.
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
