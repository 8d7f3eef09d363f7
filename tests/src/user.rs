//! Users who have an account.

use std::ops::Deref;

use crate::{Answer, Client, Credentials};

/// An account and its session as plain texts. Tests of different tokio runtimes can share an account, but not a client.
#[derive(Clone, Debug)]
pub struct Account {
    /// The id of the user, `usr_…`.
    pub id: String,
    /// The display name of the user.
    pub name: String,
    /// The e-mail address, as the answers of the API spell it.
    pub email: String,
    /// The password, in plain text.
    pub password: String,
    /// The access token, which is valid for 15 minutes.
    pub access_token: String,
    /// The refresh token, which can be exchanged once for a new pair of tokens.
    pub refresh_token: String,
}

impl Account {
    /// Returns the account that an answer to a sign-up, login or refresh contains.
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

/// A user who is signed in. It consists of the account and a [`Client`] with the account's access token.
#[derive(Clone, Debug)]
pub struct User {
    /// The account of the user.
    pub account: Account,
    /// The client that sends this user's calls. Its methods can be called on the user directly.
    pub client: Client,
}

impl User {
    pub(crate) fn new(account: Account, anyone: &Client) -> Self {
        Self {
            client: anyone.with_token(&account.access_token),
            account,
        }
    }

    /// Returns the id of the user, `usr_…`.
    pub fn id(&self) -> &str {
        &self.account.id
    }

    /// Returns the same user with a client that [repeats calls](Client::asking_again).
    pub fn asking_again(&self) -> Self {
        Self {
            account: self.account.clone(),
            client: self.client.asking_again(),
        }
    }

    /// Returns the e-mail address and the password of this user.
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
