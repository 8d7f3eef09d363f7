use bootstrap::metrics::{Metric, Metrics};
use embedded::{Database, Options};
use queues::{Outgoing, Producer as _};

use super::*;

#[tokio::test]
async fn what_functions_note_and_the_state_of_queues_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::open(folder.path().join("t.db"), Options::default()).unwrap();
    let message = Outgoing {
        body: "{}".to_owned(),
        ..Outgoing::default()
    };
    database.send("mail", vec![message]).await.unwrap();
    let connections = OpenConnections::default();
    for id in ["1", "2", "3"] {
        connections.open(id);
    }
    let server = ServerMetrics::new(database, connections);
    let metrics = Metrics::new(server.clone());
    metrics.note(Metric::CheckIns { result: "admitted" }, 2);
    metrics.note(Metric::CheckIns { result: "admitted" }, 1);
    metrics.note(Metric::TicketAge, 40);
    metrics.write(None);
    server.answered(201, Duration::from_millis(3));
    let text = server.text().unwrap();
    for line in [
        "em_connect_check_ins_total{result=\"admitted\"} 3",
        "em_connect_ticket_age_seconds_count 1",
        "em_connect_ticket_age_seconds_bucket{le=\"0.05\"} 1",
        "em_connect_ticket_age_seconds_bucket{le=\"0.025\"} 0",
        "em_connect_registrations_confirmed_total 0",
        "em_connect_http_requests_total{status=\"2xx\"} 1",
        "em_connect_http_request_seconds_count 1",
        "em_connect_queue_messages{queue=\"mail\",state=\"waiting\"} 1",
        "em_connect_queue_messages{queue=\"mail-dead-letters\",state=\"waiting\"} 0",
        "em_connect_stream_records 0",
        "em_connect_database_writes_total 1",
        "# TYPE em_connect_database_writes_total counter",
        "em_connect_live_connections 3",
    ] {
        assert!(
            text.lines().any(|reported| reported == line),
            "{line}\n{text}"
        );
    }
    let lines = text.lines().filter(|line| line.starts_with("# TYPE"));
    assert!(lines.count() > Metric::ALL.len());
}

#[test]
fn a_database_that_cannot_be_read_has_no_samples() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.db");
    let database = Database::open(&path, Options::default()).unwrap();
    std::fs::remove_file(path).unwrap();
    let text = ServerMetrics::new(database, OpenConnections::default())
        .text()
        .unwrap();
    let sampled = |name: &str| {
        let name = format!("em_connect_{name}");
        text.lines().any(|line| line.starts_with(&name))
    };
    for name in [
        "queue_messages{",
        "queue_age_seconds{",
        "stream_records ",
        "stream_age_seconds ",
        "database_bytes ",
        "database_journal_bytes ",
    ] {
        assert!(!sampled(name), "{name}\n{text}");
    }
    assert!(
        sampled("live_connections 0") && sampled("database_writes_total 0"),
        "{text}"
    );
}
