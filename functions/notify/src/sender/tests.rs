//! A process that dies between any two of its calls, and messages that come twice at once, on the real table and the SES of
//! a running stack: `cargo xtask test`.

use std::path::PathBuf;

use bootstrap::metrics::{Noted, emf::Emf};
use domain::id::UserId;
use fixtures::{Stack, emulated, until_it_dies};
use futures::future::join_all;

use super::*;
use crate::lambda::Ses;

struct Case {
    sender: Sender,
    mail_dir: PathBuf,
    key: MailKey,
    to: String,
}

impl Case {
    /// Of a mail that nobody else sends. `lease`: how long the claim of a process that died keeps others away.
    fn new(stack: &Stack, lease: Duration) -> Self {
        let user = UserId::from_uuid(uuid::Uuid::now_v7());
        Self {
            sender: Sender {
                transport: Arc::new(Ses::new(&stack.aws(), None)),
                store: Store::on_dynamodb(stack.dynamodb(), stack.text("tableName")),
                pace: Pace::new("1000".parse().unwrap()),
                lease,
                standing: Standing::default(),
                metrics: Metrics::new(Emf::new("test")),
            },
            mail_dir: stack.text("mailDir").into(),
            key: MailKey::account("test", user, 1),
            to: format!("{}@example.com", user.to_string().to_lowercase()),
        }
    }

    async fn send(&self) -> Result<(), MailError> {
        let message = Message {
            from: "tickets@em-connect.example".to_owned(),
            to: self.to.clone(),
            subject: "Test".to_owned(),
            bytes: format!(
                "From: tickets@em-connect.example\r\nTo: {}\r\nSubject: Test\r\n\r\nTest\r\n",
                self.to
            )
            .into_bytes(),
        };
        let due = Due {
            request: "test",
            since: None,
        };
        self.sender.send_once(&self.key, due, || Ok(message)).await
    }

    /// Sends, and dies when it has waited `waits` times. Whether it came to its end before.
    async fn send_and_die(&self, waits: usize) -> bool {
        let sent = until_it_dies(self.send(), waits).await;
        sent.map(Result::unwrap).is_some()
    }

    /// How many mails arrived.
    fn arrived(&self) -> usize {
        std::fs::read_dir(&self.mail_dir)
            .unwrap()
            .flatten()
            .filter(|entry| entry.path().extension().is_some_and(|name| name == "eml"))
            .filter(|entry| {
                std::fs::read_to_string(entry.path()).is_ok_and(|mail| mail.contains(&self.to))
            })
            .count()
    }
}

#[tokio::test]
async fn wherever_the_process_dies_the_mail_arrives_and_twice_only_if_it_had_arrived_unnoted() {
    let stack = emulated!("sends by SES");
    let mut deaths = 0;
    for waits in 0.. {
        let case = Case::new(&stack, Duration::ZERO);
        let whole = case.send_and_die(waits).await;
        // What the dead process had sent may be on its way: the next one, which says that it was first, tells.
        case.send().await.unwrap();
        case.send().await.unwrap();
        let arrived = case.arrived();
        assert!(
            (1..=2).contains(&arrived),
            "{arrived} mails after {waits} waits"
        );
        if whole {
            assert_eq!(arrived, 1);
            break;
        }
        deaths += 1;
        let known = case
            .sender
            .store
            .mail_states(std::slice::from_ref(&case.key))
            .await;
        assert_eq!(known.unwrap()[&case.key], MailState::Sent);
    }
    assert!(deaths > 3, "the process died {deaths} times only");
}

#[tokio::test]
async fn the_same_mail_five_times_at_once_is_one() {
    let stack = emulated!("sends by SES");
    let case = Case::new(&stack, LEASE);
    let sent = join_all([(); 5].map(|()| case.send())).await;
    assert!(sent.iter().any(Result::is_ok));
    for refused in sent.into_iter().filter_map(Result::err) {
        assert!(
            matches!(refused, MailError::Later(Cause::Busy)),
            "{refused:?}"
        );
    }
    case.send().await.unwrap();
    assert_eq!(case.arrived(), 1);
    let once = Noted {
        metric: Metric::Mails {
            kind: "other",
            outcome: "sent",
        },
        values: vec![1],
    };
    assert_eq!(case.sender.metrics.drain(), [once]);
}

#[tokio::test]
async fn what_ses_says_is_noted_for_whoever_asks_for_health() {
    let stack = emulated!("sends by SES");
    let case = Case::new(&stack, LEASE);
    let begun = clock::now();
    let noted = async || case.sender.store.sender_note().await.unwrap();
    case.send().await.unwrap();
    assert!(noted().await.accepted_at >= Some(begun));

    let refused = Case::new(&stack, LEASE);
    let marker = refused.mail_dir.join(format!(".refuse-{}", refused.to));
    std::fs::write(&marker, "SendingPausedException").unwrap();
    let sent = refused.send().await;
    std::fs::remove_file(marker).unwrap();
    assert!(matches!(sent, Err(MailError::Later(_))), "{sent:?}");
    let (at, _) = noted().await.refused.unwrap();
    assert!(at >= begun);
    // That mail is taken again is noted at once.
    let released = clock::now();
    refused.send().await.unwrap();
    assert!(noted().await.accepted_at >= Some(released));
}
