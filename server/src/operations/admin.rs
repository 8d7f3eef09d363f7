//! Makes an administrator, or gives an administrator a new password.

use anyhow::{anyhow, bail};
use bootstrap::clock;
use domain::{
    accounts::{email::TypedEmail, password::Password, role::Role, user::User},
    id::{AuditId, UserId},
    security::{
        audit::{AuditEntry, Deed},
        policy::Actor,
    },
    text::PersonName,
};
use secrecy::SecretString;
use store::{Account, NewAccount, PasswordChange, RoleChange, Store};
use uuid::Uuid;

use super::Report;

/// Checks and hashes a password as the API does.
///
/// # Errors
/// The password is too short, too long or too common.
pub fn hash_password(password: &SecretString) -> anyhow::Result<String> {
    let password = Password::parse(password)
        .map_err(|error| anyhow!("the password {error}"))?
        .into_secret();
    api::hash_password(&password).map_err(|error| anyhow!("the password cannot be hashed: {error}"))
}

/// Makes the account of an administrator. If the account exists, gives it the password, and the role of an administrator if it
/// has another role.
pub(super) async fn set(store: &Store, email: &str, hash: String) -> anyhow::Result<Report> {
    let typed = TypedEmail::parse_new(email).map_err(|error| anyhow!("the address {error}"))?;
    let request = Uuid::now_v7().to_string();
    let done = match store.account_by_email(&typed).await? {
        Some(account) => reset(store, account, &hash, &request).await,
        None => make(store, typed, hash, &request).await,
    };
    done.map(Report::good)
}

async fn make(
    store: &Store,
    typed: TypedEmail,
    hash: String,
    request: &str,
) -> anyhow::Result<String> {
    let email = typed.email().clone();
    let user = User {
        id: UserId::from_uuid(Uuid::now_v7()),
        name: PersonName::parse("Administrator")?,
        role: Role::Admin,
        // The address counts as verified, because an operator entered it.
        email_verified: true,
        created_at: clock::now(),
        email,
    };
    let shown = user.email.shown();
    match store
        .create_account(&Account::new(user, hash), &typed, request)
        .await?
    {
        NewAccount::Created => Ok(format!("{shown} is an administrator now")),
        NewAccount::EmailTaken => bail!("somebody took {shown} this moment; run the command again"),
    }
}

async fn reset(
    store: &Store,
    account: Account,
    hash: &str,
    request: &str,
) -> anyhow::Result<String> {
    let (id, now) = (account.user.id, clock::now());
    let shown = account.user.email.shown();
    let from = &account.password_hash;
    if store.change_password(id, from, hash, now, request).await? == PasswordChange::Outdated {
        bail!("somebody changed the password of {shown} this moment; run the command again");
    }
    if account.user.role == Role::Admin {
        return Ok(format!(
            "the administrator {shown} has a new password, and is signed out everywhere"
        ));
    }
    // The audit log needs an account as the actor, but any person with access to the machine may run this command. So the actor
    // is the changed account itself.
    let actor = Actor {
        id,
        role: Role::Admin,
    };
    let entry = |from| {
        let to = Role::Admin;
        let deed = Deed::ChangeRole { user: id, from, to };
        AuditEntry::new(
            AuditId::from_uuid(Uuid::now_v7()),
            now,
            actor,
            request,
            &deed,
        )
    };
    match store.set_role(id, Role::Admin, entry).await? {
        RoleChange::Changed(_) => Ok(format!(
            "{shown} is an administrator now, has a new password, and is signed out everywhere"
        )),
        RoleChange::NoSuchUser | RoleChange::LastAdmin => bail!("{shown} has no account any more"),
    }
}
