//! Signs in, and renews the access token.

use std::{fmt, time::Instant};

use serde_json::{Value, json};

use super::{
    Failure,
    http::{Http, Request},
};

/// The credentials with which the scanner signs in.
#[derive(Clone)]
pub(crate) enum Credentials {
    /// An access token, which the scanner cannot renew.
    Token(String),
    /// The e-mail address and the password of an account.
    Password {
        /// E-mail address of the account.
        email: String,
        /// Password of the account.
        password: String,
    },
    /// No credentials, so the scanner can only work offline.
    Nobody,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Token(_) => "Token",
            Self::Password { .. } => "Password",
            Self::Nobody => "Nobody",
        })
    }
}

/// The credentials, and the tokens that the server issued for them.
pub(crate) struct Session {
    credentials: Credentials,
    access: Option<String>,
    refresh: Option<String>,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Session").field(&self.credentials).finish()
    }
}

impl Session {
    /// Creates a session without calling the server.
    pub(crate) fn new(credentials: Credentials) -> Self {
        let access = match &credentials {
            Credentials::Token(token) => Some(token.clone()),
            _ => None,
        };
        Self {
            credentials,
            access,
            refresh: None,
        }
    }

    /// Returns the access token. Signs in first if there is no token.
    pub(super) fn token(&mut self, http: &Http, deadline: Instant) -> Result<String, Failure> {
        match &self.access {
            Some(token) => Ok(token.clone()),
            None => self.sign_in(http, deadline),
        }
    }

    /// Returns a new access token after the server refused the present one for the reason `why`.
    pub(super) fn renew(
        &mut self,
        http: &Http,
        deadline: Instant,
        why: String,
    ) -> Result<String, Failure> {
        if matches!(self.credentials, Credentials::Token(_)) {
            return Err(Failure::SignedOut(why));
        }
        self.access = None;
        // A refresh token can be used only once. If the answer with the next refresh token is lost, the next renewal signs in
        // with the password.
        if let Some(refresh) = self.refresh.take() {
            let body = json!({"refreshToken": refresh});
            match http.send(&Request::post("/v1/auth/refresh", &body), None, deadline) {
                Ok(answer) => return self.keep(&answer),
                Err(Failure::Outage(why)) => return Err(Failure::Outage(why)),
                Err(_) => {}
            }
        }
        self.sign_in(http, deadline)
    }

    fn sign_in(&mut self, http: &Http, deadline: Instant) -> Result<String, Failure> {
        let Credentials::Password { email, password } = &self.credentials else {
            return Err(Failure::SignedOut("no credentials were given".to_owned()));
        };
        let body = json!({"email": email, "password": password});
        match http.send(&Request::post("/v1/auth/login", &body), None, deadline) {
            Ok(answer) => self.keep(&answer),
            Err(Failure::Refused {
                kind: Some(_),
                detail,
                ..
            }) => Err(Failure::SignedOut(detail)),
            Err(failure) => Err(failure),
        }
    }

    fn keep(&mut self, answer: &Value) -> Result<String, Failure> {
        let text = |name: &str| answer[name].as_str().map(str::to_owned);
        self.refresh = text("refreshToken");
        self.access = text("accessToken");
        self.access
            .clone()
            .ok_or_else(|| Failure::Outage("the server signs in without a token".to_owned()))
    }
}
