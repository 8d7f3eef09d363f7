//! Arguments of `cargo xtask deploy`, `smoke` and `destroy`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use domain::accounts::email::Email;

use super::Architecture;
use crate::folder::StackName;
use crate::parameters;

/// Which deployment.
#[derive(Debug, Args)]
pub(crate) struct Place {
    /// Where it is
    #[arg(long, value_enum, default_value_t = Target::Aws)]
    pub(crate) target: Target,
    /// Name of the deployment: 1 to 20 lower-case letters, digits and hyphens, a letter first;
    /// its `CloudFormation` stack is called em-connect-NAME
    #[arg(long, value_name = "NAME")]
    pub(crate) stage: StackName,
    /// AWS region [default: that of the environment or the profile; us-east-1 on localstack]
    #[arg(long)]
    pub(crate) region: Option<String>,
    /// Profile of the AWS configuration, on aws [default: that of the environment]
    #[arg(long)]
    pub(crate) profile: Option<String>,
    /// Where the target listens [default: AWS; on localstack 127.0.0.1:4566; on local where it was started]
    #[arg(long, value_name = "URL", value_parser = parse_url)]
    pub(crate) endpoint_url: Option<String>,
    /// The local stack whose emulator has the deployment, on local
    #[arg(long, value_name = "STACK", default_value = "local")]
    pub(crate) name: StackName,
}

/// Where functions run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Target {
    /// AWS, with the credentials of the environment
    Aws,
    /// `LocalStack`, which needs a licence for the HTTP and WebSocket APIs
    #[value(name = "localstack")]
    LocalStack,
    /// The emulator of a stack that `cargo xtask up` has started, as a further deployment there
    Local,
}

#[derive(Debug, Args)]
pub(crate) struct Deploy {
    #[command(flatten)]
    pub(crate) place: Place,
    /// Show what would change and end: the code is built and uploaded, nothing else is done
    #[arg(long)]
    pub(crate) plan: bool,
    /// Instruction set of the functions [default: arm64 on aws, else that of this machine]
    #[arg(long, value_enum)]
    pub(crate) architecture: Option<Architecture>,
    /// Address of the first administrator; the password is read from standard input, and the smoke test signs in with it
    /// [default: as deployed before; on local that of the stack]
    #[arg(long, value_name = "ADDRESS", value_parser = parse_email)]
    pub(crate) admin_email: Option<String>,
    /// Address that mail comes from [default: as deployed before; on local NAME@em-connect.example]
    #[arg(long, value_name = "ADDRESS", value_parser = parse_email)]
    pub(crate) sender: Option<String>,
    /// A parameter of template.yaml, which describes them all; may be repeated [default: as deployed before]
    #[arg(long, value_name = "NAME=VALUE", value_parser = parameters::parse)]
    pub(crate) parameter: Vec<(String, String)>,
    /// The endpoint as the functions see it
    /// [default: that of --endpoint-url; on localstack localhost.localstack.cloud:4566]
    #[arg(long, value_name = "URL", value_parser = parse_url)]
    pub(crate) function_endpoint_url: Option<String>,
    /// Deploy functions that are built already: FOLDER/FUNCTION.zip as they are released, FOLDER/FUNCTION/bootstrap as
    /// cargo-lambda leaves them, or FOLDER/FUNCTION as cargo does [default: build them]
    #[arg(long, value_name = "FOLDER")]
    pub(crate) prebuilt: Option<PathBuf>,
    /// Leave the smoke test out
    #[arg(long)]
    pub(crate) no_smoke: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Smoke {
    #[command(flatten)]
    pub(crate) place: Place,
    /// Address of an administrator, or of an organizer; the password is read from standard input
    /// [default: nobody; on local the stack's administrator]
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) admin_email: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Destroy {
    #[command(flatten)]
    pub(crate) place: Place,
    /// Do not ask [default: the stage's name must be typed]
    #[arg(long)]
    pub(crate) yes: bool,
}

/// The address as the functions know it: its domain as A-labels.
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
        assert_eq!(aws.place.target, Target::Aws);
        assert_eq!(aws.parameter.len(), 2);
        assert_eq!(aws.architecture, None);
        let emulated =
            parse("--target localstack --stage dev --endpoint-url http://127.0.0.1:4567/").unwrap();
        assert_eq!(emulated.place.target, Target::LocalStack);
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
            "--target aws",
            "--stage Prod",
            "--stage dev --parameter LogLevel",
            "--stage dev --target azure",
            "--stage dev --endpoint-url 127.0.0.1:4566",
            "--stage dev --endpoint-url http://",
            "--stage dev --admin-email nobody",
            "--stage dev --admin-email łukasz@example.org",
            "--stage dev --sender tickets@",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
