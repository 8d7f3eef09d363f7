//! People with an account.

use std::ops::Deref;

use crate::{Answer, Client, Credentials};

/// An account and its session as plain texts, which tests of different runtimes may share.
#[derive(Clone, Debug)]
pub struct Account {
    /// `usr_…`
    pub id: String,
    /// Display name.
    pub name: String,
    /// Email address, as answers show it.
    pub email: String,
    /// Password, in clear.
    pub password: String,
    /// Valid for 15 minutes.
    pub access_token: String,
    /// Can be exchanged once for a new pair of tokens.
    pub refresh_token: String,
}

impl Account {
    /// Returns the account in an answer of register, login or refresh.
    #[track_caller]
    pub fn from_answer(answer: &Answer, password: &str) -> Self {
        let text_in_user = |member: &str| match answer["user"][member].as_str() {
            Some(text) => text.to_owned(),
            None => panic!("expected user.{member} in {answer}"),
        };
        Self {
            id: text_in_user("id"),
            name: text_in_user("name"),
            email: text_in_user("email"),
            password: password.to_owned(),
            access_token: answer.text_of("accessToken").to_owned(),
            refresh_token: answer.text_of("refreshToken").to_owned(),
        }
    }
}

/// A user who is signed in: the account, and a [`Client`] with its access token.
#[derive(Clone, Debug)]
pub struct User {
    /// The account.
    pub account: Account,
    /// Sends this user's calls; its methods can be called on the user.
    pub client: Client,
}

impl User {
    pub(crate) fn new(account: Account, anyone: &Client) -> Self {
        Self {
            client: anyone.with_token(&account.access_token),
            account,
        }
    }

    /// `usr_…`
    pub fn id(&self) -> &str {
        &self.account.id
    }

    /// Returns the same user, which [asks again](Client::asking_again).
    pub fn asking_again(&self) -> Self {
        Self {
            account: self.account.clone(),
            client: self.client.asking_again(),
        }
    }

    /// Returns the credentials of this user.
    pub fn credentials(&self) -> Credentials {
        Credentials {
            email: self.account.email.clone(),
            password: self.account.password.clone(),
        }
    }
}

impl Deref for User {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}
