//! The actions of users on their own accounts, one method for each action.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{Answer, Client, Stack, User};

impl Client {
    /// Changes the caller's account.
    pub async fn patch_me(&self, changes: Value) -> Answer {
        self.call(Method::PATCH, "/v1/me")
            .json(&changes)
            .send()
            .await
    }

    /// Changes the caller's password.
    pub async fn change_password(&self, current: &str, new: &str) -> Answer {
        self.put(
            "/v1/me/password",
            json!({"currentPassword": current, "newPassword": new}),
        )
        .await
    }

    /// Requests a change of the account's e-mail address.
    pub async fn change_email(&self, to: &str, password: &str) -> Answer {
        self.put(
            "/v1/me/email",
            json!({"newEmail": to, "password": password}),
        )
        .await
    }

    /// Confirms the new e-mail address with the code that was mailed to it.
    pub async fn confirm_email(&self, code: &str) -> Answer {
        self.post("/v1/me/email/confirm", json!({ "code": code }))
            .await
    }

    /// Returns the sessions of the caller's account, the newest first.
    pub async fn sessions(&self) -> Vec<Value> {
        self.every_item("/v1/me/sessions", 100).await
    }

    /// Ends a session of the caller's account.
    pub async fn end_session(&self, id: &str) -> Answer {
        self.delete(&format!("/v1/me/sessions/{id}")).await
    }

    /// Ends all sessions of the caller's account except the current one.
    pub async fn end_other_sessions(&self) -> Answer {
        self.delete("/v1/me/sessions").await
    }

    /// Requests a code that resets the password of the account with this e-mail address.
    pub async fn forgot_password(&self, email: &str) -> Answer {
        self.post("/v1/auth/forgot-password", json!({ "email": email }))
            .await
    }

    /// Sets a new password with the code of a reset mail.
    pub async fn reset_password(&self, email: &str, code: &str, new: &str) -> Answer {
        self.post(
            "/v1/auth/reset-password",
            json!({"email": email, "code": code, "newPassword": new}),
        )
        .await
    }

    /// Verifies the caller's e-mail address with the mailed code.
    pub async fn verify_email(&self, code: &str) -> Answer {
        self.post("/v1/auth/verify-email", json!({ "code": code }))
            .await
    }

    /// Requests another code that verifies the caller's e-mail address.
    pub async fn resend_verification(&self) -> Answer {
        self.call(Method::POST, "/v1/auth/verify-email/resend")
            .send()
            .await
    }
}

impl Stack {
    /// Asserts that the user's password and refresh token still work. The assertion uses up the refresh token.
    pub async fn assert_untouched(&self, user: &User) {
        self.log_in(&user.credentials()).await;
        let session = user.refresh(&user.account.refresh_token).await;
        session.expect(200);
    }
}
