//! Where a deployment goes. A target is a few defaults; everything after that is one path.

#[cfg(test)]
mod tests;

use std::fs::File;
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use crate::aws::{Aws, LOCAL_REGION};
use crate::cli::Architecture;
use crate::cli::deploy::{Place, Target};
use crate::cloudformation::{self, Outputs};
use crate::credentials::{Account, Credentials};
use crate::folder::{Folder, StackName, target};
use crate::parameters::Parameters;
use crate::problem::problem;
use crate::stack::{Stack, outputs};
use crate::tools::Tools;

/// Where `LocalStack` listens unless told otherwise.
const LOCALSTACK: &str = "http://127.0.0.1:4566";
/// The same, from inside the containers that its functions run in.
const LOCALSTACK_INSIDE: &str = "http://localhost.localstack.cloud:4566";

/// One deployment, whether it is there already or not.
#[derive(Debug)]
pub(crate) struct Destination {
    /// Where commands go.
    pub(crate) aws: Aws,
    /// The target.
    pub(crate) target: Target,
    /// Name of the deployment.
    pub(crate) stage: StackName,
    /// Name of the `CloudFormation` stack.
    pub(crate) stack: String,
    /// An endpoint other than AWS, and the same as functions see it.
    endpoint: Option<(String, String)>,
    local: Option<Local>,
}

/// The local stack whose emulator it is.
#[derive(Debug)]
struct Local {
    folder: Folder,
    credentials: Credentials,
}

impl Destination {
    /// The one that the options name; `seen_by_functions` is the endpoint as functions see it, if that was said.
    ///
    /// # Errors
    /// An option has no meaning on the target, there is no region, or the local stack is not up.
    pub(crate) fn of(
        place: &Place,
        seen_by_functions: Option<&str>,
        tools: &Tools,
    ) -> Result<Self> {
        refuse_options(place, seen_by_functions)?;
        let of_functions = |default: &str| seen_by_functions.unwrap_or(default).to_owned();
        let (aws, endpoint, local) = match place.target {
            Target::Aws => {
                let aws = Aws::environment(
                    tools,
                    place.region.as_deref(),
                    place.profile.clone(),
                    place.endpoint_url.clone(),
                )?;
                let endpoint = place.endpoint_url.clone();
                let endpoint = endpoint.map(|url| (url.clone(), of_functions(&url)));
                (aws, endpoint, None)
            }
            Target::LocalStack => {
                let url = place.endpoint_url.as_deref().unwrap_or(LOCALSTACK);
                let inside = match &place.endpoint_url {
                    Some(url) => of_functions(url),
                    None => of_functions(LOCALSTACK_INSIDE),
                };
                // A home without any configuration.
                let aws = Aws::local(tools, url, &target().join("package"))
                    .in_region(place.region.as_deref().unwrap_or(LOCAL_REGION));
                (aws, Some((url.to_owned(), inside)), None)
            }
            Target::Local => {
                let folder = Folder::of(&place.name);
                let stack = Stack::of(&folder)?;
                let url = stack.endpoint_url.clone();
                let credentials = Credentials::of(&folder)?;
                let local = Local {
                    folder: folder.clone(),
                    credentials,
                };
                (
                    stack.aws(tools, &folder),
                    Some((url.clone(), url)),
                    Some(local),
                )
            }
        };
        Ok(Self {
            aws,
            target: place.target,
            stage: place.stage.clone(),
            stack: format!("em-connect-{}", place.stage),
            endpoint,
            local,
        })
    }

    /// What `cargo xtask up` deploys is its own: `down` ends it, and nothing else deploys there.
    ///
    /// # Errors
    /// It is that.
    pub(crate) fn refuse_stack_of_up(&self) -> Result<()> {
        match self.folder() {
            Some(folder) if folder.name == self.stage => Err(problem(
                format!(
                    "the stage `{}` of that local stack is what `cargo xtask up` deploys",
                    self.stage
                ),
                "choose another name for --stage",
            )),
            _ => Ok(()),
        }
    }

    /// Instruction set of the functions, unless one is named.
    ///
    /// # Errors
    /// The target cannot run those of the one that is named.
    pub(crate) fn architecture(&self, named: Option<Architecture>) -> Result<Architecture> {
        let own = Architecture::of_host();
        match (self.target, named) {
            (Target::Aws, None) => Ok(Architecture::Arm64),
            (Target::Local, Some(other)) if other != own => Err(problem(
                format!(
                    "a local stack runs functions as processes of this machine, which is {}, not {}",
                    own.parameter(),
                    other.parameter()
                ),
                "leave --architecture away",
            )),
            (Target::LocalStack, None) | (Target::Local, _) => Ok(own),
            (_, Some(named)) => Ok(named),
        }
    }

    /// The parameters that the target wants, whatever else a person says.
    ///
    /// An emulator on this machine has the administrator of its stack, and sends mail to its folder.
    pub(crate) fn parameters(&self) -> Parameters {
        let mut parameters = Parameters::default();
        parameters.set("Stage", self.stage.to_string());
        if let Some((_, url)) = &self.endpoint {
            parameters.set("EndpointUrl", url);
        }
        if let Some(Local { credentials, .. }) = &self.local {
            parameters.set("AdminEmail", &credentials.admin.email);
            parameters.set("AdminPasswordHash", &credentials.admin_password_hash);
            parameters.set(
                "SenderAddress",
                format!("{}@em-connect.example", self.stage),
            );
            parameters.set("LogRetentionDays", "7");
            parameters.set("SendingRate", "1000");
            parameters.set("AllowedOrigins", "*");
        }
        parameters
    }

    /// The bucket that takes the code: one per account and region, for all deployments there.
    ///
    /// # Errors
    /// There are no credentials, or they are of no use.
    pub(crate) fn bucket(&self) -> Result<String> {
        let help = match self.target {
            Target::Aws => {
                "log in, or name a profile with --profile; `aws sts get-caller-identity` shows who you are"
            }
            Target::LocalStack => "start LocalStack, or say where it listens with --endpoint-url",
            Target::Local => "`cargo xtask status` shows how the stack does",
        };
        let identity = self
            .aws
            .json(&["sts", "get-caller-identity"])
            .map_err(|error| {
                problem(
                    format!("{} does not let us in: {error:#}", self.place()),
                    help,
                )
            })?;
        let account = identity["Account"]
            .as_str()
            .context("sts names no account")?;
        Ok(format!("em-connect-code-{account}-{}", self.aws.region()))
    }

    /// Folder of what is uploaded.
    pub(crate) fn package(&self) -> PathBuf {
        target().join("package").join(self.stage.to_string())
    }

    /// Addresses of the HTTP and the WebSocket API.
    ///
    /// # Errors
    /// The stack does not tell them.
    pub(crate) fn addresses(&self, outputs: &Outputs) -> Result<(String, String)> {
        let (http, web_socket) = match &self.endpoint {
            Some((url, _)) => (
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

    /// State of the stack, which must be there.
    ///
    /// # Errors
    /// It is not: the error names those that are.
    pub(crate) fn require_stack(&self) -> Result<String> {
        if let Some(status) = cloudformation::status(&self.aws, &self.stack) {
            return Ok(status);
        }
        let stacks = self
            .aws
            .json(&["cloudformation", "describe-stacks"])
            .with_context(|| format!("asking {} for stacks", self.place()))?;
        let names = stacks["Stacks"].as_array().into_iter().flatten();
        let names =
            names.filter_map(|stack| stack["StackName"].as_str()?.strip_prefix("em-connect-"));
        let mut names: Vec<_> = names.collect();
        names.sort_unstable();
        let help = if names.is_empty() {
            "there is no deployment at all; --region and --profile say where to look".to_owned()
        } else {
            format!("there are the stages {}", names.join(", "))
        };
        Err(problem(
            format!("there is no stack {} on {}", self.stack, self.place()),
            help,
        ))
    }

    /// The administrator, where it is the local stack's own.
    pub(crate) fn administrator(&self) -> Option<&Account> {
        self.local.as_ref().map(|local| &local.credentials.admin)
    }

    /// The folder of the local stack.
    pub(crate) fn folder(&self) -> Option<&Folder> {
        self.local.as_ref().map(|local| &local.folder)
    }

    /// Waits until no other xtask works on the local stack, if it is one.
    ///
    /// # Errors
    /// The lock cannot be had.
    pub(crate) fn lock(&self) -> Result<Option<File>> {
        self.folder().map(Folder::lock).transpose()
    }

    /// The options that name this deployment again, for another command.
    pub(crate) fn options(&self) -> String {
        let stage = &self.stage;
        match (self.target, &self.local, &self.endpoint) {
            (_, Some(local), _) => {
                format!("--target local --stage {stage}{}", local.folder.option())
            }
            (Target::LocalStack, _, Some((url, _))) if url != LOCALSTACK => {
                format!("--target localstack --stage {stage} --endpoint-url {url}")
            }
            (Target::LocalStack, ..) => format!("--target localstack --stage {stage}"),
            (_, _, endpoint) => {
                let endpoint = endpoint
                    .as_ref()
                    .map(|(url, _)| format!(" --endpoint-url {url}"));
                let region = self.aws.region();
                format!(
                    "--stage {stage} --region {region}{}",
                    endpoint.unwrap_or_default()
                )
            }
        }
    }

    /// In words.
    pub(crate) fn place(&self) -> String {
        match (&self.local, &self.endpoint) {
            (Some(local), _) => format!("the emulator of the local stack `{}`", local.folder.name),
            (None, Some((url, _))) => format!("{url} ({})", self.aws.region()),
            (None, None) => format!("AWS, region {}", self.aws.region()),
        }
    }
}

/// What would silently be ignored.
fn refuse_options(place: &Place, seen_by_functions: Option<&str>) -> Result<()> {
    let of_no_use = |option: &str, on: &str| {
        Err(problem(
            format!("{option} is of no use with --target {on}"),
            "leave it away",
        ))
    };
    if place.target == Target::LocalStack && place.profile.is_some() {
        return of_no_use("--profile", "localstack");
    }
    if place.target == Target::Aws && place.endpoint_url.is_none() && seen_by_functions.is_some() {
        return of_no_use("--function-endpoint-url without --endpoint-url", "aws");
    }
    if place.target != Target::Local {
        return Ok(());
    }
    let options = [
        ("--region", place.region.is_some()),
        ("--profile", place.profile.is_some()),
        ("--endpoint-url", place.endpoint_url.is_some()),
        ("--function-endpoint-url", seen_by_functions.is_some()),
    ];
    if let Some((option, _)) = options.iter().find(|(_, is_said)| *is_said) {
        return of_no_use(option, "local");
    }
    Ok(())
}
