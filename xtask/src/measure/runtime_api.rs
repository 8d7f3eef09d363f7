//! A stand-in for Lambda's runtime API. It serves invocations to a function, receives the answers, and reports when all answers
//! have arrived.

use std::{
    collections::VecDeque,
    future::{IntoFuture as _, pending},
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, RecvTimeoutError, channel},
    },
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context as _, Result};
use axum::http::{StatusCode, Uri};
use axum::{Json, Router, routing::get};
use serde_json::Value;
use tokio::{net::TcpListener, runtime::Builder};

/// The time that the function has for an invocation. The function receives the deadline together with the invocation.
const TIMEOUT: Duration = Duration::from_mins(10);
/// While the function sends no request, its process is checked once in this time, to find out whether it has ended.
const GLANCE: Duration = Duration::from_millis(500);

/// A step of the function that a request to the runtime API shows.
#[derive(Debug)]
enum FunctionEvent {
    /// The function requested an invocation, and none is left.
    Idle,
    /// The function answered an invocation.
    Answered(String),
    /// The function reported an error and cannot go on.
    Failed(String),
}

/// The runtime API of one process.
#[derive(Debug)]
pub(super) struct RuntimeApi {
    address: SocketAddr,
    steps: Receiver<FunctionEvent>,
}

impl RuntimeApi {
    /// Serves `invocations` to the function, one after the other, on the loopback interface. If the function requests another
    /// invocation after the last one, it gets no answer.
    pub(super) fn start(invocations: Vec<Value>) -> Result<Self> {
        let (tell, steps) = channel();
        let left = Arc::new(Mutex::new(VecDeque::from(invocations)));
        let idle = tell.clone();
        let next = move || {
            let (left, idle) = (left.clone(), idle.clone());
            async move {
                let next = left
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .pop_front();
                if let Some(event) = next {
                    return (headers(), Json(event));
                }
                let _ = idle.send(FunctionEvent::Idle);
                pending().await
            }
        };
        let reported = move |uri: Uri, text: String| async move {
            let is_answer = uri.path().ends_with("/response");
            let step = if is_answer {
                FunctionEvent::Answered
            } else {
                FunctionEvent::Failed
            };
            let _ = tell.send(step(text));
            StatusCode::ACCEPTED
        };
        let api = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .fallback(reported);
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"));
        let listener = listener.context("listening on the loopback interface")?;
        let address = listener.local_addr()?;
        thread::spawn(move || runtime.block_on(axum::serve(listener, api).into_future()));
        Ok(Self { address, steps })
    }

    /// Returns the value for the variable `AWS_LAMBDA_RUNTIME_API`.
    pub(super) fn address(&self) -> String {
        self.address.to_string()
    }

    /// Waits until the function has answered all invocations and requests another one. Returns the answers in order.
    ///
    /// # Errors
    /// The function failed, `has_ended` is true, or the function took more than `patience` for a step.
    pub(super) fn until_idle(
        &self,
        patience: Duration,
        mut has_ended: impl FnMut() -> bool,
    ) -> Result<Vec<Value>> {
        let mut answers = Vec::new();
        loop {
            match self.next(patience, &mut has_ended)? {
                FunctionEvent::Idle => return Ok(answers),
                FunctionEvent::Answered(text) => {
                    let answer = serde_json::from_str(&text);
                    answers.push(
                        answer
                            .with_context(|| format!("an answer that is no JSON: {text:.200}"))?,
                    );
                }
                FunctionEvent::Failed(report) => {
                    anyhow::bail!("the function failed: {report:.500}")
                }
            }
        }
    }

    fn next(
        &self,
        patience: Duration,
        has_ended: &mut impl FnMut() -> bool,
    ) -> Result<FunctionEvent> {
        let deadline = Instant::now() + patience;
        while Instant::now() < deadline {
            match self.steps.recv_timeout(GLANCE) {
                Err(RecvTimeoutError::Timeout) if has_ended() => {
                    anyhow::bail!("the function has ended")
                }
                Err(RecvTimeoutError::Timeout) => {}
                step => return step.context("nobody listens to the function"),
            }
        }
        anyhow::bail!("the function does not ask for an invocation")
    }
}

/// Returns the headers that Lambda sends with an invocation.
fn headers() -> [(&'static str, String); 3] {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let deadline = (now + TIMEOUT).as_millis();
    let function = "arn:aws:lambda:us-east-1:000000000000:function:measured";
    [
        (
            "lambda-runtime-aws-request-id",
            "00000000-0000-4000-8000-000000000000".to_owned(),
        ),
        ("lambda-runtime-deadline-ms", deadline.to_string()),
        ("lambda-runtime-invoked-function-arn", function.to_owned()),
    ]
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpStream;

    use serde_json::json;

    use super::*;

    #[test]
    fn a_function_is_given_its_invocations_and_then_is_idle() {
        let api = RuntimeApi::start(vec![json!({"n": 1})]).unwrap();
        let mut function = TcpStream::connect(api.address()).unwrap();
        let next = b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nhost: lambda\r\n\r\n";
        function.write_all(next).unwrap();
        let mut event = [0; 1_024];
        let length = function.read(&mut event).unwrap();
        assert!(String::from_utf8_lossy(&event[..length]).ends_with("\r\n\r\n{\"n\":1}"));
        let response = b"POST /2018-06-01/runtime/invocation/x/response HTTP/1.1\r\ncontent-length: 2\r\n\r\n{}";
        function.write_all(response).unwrap();
        function.write_all(next).unwrap();
        let answers = api.until_idle(Duration::from_secs(10), || false).unwrap();
        assert_eq!(answers, [json!({})]);
    }

    #[test]
    fn a_function_that_has_ended_is_not_waited_for() {
        let api = RuntimeApi::start(vec![]).unwrap();
        let reported = api
            .until_idle(Duration::from_mins(10), || true)
            .unwrap_err();
        assert_eq!(reported.to_string(), "the function has ended");
    }

    #[test]
    fn a_function_that_fails_is_told() {
        let api = RuntimeApi::start(vec![]).unwrap();
        let mut function = TcpStream::connect(api.address()).unwrap();
        let error =
            b"POST /2018-06-01/runtime/init/error HTTP/1.1\r\ncontent-length: 4\r\n\r\nwhy?";
        function.write_all(error).unwrap();
        let reported = api
            .until_idle(Duration::from_secs(10), || false)
            .unwrap_err();
        assert_eq!(reported.to_string(), "the function failed: why?");
    }
}
