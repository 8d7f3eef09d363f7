//! Accounts and sessions as clients see them.

use domain::{
    accounts::user::User,
    security::access_token::LIFETIME_SECONDS,
    text::{ERASED_NAME, timestamp::rfc3339},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::words;

/// An account.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = User)]
pub(crate) struct UserView {
    #[schema(example = "usr_01kamyz7p4e4gtxg4rv9jd5q7a")]
    id: String,
    /// Address of the account, with its domain in Unicode.
    #[schema(example = "ada@example.org")]
    email: String,
    #[schema(example = "Ada Lovelace")]
    name: String,
    #[schema(value_type = words::Role)]
    role: &'static str,
    email_verified: bool,
    #[schema(format = DateTime)]
    created_at: String,
}

impl From<&User> for UserView {
    fn from(user: &User) -> Self {
        Self {
            id: user.id.to_string(),
            email: user.email.shown(),
            name: user.name.as_str().to_owned(),
            role: user.role.as_str(),
            email_verified: user.email_verified,
            created_at: rfc3339(user.created_at),
        }
    }
}

/// Returns the name of `user` as others see it. `user` is `None` if the account is erased; the name is then `(erased)`.
pub(crate) fn shown_name(user: Option<&User>) -> String {
    user.map_or(ERASED_NAME, |user| user.name.as_str())
        .to_owned()
}

/// Returns the address of `user` as the organizer sees it. `user` is `None` if the account is erased; the text is then empty.
pub(crate) fn shown_email(user: Option<&User>) -> String {
    user.map(|user| user.email.shown()).unwrap_or_default()
}

/// A session: its access token, and the account that is signed in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = BrowserSession)]
pub(crate) struct BrowserSessionView {
    /// The account that is signed in.
    user: UserView,
    /// Access token, a JSON Web Token: for `Authorization: Bearer …`.
    access_token: String,
    /// Scheme of the access token (RFC 6750): always `Bearer`.
    #[schema(value_type = words::TokenType)]
    token_type: &'static str,
    /// Seconds for which the access token is valid.
    #[schema(example = 900)]
    expires_in: i64,
}

/// A session: its tokens, and the account that is signed in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Session)]
pub(crate) struct SessionView {
    user: UserView,
    /// Access token, a JSON Web Token: for `Authorization: Bearer …`.
    access_token: String,
    #[schema(value_type = words::TokenType)]
    token_type: &'static str,
    /// Seconds for which the access token is valid.
    #[schema(example = 900)]
    expires_in: i64,
    /// Refresh token, an opaque text: good for one refresh.
    refresh_token: String,
}

impl SessionView {
    pub(crate) fn new(user: &User, (access_token, refresh_token): (String, String)) -> Self {
        Self {
            user: user.into(),
            access_token,
            token_type: words::TOKEN_TYPE,
            expires_in: LIFETIME_SECONDS,
            refresh_token,
        }
    }

    /// Splits the session into the part that a script may see, and the refresh token.
    pub(crate) fn for_browser(self) -> (BrowserSessionView, String) {
        let session = BrowserSessionView {
            user: self.user,
            access_token: self.access_token,
            token_type: self.token_type,
            expires_in: self.expires_in,
        };
        (session, self.refresh_token)
    }
}
