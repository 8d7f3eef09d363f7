//! Options of `cargo xtask rotate-secret`.

use clap::Args;
use domain::keys::keyrings::Lead;

use super::Named;
use crate::folder::StackName;

#[derive(Debug, Args)]
pub(crate) struct RotateSecret {
    #[command(flatten)]
    pub(crate) stack: Named,
    /// Name of a deployment on AWS [default: the local stack]
    #[arg(long, value_name = "NAME", conflicts_with = "name")]
    pub(crate) stage: Option<StackName>,
    /// AWS region [default: that of the environment or the profile]
    #[arg(long, requires = "stage")]
    pub(crate) region: Option<String>,
    /// Profile of the AWS configuration [default: that of the environment]
    #[arg(long, requires = "stage")]
    pub(crate) profile: Option<String>,
    /// Another endpoint than AWS, such as `LocalStack`'s [default: AWS]
    #[arg(long, value_name = "URL", requires = "stage")]
    pub(crate) endpoint_url: Option<String>,
    /// Time in which the new secret verifies but does not sign yet, such as 90s, 30m, 12h or 2d; 40s at least [default: 1d, so that
    /// scanners learn its key; with --leaked 60s]
    #[arg(long, value_name = "TIME")]
    pub(crate) lead: Option<Lead>,
    /// The secret is known to others: what it made is refused from the moment the new one signs
    #[arg(long)]
    pub(crate) leaked: bool,
    /// End the overlap now: what earlier secrets made is refused, and no new one is made
    #[arg(long, conflicts_with_all = ["leaked", "lead"])]
    pub(crate) drop_previous: bool,
    /// Show what would be written, and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}
