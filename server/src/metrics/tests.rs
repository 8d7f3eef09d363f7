use bootstrap::metrics::{Metric, Metrics};
use embedded::{Database, Options};
use queues::{Outgoing, Producer as _};

use super::{state::Seen, *};

#[tokio::test]
async fn what_functions_note_and_what_lies_on_queues_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::open(folder.path().join("t.db"), Options::default()).unwrap();
    let message = Outgoing {
        body: "{}".to_owned(),
        ..Outgoing::default()
    };
    database.send("mail", vec![message]).await.unwrap();
    let server = ServerMetrics::default();
    let metrics = Metrics::new(server.clone());
    metrics.note(Metric::CheckIns { result: "admitted" }, 2);
    metrics.note(Metric::CheckIns { result: "admitted" }, 1);
    metrics.note(Metric::TicketAge, 40);
    metrics.write(None);
    server.answered(201, Duration::from_millis(3));
    let text = server.text(&Seen::now(&database, 7)).unwrap();
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
        "em_connect_live_connections 7",
    ] {
        assert!(text.lines().any(|told| told == line), "{line}\n{text}");
    }
    let lines = text.lines().filter(|line| line.starts_with("# TYPE"));
    assert!(lines.count() > Metric::ALL.len());
}
