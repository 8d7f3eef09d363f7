//! The running em-connect that the tests call, and the accounts on it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::json;
use tokio::sync::{Mutex, MutexGuard};

use crate::client::http_client;
use crate::emulator::{Emulator, Listing};
use crate::stack_variable::STACK_VARIABLE;
use crate::{Account, Client, Server, User, unique};

/// The age at which a session that tests share is replaced. Its access token is valid for 15 minutes, and a slow run takes
/// longer than that.
pub(crate) const SHARED_SESSION: Duration = Duration::from_mins(8);

/// The lock that tests hold while they make another administrator, or while they need exactly one administrator.
pub static ADMINISTRATORS: Mutex<()> = Mutex::const_new(());

/// The em-connect that the tests of this run use.
static TARGET: OnceLock<Arc<Place>> = OnceLock::new();

/// A running em-connect, as a test uses it from its own tokio runtime.
#[derive(Clone, Debug)]
pub struct Stack {
    place: Arc<Place>,
    anyone: Client,
}

/// The state that is shared by all tests that use the same em-connect.
#[derive(Debug)]
struct Place {
    host: Host,
    http_url: String,
    ws_url: String,
    mail_folder: PathBuf,
    admin: Credentials,
    organizer: OnceLock<Credentials>,
    /// The administrator's session, and the time of the login. A login is slow by design, so all tests share this session.
    admin_session: Mutex<Option<(Account, Instant)>>,
    /// The lock that tests hold while they end all other sessions of the administrator, or while their own session must not
    /// end.
    admin_sessions: Mutex<()>,
    /// The users for tests that need many users, and the times when these users logged in.
    crowd: Mutex<Vec<(Account, Instant)>>,
}

/// The host on which em-connect runs.
#[derive(Debug)]
enum Host {
    /// The local emulator of AWS, on which the template deploys the functions.
    Emulator(Box<Emulator>),
    /// A server, which is one program.
    Server(Server),
}

/// An e-mail address and a password for a login.
#[derive(Clone, Debug, Deserialize)]
pub struct Credentials {
    /// The e-mail address.
    pub email: String,
    /// The password, in plain text.
    pub password: String,
}

impl Place {
    fn new(host: Host, [http_url, ws_url]: [String; 2], mail: PathBuf, admin: Credentials) -> Self {
        Self {
            host,
            http_url,
            ws_url,
            mail_folder: mail,
            admin,
            organizer: OnceLock::new(),
            admin_session: Mutex::const_new(None),
            admin_sessions: Mutex::const_new(()),
            crowd: Mutex::const_new(Vec::new()),
        }
    }

    /// Returns the deployed stack that the environment variable `EM_CONNECT_STACK` names, or else a new server for this run.
    fn of_this_run() -> Self {
        let Some(path) = std::env::var_os(STACK_VARIABLE) else {
            return Self::on(Server::start());
        };
        let Listing {
            http_url,
            ws_url,
            mail_dir,
            admin,
            organizer,
            emulator,
        } = Listing::read(&path);
        let host = Host::Emulator(Box::new(emulator));
        let mail = project_folder().join(mail_dir);
        let place = Self::new(host, [http_url, ws_url], mail, admin);
        place.organizer.get_or_init(|| organizer);
        place
    }

    fn on(server: Server) -> Self {
        let http_url = server.url().to_owned();
        let ws_url = format!("{}/live", http_url.replacen("http", "ws", 1));
        let (mail, admin) = (server.data().join("mail"), server.admin().clone());
        Self::new(Host::Server(server), [http_url, ws_url], mail, admin)
    }
}

impl Stack {
    /// Returns the em-connect that the tests of this run use: the deployed stack whose `stack.json` the variable
    /// `EM_CONNECT_STACK` names, or else a server that all tests of this process share.
    pub fn from_env() -> Self {
        Self::at(TARGET.get_or_init(|| Arc::new(Place::of_this_run())))
    }

    /// Returns the em-connect of this run if it is a deployed stack, and `None` if it is a server. Tests use the macro
    /// [`emulated!`](crate::emulated), whose argument explains why a test needs a deployed stack.
    pub fn deployed() -> Option<Self> {
        std::env::var_os(STACK_VARIABLE).map(|_| Self::from_env())
    }

    /// Returns a stack for a server that only one test uses.
    pub fn on(server: Server) -> Self {
        Self::at(&Arc::new(Place::on(server)))
    }

    fn at(place: &Arc<Place>) -> Self {
        Self {
            anyone: Client::anonymous(http_client(), &place.http_url),
            place: place.clone(),
        }
    }

    /// Returns an anonymous caller of the API.
    pub fn anyone(&self) -> &Client {
        &self.anyone
    }

    /// Returns the URL of the HTTP API.
    pub fn http_url(&self) -> &str {
        &self.place.http_url
    }

    /// Returns the origin of the pages, without a slash at the end. The emulator serves pages at a host name of their own.
    pub fn pages_url(&self) -> String {
        let http_url = self.http_url();
        let Some((endpoint, id)) = http_url.split_once("/_aws/execute-api/") else {
            return http_url.to_owned();
        };
        let port = endpoint.rsplit(':').next().unwrap_or_default();
        format!("http://{id}.execute-api.localhost:{port}")
    }

    /// Whether the program or the function contains the app. Only a build with Node does.
    pub async fn has_app(&self) -> bool {
        self.anyone().get("/app").await.status != 501
    }

    /// Returns another deployment on this stack's emulator. It has the same administrator and the same folder of mails.
    #[track_caller]
    pub fn further(&self, http_url: &str, ws_url: &str) -> Self {
        let Listing {
            mail_dir,
            admin,
            emulator,
            ..
        } = Listing::read(self.emulator().listing_file().as_os_str());
        let host = Host::Emulator(Box::new(emulator));
        let urls = [http_url.to_owned(), ws_url.to_owned()];
        let mail = project_folder().join(mail_dir);
        Self::at(&Arc::new(Place::new(host, urls, mail, admin)))
    }

    /// Returns a command that runs a program. The program finds the deployed stack through the variable `EM_CONNECT_STACK`,
    /// like every program that reads `stack.json`.
    #[track_caller]
    pub fn program(&self, name: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(name);
        command.env(STACK_VARIABLE, self.emulator().listing_file());
        command
    }

    /// Returns the credentials of the deployment's first administrator.
    pub fn admin_credentials(&self) -> &Credentials {
        &self.place.admin
    }

    /// Returns the credentials of an organizer. On a deployed stack, `cargo xtask up` made this organizer; on a server, the
    /// first call makes one.
    pub async fn organizer_credentials(&self) -> Credentials {
        if let Some(organizer) = self.place.organizer.get() {
            return organizer.clone();
        }
        let organizer = self.register_organizer().await.credentials();
        self.place.organizer.get_or_init(|| organizer).clone()
    }

    /// Returns the path of `link`, relative to the URL of the HTTP API. The link must lead to this stack.
    #[track_caller]
    pub fn path_of<'link>(&self, link: &'link str) -> &'link str {
        let base = self.place.http_url.trim_end_matches('/');
        match link.strip_prefix(base) {
            Some(path) => path,
            None => panic!("{link} leads elsewhere than to {base}"),
        }
    }

    /// Returns the URL for WebSocket connections.
    pub(crate) fn ws_url(&self) -> &str {
        &self.place.ws_url
    }

    /// Returns the folder that contains the sent mails.
    pub fn mail_folder(&self) -> &Path {
        &self.place.mail_folder
    }

    /// Returns the emulator. Only tests that begin with [`emulated!`](crate::emulated) may call this method.
    #[track_caller]
    pub(crate) fn emulator(&self) -> &Emulator {
        match &self.place.host {
            Host::Emulator(emulator) => emulator,
            Host::Server(_) => panic!("this is no deployed stack: begin the test with `emulated!`"),
        }
    }

    /// Returns the server, or `None` if this is a deployed stack.
    pub fn server(&self) -> Option<&Server> {
        match &self.place.host {
            Host::Emulator(_) => None,
            Host::Server(server) => Some(server),
        }
    }

    /// Returns the users for tests that need many users, and the times when these users logged in.
    pub(crate) fn known_crowd(&self) -> &Mutex<Vec<(Account, Instant)>> {
        &self.place.crowd
    }

    /// Makes an account with the role `user`.
    pub async fn register_user(&self) -> User {
        self.register_user_named("Kim Doe").await
    }

    /// Makes an account with the role `user` and this name.
    pub async fn register_user_named(&self, name: &str) -> User {
        let email = format!("kim.{}@example.com", unique());
        let password = format!("a long pass {}", unique());
        let body = json!({"email": email, "password": password, "name": name});
        let answer = self.anyone.post("/v1/auth/register", body).await;
        let account = Account::from_answer(&answer.expect(201), &password);
        self.sign_in(account)
    }

    /// Makes an account with the role `organizer`. The account owns no event yet.
    pub async fn register_organizer(&self) -> User {
        self.register_organizer_named("Ada Doe").await
    }

    /// Makes an account with the role `organizer` and this name.
    pub async fn register_organizer_named(&self, name: &str) -> User {
        let user = self.register_user_named(name).await;
        let granted = self.admin().await.grant_role(user.id(), "organizer").await;
        granted.expect(200);
        self.log_in(&user.credentials()).await
    }

    /// Returns the deployment's first administrator. All tests share one session of this administrator.
    pub async fn admin(&self) -> User {
        let mut shared = self.place.admin_session.lock().await;
        let account = match &*shared {
            Some((account, begun)) if begun.elapsed() < SHARED_SESSION => account.clone(),
            _ => {
                let account = self.log_in(&self.place.admin).await.account;
                shared.insert((account, Instant::now())).0.clone()
            }
        };
        self.sign_in(account)
    }

    /// Waits until no other test ends sessions of the administrator or needs its own session to last. Holds the lock as long as
    /// the returned guard exists. No test ever ends the session of [`Self::admin`].
    pub async fn lock_admin_sessions(&self) -> MutexGuard<'_, ()> {
        self.place.admin_sessions.lock().await
    }

    /// Logs in to an existing account.
    pub async fn log_in(&self, credentials: &Credentials) -> User {
        let answer = self.try_log_in(credentials).await.expect(200);
        self.sign_in(Account::from_answer(&answer, &credentials.password))
    }

    /// Sends `POST /v1/auth/login`, and returns the answer without a check.
    pub async fn try_log_in(&self, credentials: &Credentials) -> crate::Answer {
        let body = json!({"email": credentials.email, "password": credentials.password});
        self.anyone.post("/v1/auth/login", body).await
    }

    /// Returns the user of an existing account, for the tokio runtime of this test.
    pub fn sign_in(&self, account: Account) -> User {
        User::new(account, &self.anyone)
    }
}

/// Returns the root folder of this checkout of the project.
pub fn project_folder() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}
