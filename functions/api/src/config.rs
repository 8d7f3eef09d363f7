//! Configuration of the API.

use bootstrap::environment::Environment;
use domain::email::Email;
use tracing::level_filters::LevelFilter;

use crate::{dead_letters::Queues, first_admin::FirstAdmin};

bootstrap::configuration! { env =>
    /// What the environment says.
    pub(crate) struct Config {
        /// `TABLE_NAME`: the one table.
        pub(crate) table_name: String = env.required("TABLE_NAME"),
        /// `SECRET_ID`: the secret from which every key is derived.
        pub(crate) secret_id: String = env.required("SECRET_ID"),
        /// `STAGE`: name of the deployment, part of the issuer of access tokens.
        pub(crate) stage: String = env.required("STAGE"),
        /// `ADMIN_EMAIL` and `ADMIN_PASSWORD_HASH`, both or none.
        pub(crate) first_admin: Option<FirstAdmin> = Some(first_admin(&mut env)),
        /// `QUEUES`: queues and their dead letters, as JSON.
        pub(crate) queues: Queues = env.required("QUEUES"),
        /// `SENDER_ADDRESS`: where mail comes from. Not set: no mail is sent.
        pub(crate) sender_address: Option<String> = Some(env.optional("SENDER_ADDRESS")),
        /// `LOGIN_FAILURES_PER_SOURCE`: logins that may fail from one address before it has to wait; 30 by default.
        pub(crate) login_failures_per_source: u32 = env.or("LOGIN_FAILURES_PER_SOURCE", 30),
        /// `LOG_LEVEL`: the least severe entries; `info` by default.
        pub(crate) log_level: LevelFilter = env.or("LOG_LEVEL", LevelFilter::INFO),
    }
}

fn first_admin(
    env: &mut Environment<impl Fn(&'static str) -> Option<String>>,
) -> Option<FirstAdmin> {
    let email = env
        .optional::<String>("ADMIN_EMAIL")
        .map(|text| Email::parse(&text));
    let hash = env
        .optional::<String>("ADMIN_PASSWORD_HASH")
        .map(|text| FirstAdmin::check_hash(&text).map(|()| text));
    match (email, hash) {
        (None, None) => None,
        (Some(Ok(email)), Some(Ok(password_hash))) => Some(FirstAdmin {
            email,
            password_hash,
        }),
        (email, hash) => {
            match email {
                None => env.refuse("ADMIN_EMAIL", "is not set, though ADMIN_PASSWORD_HASH is"),
                Some(Err(error)) => env.refuse("ADMIN_EMAIL", error),
                Some(Ok(_)) => {}
            }
            match hash {
                None => env.refuse("ADMIN_PASSWORD_HASH", "is not set, though ADMIN_EMAIL is"),
                Some(Err(error)) => env.refuse("ADMIN_PASSWORD_HASH", error),
                Some(Ok(_)) => {}
            }
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&'static str, &str)]) -> Result<Config, String> {
        let lookup = |name| {
            variables
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        };
        Config::from_env(Environment::new(lookup)).map_err(|error| error.to_string())
    }

    #[test]
    fn the_least_environment_is_enough() {
        let config = read(&[
            ("TABLE_NAME", "t"),
            ("SECRET_ID", "s"),
            ("STAGE", "dev"),
            ("QUEUES", "{}"),
        ])
        .unwrap();
        assert!(config.first_admin.is_none());
        assert_eq!(config.log_level, LevelFilter::INFO);
    }

    #[test]
    fn every_fault_is_named_with_its_reason() {
        let error = read(&[
            ("TABLE_NAME", "t"),
            ("LOG_LEVEL", "loud"),
            ("ADMIN_EMAIL", "ada"),
            ("ADMIN_PASSWORD_HASH", "secret"),
        ])
        .unwrap_err();
        for part in [
            "SECRET_ID: is not set",
            "STAGE: is not set",
            "QUEUES: is not set",
            "LOG_LEVEL: ",
            "ADMIN_EMAIL: must be an e-mail address",
            "ADMIN_PASSWORD_HASH: must be an argon2id hash",
        ] {
            assert!(error.contains(part), "{part} is missing in: {error}");
        }
        let error = read(&[
            ("TABLE_NAME", "t"),
            ("SECRET_ID", "s"),
            ("STAGE", "dev"),
            ("QUEUES", "{}"),
            ("ADMIN_EMAIL", "a@b.org"),
        ])
        .unwrap_err();
        assert!(
            error.contains("ADMIN_PASSWORD_HASH: is not set, though ADMIN_EMAIL is"),
            "{error}"
        );
    }
}
