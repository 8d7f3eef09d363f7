//! Arguments of `cargo xtask deploy`.

use std::path::PathBuf;

use clap::Args;
use domain::accounts::email::Email;

use super::Architecture;
use crate::folder::StackName;
use crate::parameters;

/// The options that name a deployment.
#[derive(Debug, Args)]
pub(crate) struct Place {
    /// Name of the deployment: 1 to 20 lower-case letters, digits and hyphens, a letter first;
    /// its `CloudFormation` stack is called em-connect-NAME
    #[arg(long, value_name = "NAME")]
    pub(crate) stage: StackName,
    /// AWS region [default: that of the environment or the profile]
    #[arg(long)]
    pub(crate) region: Option<String>,
    /// Profile of the AWS configuration [default: that of the environment]
    #[arg(long)]
    pub(crate) profile: Option<String>,
    /// URL of an endpoint other than AWS, such as `LocalStack`; if functions reach it at another URL, set the parameter
    /// `EndpointUrl`
    #[arg(long, value_name = "URL", value_parser = parse_url)]
    pub(crate) endpoint_url: Option<String>,
    /// Deploy a further stack to the emulator that `cargo xtask up` started for this local stack
    #[arg(long, value_name = "STACK", conflicts_with_all = ["region", "profile", "endpoint_url"])]
    pub(crate) local: Option<StackName>,
}

/// Options of `cargo xtask deploy`.
#[derive(Debug, Args)]
pub(crate) struct Deploy {
    #[command(flatten)]
    pub(crate) place: Place,
    /// Show what would change; the code is built and uploaded, but not deployed
    #[arg(long)]
    pub(crate) plan: bool,
    /// Instruction set of the functions [default: arm64 on AWS, else the instruction set of this machine]
    #[arg(long, value_enum)]
    pub(crate) architecture: Option<Architecture>,
    /// Mail address of the first administrator; the password is read from standard input [default: as deployed before; with
    /// --local, the administrator of that stack]
    #[arg(long, value_name = "ADDRESS", value_parser = parse_email)]
    pub(crate) admin_email: Option<String>,
    /// A parameter of template.yaml, which describes all parameters; this option may be repeated [default: as deployed before]
    #[arg(long, value_name = "NAME=VALUE", value_parser = parameters::parse)]
    pub(crate) parameter: Vec<(String, String)>,
    /// Deploy functions that are built already: FOLDER/FUNCTION.zip from a release, FOLDER/FUNCTION/bootstrap from
    /// cargo-lambda, or FOLDER/FUNCTION from cargo [default: the functions are built]
    #[arg(long, value_name = "FOLDER")]
    pub(crate) prebuilt: Option<PathBuf>,
}

/// Returns the e-mail address in the form in which the functions store it: a domain that is not ASCII is written with its
/// A-labels.
fn parse_email(text: &str) -> Result<String, String> {
    let email = Email::parse(text).map_err(|error| format!("an address {error}"))?;
    Ok(email.held_as().to_owned())
}

fn parse_url(text: &str) -> Result<String, String> {
    let url = text.trim_end_matches('/');
    let is_url = ["http://", "https://"].iter().any(|scheme| {
        url.strip_prefix(scheme)
            .is_some_and(|rest| !rest.is_empty())
    });
    if is_url {
        Ok(url.to_owned())
    } else {
        Err("an endpoint is http://… or https://…".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::{Cli, Command};

    fn parse(words: &str) -> Result<Deploy, clap::Error> {
        let words = ["xtask", "deploy"].into_iter().chain(words.split(' '));
        let Command::Deploy(deploy) = Cli::try_parse_from(words)?.command else {
            panic!("not the deploy command")
        };
        Ok(deploy)
    }

    #[test]
    fn aws_is_meant_unless_something_else_is_said() {
        let aws =
            parse("--stage prod --parameter LogLevel=debug --parameter AlarmTopicArn=").unwrap();
        assert!(aws.place.local.is_none() && aws.place.endpoint_url.is_none());
        assert_eq!(aws.parameter.len(), 2);
        assert_eq!(aws.architecture, None);
        let emulated = parse("--stage dev --endpoint-url http://127.0.0.1:4567/").unwrap();
        let endpoint = emulated.place.endpoint_url.as_deref();
        assert_eq!(endpoint, Some("http://127.0.0.1:4567"));
    }

    #[test]
    fn addresses_are_those_that_the_functions_know() {
        let deploy = parse("--stage dev --admin-email Ada@BÜCHER.example").unwrap();
        assert_eq!(
            deploy.admin_email.as_deref(),
            Some("ada@xn--bcher-kva.example")
        );
    }

    #[test]
    fn mistakes_are_told_before_anything_is_done() {
        for wrong in [
            "--region eu-central-1",
            "--stage Prod",
            "--stage dev --parameter LogLevel",
            "--stage dev --local Local",
            "--stage dev --local local --region eu-central-1",
            "--stage dev --local local --endpoint-url http://h",
            "--stage dev --local local --profile p",
            "--stage dev --endpoint-url 127.0.0.1:4566",
            "--stage dev --endpoint-url http://",
            "--stage dev --admin-email nobody",
            "--stage dev --admin-email łukasz@example.org",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
