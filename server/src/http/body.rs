//! Reads the bodies of requests.

use std::time::Duration;

use axum::body::Bytes;
use http_body_util::BodyExt as _;
use hyper::{StatusCode, body::Body};
use tokio::time::Instant;

/// The maximum number of bytes of a request's body that are read. It is the limit of API Gateway. If a body is larger, the
/// connection is closed.
const READ: usize = 10 << 20;
/// The maximum time that a client may take to send the whole body.
const TIME: Duration = Duration::from_secs(30);

/// Reads a body. Returns at most its first `most` bytes. If `most` is one more than the API accepts, the API itself refuses a
/// body that is too large. Reads and drops the bytes after them, up to [`READ`] bytes in all,
/// because a client that is still sending would not see the answer otherwise.
///
/// # Errors
/// Returns the status of the answer: 413 if the body is longer than [`READ`] bytes, 408 if it arrived too late, or 400 if the
/// connection broke.
pub(super) async fn read<B: Body<Data = Bytes> + Unpin>(
    mut body: B,
    most: usize,
) -> Result<Bytes, StatusCode> {
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    let until = Instant::now() + TIME;
    let mut kept = Vec::new();
    let mut read = 0;
    loop {
        let frame = match tokio::time::timeout_at(until, body.frame()).await {
            Err(_) => return Err(StatusCode::REQUEST_TIMEOUT),
            Ok(None) => return Ok(kept.into()),
            Ok(Some(Err(_))) => return Err(StatusCode::BAD_REQUEST),
            Ok(Some(Ok(frame))) => frame,
        };
        let Ok(data) = frame.into_data() else {
            continue;
        };
        read += data.len();
        if read > READ {
            return Err(StatusCode::PAYLOAD_TOO_LARGE);
        }
        let room = most - kept.len();
        kept.extend_from_slice(&data[..data.len().min(room)]);
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use futures::stream;
    use http_body_util::StreamBody;
    use hyper::body::Frame;

    use super::*;

    const KEPT: usize = (64 << 10) + 1;

    async fn of(chunks: usize, bytes: usize) -> Result<usize, StatusCode> {
        let chunk = Bytes::from(vec![b'a'; bytes]);
        let frames = (0..chunks).map(move |_| Ok::<_, Infallible>(Frame::data(chunk.clone())));
        read(StreamBody::new(stream::iter(frames)), KEPT)
            .await
            .map(|kept| kept.len())
    }

    #[tokio::test]
    async fn a_body_is_kept_up_to_what_the_api_takes_and_read_up_to_what_a_gateway_reads() {
        assert_eq!(of(0, 0).await, Ok(0));
        assert_eq!(of(3, 1_000).await, Ok(3_000));
        assert_eq!(of(64, 1 << 10).await, Ok(64 << 10));
        assert_eq!(of(65, 1 << 10).await, Ok(KEPT));
        assert_eq!(of(10, 1 << 20).await, Ok(KEPT));
        assert_eq!(of(11, 1 << 20).await, Err(StatusCode::PAYLOAD_TOO_LARGE));
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_does_not_send_its_body_is_not_waited_for() {
        let never = stream::pending::<Result<Frame<Bytes>, Infallible>>();
        let refused = read(StreamBody::new(never), KEPT).await;
        assert_eq!(refused, Err(StatusCode::REQUEST_TIMEOUT));
    }
}
