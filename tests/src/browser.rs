//! Sessions of browsers, whose refresh token is in a cookie.

use serde_json::{Value, json};

use crate::{Answer, Client, Credentials, Method, client::Call, private};

/// The path of the operations that take the cookie.
pub const BROWSER_SESSIONS: &str = "/v1/auth/browser";

impl Client {
    /// Prepares `POST /v1/auth/browser/{operation}` as a page of the own origin sends it.
    pub fn from_page(&self, operation: &str) -> Call {
        let path = format!("{BROWSER_SESSIONS}/{operation}");
        let call = self.call(Method::POST, &path);
        call.header("sec-fetch-site", "same-origin")
    }

    /// Signs in as a page of the own origin.
    pub async fn log_in_page(&self, credentials: &Credentials) -> Answer {
        let Credentials { email, password } = credentials;
        let body = json!({"email": email, "password": password});
        self.from_page("login").json(&body).send().await
    }

    /// Refreshes the session whose cookie is `cookie`, a pair `name=value`.
    pub async fn refresh_page(&self, cookie: &str) -> Answer {
        let cookies = format!("theme=dark; {cookie}");
        let call = self.from_page("refresh").header("cookie", &cookies);
        call.send().await
    }
}

impl Answer {
    /// Returns the pair `name=value` of the cookie that the answer sets. Panics if a script, another site or an unencrypted
    /// connection could read the cookie, or if the body contains the refresh token too.
    #[track_caller]
    pub fn session_cookie(&self) -> String {
        let header = self.header("set-cookie");
        for attribute in [
            "Path=/v1/auth/browser",
            "HttpOnly",
            "Secure",
            "SameSite=Strict",
            "Max-Age=2592000",
        ] {
            let mut attributes = header.split("; ");
            assert!(attributes.any(|one| one == attribute), "{header}");
        }
        assert_eq!(self["refreshToken"], Value::Null, "{self}");
        let pair = header.split(';').next().unwrap_or_default();
        let (_, token) = pair.split_once('=').unwrap_or_default();
        private::note("refresh token", token);
        pair.to_owned()
    }

    /// Asserts that the answer removes the cookie.
    #[track_caller]
    pub fn assert_removes_cookie(&self) {
        let header = self.header("set-cookie");
        let removed = "em-connect-session=; Max-Age=0; ";
        assert!(header.starts_with(removed), "{header}");
    }
}
