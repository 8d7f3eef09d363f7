//! Tests of a notify process that crashes between any two of its calls, and of messages that are delivered twice at the same
//! time. The tests use a real table. They send mail to the SES of a deployed stack, or to a folder.

use std::path::PathBuf;

use bootstrap::metrics::{Noted, emf::Emf};
use domain::{
    accounts::{email::TypedEmail, user::User},
    id::UserId,
    mail::{kind::MailKind, sender::Fault},
};
use fixtures::{Stack, emulated, until_it_dies};
use futures::{
    FutureExt as _,
    future::{BoxFuture, join_all, ready},
};
use store::{Account, NewAccount};
use tempfile::TempDir;

use super::*;
use crate::{Accepted, error::BoxError, lambda::Ses};

/// A transport that stores mails as files.
#[derive(Debug)]
struct Keeping(TempDir);

impl Transport for Keeping {
    fn send<'a>(&'a self, mail: RawMail<'a>) -> BoxFuture<'a, Result<Accepted, Refusal>> {
        async move {
            // This wait simulates a network call. The process may crash before the mail is stored and after it.
            tokio::task::yield_now().await;
            let id = uuid::Uuid::now_v7().to_string();
            let file = self.0.path().join(format!("{id}.eml"));
            std::fs::write(file, mail.message.bytes).unwrap();
            tokio::task::yield_now().await;
            Ok(Accepted { id })
        }
        .boxed()
    }
}

/// Returns the key of a mail whose kind does not exist.
fn key(user: UserId) -> MailKey {
    let welcome = MailKey::account(MailKind::Welcome, user, 1);
    MailKey::parse(&welcome.as_str().replace("welcome", "test")).unwrap()
}

struct Case {
    sender: Sender,
    mail_dir: PathBuf,
    key: MailKey,
    to: String,
}

impl Case {
    /// Creates a case with a mail that no other test sends. If a process crashes, its claim blocks other processes for the time
    /// `lease`.
    fn new(lease: Duration) -> Self {
        let (transport, mail_dir): (Arc<dyn Transport>, PathBuf) =
            if let Some(stack) = Stack::deployed() {
                (
                    Arc::new(Ses::new(&stack.aws(), None)),
                    stack.text("mailDir").into(),
                )
            } else {
                let folder = tempfile::tempdir().unwrap();
                let path = folder.path().to_owned();
                (Arc::new(Keeping(folder)), path)
            };
        let user = UserId::from_uuid(uuid::Uuid::now_v7());
        Self {
            sender: Sender {
                transport,
                store: Store::new(fixtures::table()),
                pace: Pace::new("1000".parse().unwrap()),
                lease,
                standing: Standing::default(),
                metrics: Metrics::new(Emf::new("test")),
            },
            mail_dir,
            key: key(user),
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

    /// Sends the mail. The process crashes after it has waited for other services `waits` times. Returns whether the process
    /// finished before the crash.
    async fn send_and_die(&self, waits: usize) -> bool {
        let sent = until_it_dies(self.send(), waits).await;
        sent.map(Result::unwrap).is_some()
    }

    async fn state(&self) -> MailState {
        let known = self
            .sender
            .store
            .mail_states(std::slice::from_ref(&self.key));
        known.await.unwrap()[&self.key].0
    }

    /// Creates the recipient's account with this address.
    async fn make_account(&self, email: &str) {
        let email = TypedEmail::parse(email).map(TypedEmail::into_email);
        let user = User {
            email: email.unwrap(),
            ..fixtures::user(self.key.user().unwrap())
        };
        let account = Account::new(user, "none".to_owned());
        let email = TypedEmail::from(&account.user.email);
        let made = self.sender.store.create_account(&account, &email, "test");
        assert_eq!(made.await.unwrap(), NewAccount::Created);
    }

    async fn block(&self) -> Option<MailBlock> {
        let account = self.sender.store.account(self.key.user().unwrap());
        account.await.unwrap().unwrap().mail_block
    }

    /// Returns the number of mails that arrived.
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
    let mut deaths = 0;
    for waits in 0.. {
        let case = Case::new(Duration::ZERO);
        let whole = case.send_and_die(waits).await;
        // The process may have crashed before it sent the mail, or before it recorded that the mail was sent. The next attempts
        // handle both cases.
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
        assert_eq!(case.state().await, MailState::Sent);
    }
    assert!(deaths > 3, "the process died {deaths} times only");
}

#[tokio::test]
async fn the_same_mail_five_times_at_once_is_one() {
    let case = Case::new(LEASE);
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
    emulated!("SES refuses a mail");
    let case = Case::new(LEASE);
    let begun = clock::now();
    let noted = async || case.sender.store.sender_note().await.unwrap();
    case.send().await.unwrap();
    assert!(noted().await.accepted_at >= Some(begun));

    let refused = Case::new(LEASE);
    let marker = refused.mail_dir.join(format!(".refuse-{}", refused.to));
    std::fs::write(&marker, "SendingPausedException").unwrap();
    let sent = refused.send().await;
    std::fs::remove_file(marker).unwrap();
    assert!(matches!(sent, Err(MailError::Later(_))), "{sent:?}");
    let (at, _) = noted().await.refused.unwrap();
    assert!(at >= begun);
    // When the transport accepts mail after a refusal, the acceptance is recorded immediately.
    let released = clock::now();
    refused.send().await.unwrap();
    assert!(noted().await.accepted_at >= Some(released));
}

/// A transport that refuses every mail in the same way.
#[derive(Debug)]
struct Refusing(fn(BoxError) -> Refusal);

impl Transport for Refusing {
    fn send<'a>(&'a self, _: RawMail<'a>) -> BoxFuture<'a, Result<Accepted, Refusal>> {
        ready(Err(self.0("refused".into()))).boxed()
    }
}

/// Returns a case whose transport refused the mail with this refusal, and the result of sending.
async fn refused(refusal: fn(BoxError) -> Refusal) -> (Case, Result<(), MailError>) {
    let mut case = Case::new(LEASE);
    let ses = std::mem::replace(&mut case.sender.transport, Arc::new(Refusing(refusal)));
    let sent = case.send().await;
    case.sender.transport = ses;
    (case, sent)
}

#[tokio::test]
async fn a_mail_that_was_not_sent_can_be_sent_again_at_once() {
    let paused: fn(BoxError) -> Refusal = |cause| Refusal::Sender(Fault::Paused, cause);
    for refusal in [paused, Refusal::Throttled, Refusal::NotSent] {
        let (case, sent) = refused(refusal).await;
        assert!(matches!(sent, Err(MailError::Later(_))), "{sent:?}");
        assert_eq!(case.state().await, MailState::Sending);
        case.send().await.unwrap();
        assert_eq!((case.state().await, case.arrived()), (MailState::Sent, 1));
    }
}

#[tokio::test]
async fn a_mail_that_may_have_been_sent_waits_for_the_end_of_its_claim() {
    let (case, sent) = refused(Refusal::Unknown).await;
    assert!(matches!(sent, Err(MailError::Later(_))), "{sent:?}");
    let again = case.send().await;
    assert!(
        matches!(again, Err(MailError::Later(Cause::Busy))),
        "{again:?}"
    );
}

#[tokio::test]
async fn a_mail_that_is_refused_for_good_is_not_sent_again() {
    let (case, sent) = refused(Refusal::Mail).await;
    assert!(matches!(sent, Err(MailError::Never(_))), "{sent:?}");
    case.send().await.unwrap();
    assert_eq!((case.state().await, case.arrived()), (MailState::Failed, 0));
}

#[tokio::test]
async fn an_address_that_is_refused_counts_as_a_bounce_and_gets_no_more_mail() {
    let mut case = Case::new(LEASE);
    case.make_account(&case.to.clone()).await;
    case.sender.transport = Arc::new(Refusing(Refusal::Address));
    case.send().await.unwrap();
    assert_eq!(case.state().await, MailState::Bounced);
    assert_eq!(case.block().await, Some(MailBlock::Bounced));
    let once = Noted {
        metric: Metric::Mails {
            kind: "other",
            outcome: "bounced",
        },
        values: vec![1],
    };
    assert_eq!(case.sender.metrics.drain(), [once]);

    // The mail goes to an address that is no longer the account's address.
    let mut moved = Case::new(LEASE);
    moved.make_account(&format!("new.{}", moved.to)).await;
    moved.sender.transport = Arc::new(Refusing(Refusal::Address));
    moved.send().await.unwrap();
    assert_eq!(moved.state().await, MailState::Bounced);
    assert_eq!(moved.block().await, None);
}
