//! What a function's AWS clients are pointed at while it is measured: counts connections and calls.

use std::{
    collections::BTreeMap,
    io::{self, BufReader, Write as _},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
};

use anyhow::{Context as _, Result};

use super::http::{Request, answer};

/// A secret as deployments have one.
const SECRET: &str =
    r#"{"Name": "secret", "SecretString": "0123456789abcdef0123456789abcdef0123456789abcdef"}"#;

/// What went over the wire.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Traffic {
    /// Connections that were opened.
    pub(crate) connections: u64,
    /// Calls by the name of their operation, such as `UpdateItem`.
    pub(crate) calls: BTreeMap<String, u64>,
}

impl Traffic {
    /// Calls of an operation.
    pub(crate) fn of(&self, operation: &str) -> u64 {
        self.calls.get(operation).copied().unwrap_or(0)
    }

    /// What came after `earlier`.
    pub(crate) fn since(&self, earlier: &Self) -> Self {
        let calls = self.calls.iter().filter_map(|(operation, count)| {
            let more = count.saturating_sub(earlier.of(operation));
            (more > 0).then(|| (operation.clone(), more))
        });
        Self {
            connections: self.connections.saturating_sub(earlier.connections),
            calls: calls.collect(),
        }
    }
}

/// An endpoint of AWS.
#[derive(Debug)]
pub(super) struct Wire {
    address: SocketAddr,
    traffic: Arc<Mutex<Traffic>>,
}

impl Wire {
    /// One with a secret and an empty table.
    pub(super) fn stand_in() -> Result<Self> {
        Self::start(None)
    }

    /// One that passes everything on to `emulator`, a URL `http://HOST:PORT`.
    pub(super) fn to(emulator: &str) -> Result<Self> {
        let address = emulator.trim_start_matches("http://").trim_end_matches('/');
        Self::start(Some(address.to_owned()))
    }

    fn start(upstream: Option<String>) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").context("listening for calls of AWS")?;
        let address = listener.local_addr()?;
        let traffic = Arc::new(Mutex::new(Traffic::default()));
        let counted = traffic.clone();
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                lock(&counted).connections += 1;
                let (counted, upstream) = (counted.clone(), upstream.clone());
                thread::spawn(move || serve(&connection, upstream.as_deref(), &counted));
            }
        });
        Ok(Self { address, traffic })
    }

    /// The value of `AWS_ENDPOINT_URL`.
    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What went over it so far.
    pub(super) fn traffic(&self) -> Traffic {
        lock(&self.traffic).clone()
    }
}

fn lock(traffic: &Mutex<Traffic>) -> MutexGuard<'_, Traffic> {
    traffic.lock().unwrap_or_else(PoisonError::into_inner)
}

fn serve(
    connection: &TcpStream,
    upstream: Option<&str>,
    traffic: &Mutex<Traffic>,
) -> io::Result<()> {
    let mut from = BufReader::new(connection.try_clone()?);
    let mut back = connection.try_clone()?;
    let mut emulator = None;
    if let Some(upstream) = upstream {
        let stream = TcpStream::connect(upstream)?;
        let mut answers = stream.try_clone()?;
        let mut to = connection.try_clone()?;
        thread::spawn(move || {
            let copied = io::copy(&mut answers, &mut to);
            to.shutdown(Shutdown::Both).and(copied)
        });
        emulator = Some(stream);
    }
    while let Some(request) = Request::read(&mut from)? {
        let target = request.header("x-amz-target").unwrap_or("unknown");
        let operation = target.rsplit('.').next().unwrap_or(target).to_owned();
        let body = if operation == "GetSecretValue" {
            SECRET
        } else {
            "{}"
        };
        *lock(traffic).calls.entry(operation).or_default() += 1;
        match &mut emulator {
            Some(emulator) => emulator.write_all(&request.raw)?,
            None => answer(&mut back, "200 OK", "", body)?,
        }
    }
    if let Some(emulator) = emulator {
        emulator.shutdown(Shutdown::Both)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::client::Client;

    #[test]
    fn calls_and_connections_are_counted_on_their_way() {
        let table = Wire::stand_in().unwrap();
        let between = Wire::to(&table.url()).unwrap();
        let client = Client::new(&between.url(), std::time::Duration::from_secs(10));
        let call = |operation: &str| client.call_aws(operation, &json!({})).unwrap();
        let secret = call("secretsmanager.GetSecretValue");
        assert!(secret.text_at("/SecretString").is_ok());
        let before = between.traffic();
        assert_eq!(before.of("GetSecretValue"), 1);
        for _ in 0..2 {
            assert_eq!(call("DynamoDB_20120810.UpdateItem").json, json!({}));
        }
        let calls = BTreeMap::from([("UpdateItem".to_owned(), 2)]);
        let expected = Traffic {
            connections: 0,
            calls,
        };
        assert_eq!(between.traffic().since(&before), expected);
        assert_eq!(table.traffic(), between.traffic());
    }
}
