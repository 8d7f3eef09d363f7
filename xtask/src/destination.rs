//! The destination of a deployment: AWS, another endpoint with the API of AWS, or the emulator of a local stack.

use std::fs::File;
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use crate::aws::Aws;
use crate::cli::Architecture;
use crate::cli::deploy::Place;
use crate::cloudformation::Outputs;
use crate::credentials::Credentials;
use crate::folder::{Folder, StackName, target};
use crate::parameters::Parameters;
use crate::problem::problem;
use crate::stack::{Stack, outputs};
use crate::tools::Tools;

/// One deployment, which may or may not exist yet.
#[derive(Debug)]
pub(crate) struct Destination {
    /// The AWS CLI, with this destination as its target.
    pub(crate) aws: Aws,
    /// Name of the `CloudFormation` stack.
    pub(crate) stack: String,
    stage: StackName,
    /// URL of an endpoint that is not AWS; `None` for AWS.
    endpoint: Option<String>,
    local: Option<Local>,
}

/// The local stack whose emulator receives the deployment.
#[derive(Debug)]
struct Local {
    folder: Folder,
    credentials: Credentials,
}

impl Destination {
    /// Returns the deployment that the options name.
    ///
    /// # Errors
    /// There is no region, the local stack is not up, or `cargo xtask up` itself deploys this stage on the local stack.
    pub(crate) fn of(place: &Place, tools: &Tools) -> Result<Self> {
        let (aws, endpoint, local) = if let Some(name) = &place.local {
            refuse_stack_of_up(name, &place.stage)?;
            let folder = Folder::of(name);
            let stack = Stack::of(&folder)?;
            let credentials = Credentials::of(&folder)?;
            let aws = stack.aws(tools, &folder);
            let local = Local {
                folder,
                credentials,
            };
            (aws, Some(stack.endpoint_url), Some(local))
        } else {
            let endpoint = place.endpoint_url.clone();
            let (region, profile) = (place.region.as_deref(), place.profile.clone());
            let aws = Aws::environment(tools, region, profile, endpoint.clone())?;
            (aws, endpoint, None)
        };
        Ok(Self {
            aws,
            stack: format!("em-connect-{}", place.stage),
            stage: place.stage.clone(),
            endpoint,
            local,
        })
    }

    /// Returns the instruction set of the functions: `named` if it is set, otherwise arm64 on AWS and the instruction set of
    /// this machine elsewhere.
    pub(crate) fn architecture(&self, named: Option<Architecture>) -> Architecture {
        named.unwrap_or(match &self.endpoint {
            None => Architecture::Arm64,
            Some(_) => Architecture::of_host(),
        })
    }

    /// Returns the template parameters that this destination needs, with their values. A value that the user names takes
    /// precedence.
    ///
    /// A deployment on the emulator of a local stack has that stack's administrator. Its mails go to that stack's folder of
    /// mails.
    pub(crate) fn parameters(&self) -> Parameters {
        let mut parameters = Parameters::default();
        parameters.set("Stage", self.stage.to_string());
        if let Some(url) = &self.endpoint {
            parameters.set("EndpointUrl", url);
        }
        if let Some(Local { credentials, .. }) = &self.local {
            parameters.set("AdminEmail", &credentials.admin.email);
            parameters.set("AdminPasswordHash", &credentials.admin_password_hash);
            let sender = format!("{}@em-connect.example", self.stage);
            parameters.set("SenderAddress", sender);
            parameters.set("LogRetentionDays", "7");
            parameters.set("SendingRate", "1000");
            parameters.set("AllowedOrigins", "*");
        }
        parameters
    }

    /// Returns the name of the S3 bucket for the functions' code. All deployments in an account and region share this S3
    /// bucket.
    ///
    /// # Errors
    /// There are no credentials, or they are not valid.
    pub(crate) fn bucket(&self) -> Result<String> {
        let identity = self.aws.json(&["sts", "get-caller-identity"]);
        let identity = identity.map_err(|error| {
            problem(
                format!("the credentials are of no use: {error:#}"),
                "log in, or name a profile with --profile; `aws sts get-caller-identity` shows whose they are",
            )
        })?;
        let account = identity["Account"].as_str();
        let account = account.context("sts names no account")?;
        Ok(format!("em-connect-code-{account}-{}", self.aws.region()))
    }

    /// Returns the folder for the template and the binaries that are uploaded.
    pub(crate) fn package(&self) -> PathBuf {
        target().join("package").join(self.stage.to_string())
    }

    /// Returns the addresses of the HTTP API and the WebSocket API.
    ///
    /// # Errors
    /// The stack has no outputs for the addresses.
    pub(crate) fn addresses(&self, outputs: &Outputs) -> Result<(String, String)> {
        let (http, web_socket) = match &self.endpoint {
            Some(url) => (
                outputs::http_url(outputs, url),
                outputs::web_socket_url(outputs, url),
            ),
            None => (
                outputs.get("HttpUrl").cloned(),
                outputs.get("WebSocketUrl").cloned(),
            ),
        };
        http.zip(web_socket)
            .with_context(|| format!("{} has no outputs for its addresses", self.stack))
    }

    /// Returns whether the destination is the emulator of a local stack. Such an emulator ignores parts of the template.
    pub(crate) fn is_local(&self) -> bool {
        self.local.is_some()
    }

    /// Waits until no other xtask works on the local stack. Does nothing if the destination is not a local stack.
    ///
    /// # Errors
    /// The lock cannot be taken.
    pub(crate) fn lock(&self) -> Result<Option<File>> {
        let folder = self.local.as_ref().map(|local| &local.folder);
        folder.map(Folder::lock).transpose()
    }
}

/// Fails if `stage` is the deployment that `cargo xtask up` makes on the local stack, because only `up` and `down` may change
/// it.
fn refuse_stack_of_up(local: &StackName, stage: &StackName) -> Result<()> {
    if local != stage {
        return Ok(());
    }
    Err(problem(
        format!("the stage `{stage}` of that local stack is what `cargo xtask up` deploys"),
        "choose another name for --stage",
    ))
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::{Cli, Command};

    fn of(words: &str) -> Destination {
        let words = ["xtask", "deploy"].into_iter().chain(words.split(' '));
        let Command::Deploy(deploy) = Cli::try_parse_from(words).unwrap().command else {
            panic!("not the deploy command")
        };
        Destination::of(&deploy.place, &Tools::not_run()).unwrap()
    }

    fn outputs(pairs: &[(&str, &str)]) -> Outputs {
        let pairs = pairs.iter();
        pairs
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn aws_has_no_endpoint_and_arm() {
        let aws = of("--stage prod --region eu-central-1");
        assert_eq!(aws.stack, "em-connect-prod");
        assert_eq!(aws.parameters().overrides(), ["Stage=prod"]);
        assert_eq!(aws.architecture(None), Architecture::Arm64);
        let (http, web_socket) = aws
            .addresses(&outputs(&[
                ("HttpUrl", "https://a.example"),
                ("WebSocketUrl", "wss://b.example/live"),
            ]))
            .unwrap();
        assert!(http.starts_with("https://a.") && web_socket.starts_with("wss://b."));
    }

    #[test]
    fn functions_see_the_endpoint_unless_another_is_named() {
        let other = of("--stage dev --region us-east-1 --endpoint-url http://127.0.0.1:5000");
        assert_eq!(
            other.parameters().overrides(),
            ["EndpointUrl=http://127.0.0.1:5000", "Stage=dev"]
        );
        assert_eq!(other.architecture(None), Architecture::of_host());
        let (http, web_socket) = other
            .addresses(&outputs(&[
                ("HttpApiId", "a1"),
                ("WebSocketApiId", "b2"),
                ("WebSocketStage", "live"),
            ]))
            .unwrap();
        assert_eq!(http, "http://127.0.0.1:5000/_aws/execute-api/a1");
        assert_eq!(web_socket, "ws://127.0.0.1:5000/_aws/execute-api/b2/live");
    }
}
