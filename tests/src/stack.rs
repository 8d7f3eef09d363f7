//! Where a deployed stack listens, and who may be whom on it.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::json;
use tokio::sync::Mutex;

use crate::queues::Listed;
use crate::{Account, Client, User, unique};

/// Names the file that `cargo xtask up` writes.
pub(crate) const STACK_VARIABLE: &str = "EM_CONNECT_STACK";

/// The seeded administrator's session, and when it began: logging in is slow by design, so all tests share one.
static ADMIN: Mutex<Option<(Account, Instant)>> = Mutex::const_new(None);
/// The age at which a session of the administrator is replaced. An access token is good for 15 minutes; a slow run takes longer.
const ADMIN_SESSION: Duration = Duration::from_mins(8);

/// Whoever holds this is alone in making another administrator, or in relying on there being one only.
pub static ADMINISTRATORS: Mutex<()> = Mutex::const_new(());

/// A running stack, seen from the runtime of one test.
#[derive(Clone, Debug)]
pub struct Stack {
    listing: Arc<Listing>,
    listing_file: PathBuf,
    mail_folder: PathBuf,
    anyone: Client,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listing {
    http_url: String,
    ws_url: String,
    endpoint_url: String,
    table_name: String,
    mail_dir: PathBuf,
    queues: HashMap<String, Listed>,
    functions: HashMap<String, String>,
    admin: Credentials,
    organizer: Credentials,
}

/// What somebody logs in with.
#[derive(Clone, Debug, Deserialize)]
pub struct Credentials {
    /// Email address.
    pub email: String,
    /// Password, in clear.
    pub password: String,
}

impl Stack {
    /// The stack of the file that the environment names.
    pub fn from_env() -> Self {
        let Some(path) = std::env::var_os(STACK_VARIABLE) else {
            panic!(
                "the black-box suite needs a running stack: run `cargo xtask test` \
                 (or set {STACK_VARIABLE} to the stack.json of a stack that is up)"
            );
        };
        let listing = std::fs::read(&path)
            .map_err(|error| error.to_string())
            .and_then(|bytes| {
                serde_json::from_slice::<Listing>(&bytes).map_err(|error| error.to_string())
            });
        match listing {
            Ok(listing) => Self {
                anyone: Client::anonymous(http_client(), &listing.http_url),
                mail_folder: project_folder().join(&listing.mail_dir),
                listing: Arc::new(listing),
                listing_file: std::path::absolute(&path).unwrap_or_else(|_| path.into()),
            },
            Err(error) => panic!(
                "the black-box suite needs a running stack: run `cargo xtask test`; \
                 {STACK_VARIABLE} names {}: {error}",
                path.display()
            ),
        }
    }

    /// Somebody without an account.
    pub fn anyone(&self) -> &Client {
        &self.anyone
    }

    /// Where the HTTP API is.
    pub fn http_url(&self) -> &str {
        &self.listing.http_url
    }

    /// Somebody without an account, of another deployment that listens there.
    pub fn anyone_at(&self, http_url: &str) -> Client {
        Client::anonymous(http_client(), http_url)
    }

    /// A program that finds this stack as everything does that reads `stack.json`: by its environment.
    pub fn program(&self, name: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(name);
        command.env(STACK_VARIABLE, &self.listing_file);
        command
    }

    /// Its name, which is that of the folder of its listing.
    pub fn name(&self) -> &OsStr {
        let folder = self.listing_file.parent().and_then(Path::file_name);
        folder.unwrap_or_default()
    }

    /// What the seeded administrator logs in with.
    pub fn admin_credentials(&self) -> &Credentials {
        &self.listing.admin
    }

    /// What the seeded organizer logs in with.
    pub fn organizer_credentials(&self) -> &Credentials {
        &self.listing.organizer
    }

    /// The path below the HTTP API that a link leads to.
    #[track_caller]
    pub fn path_of<'link>(&self, link: &'link str) -> &'link str {
        let base = self.listing.http_url.trim_end_matches('/');
        match link.strip_prefix(base) {
            Some(path) => path,
            None => panic!("{link} leads elsewhere than to {base}"),
        }
    }

    /// Where the WebSocket is.
    pub(crate) fn ws_url(&self) -> &str {
        &self.listing.ws_url
    }

    /// Name of the one table.
    pub(crate) fn table_name(&self) -> &str {
        &self.listing.table_name
    }

    /// Name of a function on Lambda.
    #[track_caller]
    pub(crate) fn function_name(&self, function: &str) -> &str {
        match self.listing.functions.get(function) {
            Some(name) => name,
            None => panic!("stack.json lists no function {function}"),
        }
    }

    /// Where mails lie that were sent.
    pub(crate) fn mail_folder(&self) -> &Path {
        &self.mail_folder
    }

    /// Who to ask about a queue, and the queue, if it is listed.
    pub(crate) fn sqs(&self, queue: &str) -> (Client, Option<Listed>) {
        (self.emulator(), self.listing.queues.get(queue).cloned())
    }

    /// Where whatever stands in for AWS listens.
    pub fn endpoint_url(&self) -> &str {
        &self.listing.endpoint_url
    }

    /// Whatever stands in for AWS.
    pub fn emulator(&self) -> Client {
        Client::anonymous(http_client(), self.endpoint_url())
    }

    /// The header by which its owner calls a service of whatever stands in for AWS: it looks at the names only.
    pub fn authorization(service: &str) -> String {
        format!(
            "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/{service}/aws4_request, \
             SignedHeaders=host, Signature=0"
        )
    }

    /// A new account with the role `user`.
    pub async fn register_user(&self) -> User {
        self.register_user_named("Kim Doe").await
    }

    /// A new account with the role `user` and this name.
    pub async fn register_user_named(&self, name: &str) -> User {
        let email = format!("kim.{}@example.com", unique());
        let password = format!("a long pass {}", unique());
        let body = json!({"email": email, "password": password, "name": name});
        let answer = self.anyone.post("/v1/auth/register", body).await;
        let account = Account::from_answer(&answer.expect(201), &password);
        self.sign_in(account)
    }

    /// A new account with the role `organizer`, which owns no event yet.
    pub async fn register_organizer(&self) -> User {
        self.register_organizer_named("Ada Doe").await
    }

    /// A new account with the role `organizer` and this name.
    pub async fn register_organizer_named(&self, name: &str) -> User {
        let user = self.register_user_named(name).await;
        let granted = self.admin().await.grant_role(user.id(), "organizer").await;
        granted.expect(200);
        self.log_in(&user.credentials()).await
    }

    /// The seeded administrator; all tests share one session.
    pub async fn admin(&self) -> User {
        let mut shared = ADMIN.lock().await;
        let account = match &*shared {
            Some((account, begun)) if begun.elapsed() < ADMIN_SESSION => account.clone(),
            _ => {
                let account = self.log_in(&self.listing.admin).await.account;
                shared.insert((account, Instant::now())).0.clone()
            }
        };
        self.sign_in(account)
    }

    /// A new session of an account that exists.
    pub async fn log_in(&self, credentials: &Credentials) -> User {
        let answer = self.try_log_in(credentials).await.expect(200);
        self.sign_in(Account::from_answer(&answer, &credentials.password))
    }

    /// `POST /v1/auth/login`, however it ends.
    pub async fn try_log_in(&self, credentials: &Credentials) -> crate::Answer {
        let body = json!({"email": credentials.email, "password": credentials.password});
        self.anyone.post("/v1/auth/login", body).await
    }

    /// The user of an account that was made elsewhere, in this test's runtime.
    pub fn sign_in(&self, account: Account) -> User {
        User::new(account, &self.anyone)
    }
}

/// Where relative paths of the listing begin.
pub fn project_folder() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// One client for a test: plain HTTP, no proxy, no redirect followed, no connection kept so long that the other
/// side may be closing it.
fn http_client() -> reqwest::Client {
    let client = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .pool_idle_timeout(Duration::from_secs(2))
        .timeout(Duration::from_mins(1))
        .build();
    match client {
        Ok(client) => client,
        Err(error) => panic!("no HTTP client: {error:?}"),
    }
}
