//! Describes the state of a server as text for its operator.

use std::fmt::Write as _;

use anyhow::Context as _;
use api::Caller;
use axum::{Router, body::Body};
use bootstrap::clock;
use embedded::{View, queue};
use http_body_util::BodyExt as _;
use hyper::Request;
use serde_json::Value;
use tower::ServiceExt as _;

use super::{Report, Running, Source};
use crate::follow::FOLLOWER;

/// Reports the state of the server and of its data. The report is good if a server answers and is ready.
pub(super) async fn report(source: &Source) -> anyhow::Result<Report> {
    let mut text = String::new();
    let folder = source.folder.path().display();
    let is_good = if let Some(running) = &source.running {
        let version = env!("CARGO_PKG_VERSION");
        let (url, since) = (&running.url, running.since);
        writeln!(
            text,
            "em-connect {version} serves {folder} at {url}, since {since}"
        )?;
        server(running, &mut text).await?
    } else {
        writeln!(text, "no server answers for {folder}")?;
        false
    };
    data(&source.view, &mut text)?;
    Ok(Report { text, is_good })
}

/// Adds the state of the server to a report, with each health check that has a problem. Returns whether the server is ready.
async fn server(running: &Running, text: &mut String) -> anyhow::Result<bool> {
    let (is_ready, readiness) = readiness(&running.router).await?;
    let verdict = readiness["status"].as_str().unwrap_or_default();
    write!(text, "health             {verdict}")?;
    let checks = readiness["checks"].as_object().into_iter().flatten();
    for (name, check) in checks {
        let status = check["status"].as_str().unwrap_or_default();
        if status != "ok" {
            write!(text, ", {name} {status}")?;
        }
    }
    writeln!(text, "\nlive connections   {}", running.live.open())?;
    Ok(is_ready)
}

/// Returns whether the server is ready, according to `GET /health/ready`, and the body of this answer.
async fn readiness(router: &Router) -> anyhow::Result<(bool, Value)> {
    let mut request = Request::get("/health/ready").body(Body::empty())?;
    request.extensions_mut().insert(Caller::default());
    let answer = router.clone().oneshot(request).await?;
    let is_ready = answer.status().is_success();
    let body = answer.into_body().collect().await?.to_bytes();
    let body = serde_json::from_slice(&body).context("the server does not report its health")?;
    Ok((is_ready, body))
}

/// Adds the size of the database and the lengths of the queues to a report.
fn data(view: &View, text: &mut String) -> anyhow::Result<()> {
    let sizes = view.sizes()?;
    let mebibytes = |bytes: u64| bytes.div_ceil(1 << 20);
    writeln!(
        text,
        "database           {} MiB, and {} MiB of journal",
        mebibytes(sizes.file_bytes),
        mebibytes(sizes.journal_bytes)
    )?;
    let waiting = view.waiting(FOLLOWER)?;
    write!(text, "relay              {} records wait", waiting.records)?;
    if let Some(oldest) = waiting.oldest {
        let age = (clock::now() - oldest).get_seconds();
        write!(text, ", the oldest for {age} s")?;
    }
    for settings in queue::ALL {
        let depth = view.depth(settings.name)?;
        if settings.dead_letters.is_some() || depth.all() > 0 {
            let (name, in_flight) = (settings.name, depth.in_flight);
            let waiting = depth.waiting + depth.delayed;
            write!(text, "\n{name:<18} {waiting} wait, {in_flight} in work")?;
        }
    }
    Ok(())
}
