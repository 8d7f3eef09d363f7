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
    /// URL of an endpoint other than AWS, such as `LocalStack` [default: AWS]
    #[arg(long, value_name = "URL", requires = "stage")]
    pub(crate) endpoint_url: Option<String>,
    /// Time for which the new secret only verifies and does not sign yet, such as 90s, 30m, 12h or 2d; at least 40s [default:
    /// 1d, so that scanners fetch the new key; 60s with --leaked]
    #[arg(long, value_name = "TIME")]
    pub(crate) lead: Option<Lead>,
    /// Use this if others know the secret: what the old secret signed is refused as soon as the new secret signs
    #[arg(long)]
    pub(crate) leaked: bool,
    /// End the overlap now: what earlier secrets signed is refused, and no new secret is added
    #[arg(long, conflicts_with_all = ["leaked", "lead"])]
    pub(crate) drop_previous: bool,
    /// Show what would be written, and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}
