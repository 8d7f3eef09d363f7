//! The configuration of the API on AWS Lambda.

use answers::lambda::CdnSecret;
use bootstrap::environment::Environment;
use domain::{
    accounts::email::TypedEmail,
    security::{rate_limit::MostPerSource, throttle::Patience},
};
use tracing::level_filters::LevelFilter;

use crate::{FirstAdmin, Limits, Queues, Settings};

bootstrap::configuration! { env =>
    /// The values of the API's environment variables.
    pub(crate) struct Config {
        /// `TABLE_NAME`: the name of the deployment's only table.
        pub(crate) table_name: String = env.required("TABLE_NAME"),
        /// `SECRET_ID`: the id of the secret from which all keys are derived.
        pub(crate) secret_id: String = env.required("SECRET_ID"),
        /// `STAGE`: the name of the deployment. It is part of the issuer in access tokens.
        pub(crate) stage: String = env.required("STAGE"),
        /// `ADMIN_EMAIL` and `ADMIN_PASSWORD_HASH`: the email address and the password hash of the first administrator. Either
        /// both variables are set, or neither is.
        pub(crate) first_admin: Option<FirstAdmin> = Some(first_admin(&mut env)),
        /// `QUEUES`: the queues and their dead-letter queues, as JSON.
        pub(crate) queues: Queues = env.required("QUEUES"),
        /// `PICTURES_BUCKET`: the name of the S3 bucket with the files of pictures.
        pub(crate) pictures_bucket: String = env.required("PICTURES_BUCKET"),
        /// `SENDER_ADDRESS`: the email address from which mail is sent. If it is not set, no mail is sent.
        pub(crate) sender_address: Option<String> = Some(env.optional("SENDER_ADDRESS")),
        /// `LOGIN_FAILURES_PER_SOURCE`: the number of logins from one source that may fail before the source has to wait; 30 by
        /// default.
        pub(crate) login_failures_per_source: u32 = env.or("LOGIN_FAILURES_PER_SOURCE", 30),
        /// `SIGN_UPS_PER_SOURCE`: the number of accounts that one source may make in ten minutes; 300 by default.
        pub(crate) sign_ups_per_source: u32 = env.or("SIGN_UPS_PER_SOURCE", 300),
        /// `CODES_PER_SOURCE`: the number of mailed codes that one source may request in ten minutes; 100 by default.
        pub(crate) codes_per_source: u32 = env.or("CODES_PER_SOURCE", 100),
        /// `LIVE_TICKETS_PER_SOURCE`: the number of live tickets that one source may request in ten minutes; 3,000 by default.
        pub(crate) live_tickets_per_source: u32 = env.or("LIVE_TICKETS_PER_SOURCE", 3_000),
        /// `REQUIRE_VERIFIED_EMAIL`: whether an account may register for events only if its email address is verified; `false`
        /// by default.
        pub(crate) require_verified_email: bool = env.or("REQUIRE_VERIFIED_EMAIL", false),
        /// `CDN_SECRET`: the secret with which the content delivery network shows that a request came through it. If it is not
        /// set, there is no such network.
        pub(crate) cdn_secret: Option<CdnSecret> = Some(env.optional("CDN_SECRET")),
        /// `LOG_LEVEL`: the lowest severity of entries that are logged; `info` by default.
        pub(crate) log_level: LevelFilter = env.or("LOG_LEVEL", LevelFilter::INFO),
    }
}

impl Config {
    /// Returns the settings of the API from this configuration.
    pub(crate) fn settings(self) -> Settings {
        Settings {
            limits: self.limits(),
            mail_is_on: self.sender_address.is_some(),
            stage: self.stage,
            first_admin: self.first_admin,
            queues: self.queues,
        }
    }

    fn limits(&self) -> Limits {
        Limits {
            patience_with_source: Patience::with_source(self.login_failures_per_source),
            most_per_source: MostPerSource {
                sign_ups: self.sign_ups_per_source,
                codes: self.codes_per_source,
                live_tickets: self.live_tickets_per_source,
            },
            verified_only: self.require_verified_email,
        }
    }
}

fn first_admin(
    env: &mut Environment<impl Fn(&'static str) -> Option<String>>,
) -> Option<FirstAdmin> {
    let email = env
        .optional::<String>("ADMIN_EMAIL")
        // This check of the administrator's address is less strict than the check of a new account's address. If an earlier
        // version accepted the address, the check must not prevent the start of the function.
        .map(|text| TypedEmail::parse(&text).map(TypedEmail::into_email));
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
            ("PICTURES_BUCKET", "b"),
        ])
        .unwrap();
        assert!(config.first_admin.is_none());
        assert_eq!(config.log_level, LevelFilter::INFO);
        assert!(!config.limits().verified_only);
    }

    #[test]
    fn limits_are_those_of_the_environment() {
        let limits = read(&[
            ("TABLE_NAME", "t"),
            ("SECRET_ID", "s"),
            ("STAGE", "dev"),
            ("QUEUES", "{}"),
            ("PICTURES_BUCKET", "b"),
            ("LOGIN_FAILURES_PER_SOURCE", "1"),
            ("SIGN_UPS_PER_SOURCE", "2"),
            ("CODES_PER_SOURCE", "3"),
            ("LIVE_TICKETS_PER_SOURCE", "4"),
            ("REQUIRE_VERIFIED_EMAIL", "true"),
        ])
        .unwrap()
        .limits();
        assert_eq!(limits.patience_with_source, Patience::with_source(1));
        let most = limits.most_per_source;
        assert_eq!((most.sign_ups, most.codes, most.live_tickets), (2, 3, 4));
        assert!(limits.verified_only);
    }

    #[test]
    fn every_fault_is_named_with_its_reason() {
        let error = read(&[
            ("TABLE_NAME", "t"),
            ("LOG_LEVEL", "loud"),
            ("REQUIRE_VERIFIED_EMAIL", "yes"),
            ("ADMIN_EMAIL", "ada"),
            ("ADMIN_PASSWORD_HASH", "secret"),
        ])
        .unwrap_err();
        for part in [
            "SECRET_ID: is not set",
            "STAGE: is not set",
            "QUEUES: is not set",
            "LOG_LEVEL: ",
            "REQUIRE_VERIFIED_EMAIL: ",
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
            ("PICTURES_BUCKET", "b"),
            ("ADMIN_EMAIL", "a@b.org"),
        ])
        .unwrap_err();
        assert!(
            error.contains("ADMIN_PASSWORD_HASH: is not set, though ADMIN_EMAIL is"),
            "{error}"
        );
    }
}
