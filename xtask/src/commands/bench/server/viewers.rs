//! Measures viewers who watch an event over WebSocket while people register for this event.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, bail, ensure};
use futures::future::{join, try_join_all};
use futures::{SinkExt as _, StreamExt as _, TryStreamExt as _, stream};
use hyper::StatusCode;
use serde::Deserialize;
use serde_json::json;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::{Message, protocol::WebSocketConfig};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use super::super::figures::latency_of;
use super::load;
use super::report::Live;
use super::scene::Scene;
use crate::clock::parse_rfc3339;

/// Number of viewers that connect at the same time.
const AT_ONCE: usize = 32;
/// Number of connections that send registrations.
const CONNECTIONS: usize = 32;
/// Maximum time that a viewer waits for a frame.
const PATIENCE: Duration = Duration::from_mins(2);
/// Size of a read buffer, in bytes. It is small because thousands of connections share this process.
const READ_BUFFER: usize = 1 << 10;

type Viewer = WebSocketStream<TcpStream>;

/// A frame of live counts (`docs/live.md`).
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Frame {
    r#type: String,
    #[serde(default)]
    registered: usize,
    #[serde(default)]
    as_of: String,
}

/// Measures an event with `viewers` viewers while all people register for this event.
pub(super) fn measure(scene: &Scene, viewers: usize) -> Result<Live> {
    let (event, people) = (scene.event()?, scene.crowd.people.len());
    let address = &scene.server.address;
    scene.block_on(async {
        let opened = (0..viewers).map(|_| Ok(open(address, &event)));
        let opened = stream::iter(opened).try_buffer_unordered(AT_ONCE);
        let opened: Vec<Viewer> = opened.try_collect().await?;
        tokio::time::sleep(Duration::from_secs(2)).await;
        let idle = scene.server.memory()?;
        scene.server.forget_most_memory()?;
        let watching = opened.into_iter().map(|viewer| watch(viewer, people));
        let watching = try_join_all(watching.map(tokio::task::spawn_local));
        let make = |person| scene.registration(&event, person);
        let is_done = |_, status, _: &_| status == StatusCode::CREATED;
        let registering = async {
            let all = load::run(address, CONNECTIONS, PATIENCE, people, make, is_done).await?;
            anyhow::Ok((all, Instant::now()))
        };
        let (watched, registered) = join(watching, registering).await;
        let (registered, end) = registered?;
        let others = &registered.others;
        ensure!(registered.done == people, "not all register: {others:?}");
        let (mut frames, mut last) = (Vec::new(), Vec::new());
        for one in watched? {
            let (latencies, knew) = one?;
            frames.extend(latencies);
            last.push(knew.saturating_duration_since(end).as_secs_f64() * 1_000.0);
        }
        Ok(Live {
            viewers,
            per_second: registered.per_second,
            latency: registered.latency,
            frame: latency_of(frames),
            last: latency_of(last),
            idle,
            after: scene.server.memory()?,
        })
    })
}

/// Connects to the server, subscribes to the event's live counts, and waits for the first frame, which is a snapshot.
async fn open(address: &str, event: &str) -> Result<Viewer> {
    let stream = TcpStream::connect(address).await?;
    let config = WebSocketConfig::default().read_buffer_size(READ_BUFFER);
    let url = format!("ws://{address}/live");
    let (mut viewer, _) = client_async_with_config(url, stream, Some(config)).await?;
    let subscribe = json!({"action": "subscribe", "eventId": event}).to_string();
    viewer.send(Message::text(subscribe)).await?;
    while hear(&mut viewer).await?.r#type != "snapshot" {}
    Ok(viewer)
}

/// Reads frames until one of them counts `people` registrations. Returns the time at which this frame arrived, and for each
/// frame, how many milliseconds passed between the server's reading of the counts and the frame's arrival.
async fn watch(mut viewer: Viewer, people: usize) -> Result<(Vec<f64>, Instant)> {
    let mut latencies = Vec::new();
    loop {
        let frame = hear(&mut viewer).await?;
        if frame.r#type == "count" {
            let taken = parse_rfc3339(&frame.as_of).context("a count without a time")?;
            let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
            let latency = now.saturating_sub(Duration::from_nanos(taken));
            latencies.push(latency.as_secs_f64() * 1_000.0);
            if frame.registered == people {
                return Ok((latencies, Instant::now()));
            }
        }
    }
}

async fn hear(viewer: &mut Viewer) -> Result<Frame> {
    loop {
        let message = timeout(PATIENCE, viewer.next()).await.context("no frame")?;
        match message.context("the server closed a connection")?? {
            Message::Text(text) => {
                let frame: Frame = serde_json::from_str(&text)?;
                ensure!(frame.r#type != "error", "a viewer got {text}");
                return Ok(frame);
            }
            Message::Close(_) => bail!("the server closed a connection"),
            _ => {}
        }
    }
}
