//! `cargo xtask rotate-secret`.

use std::time::Duration;

use clap::Args;

use super::{Named, parse_age};
use crate::folder::StackName;
use crate::secret::MIN_LEAD;

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
    /// How long the new secret only verifies before it signs: a number and s, m, h or d, 40s at least
    /// [default: 1d, so that scanners learn its key; with --leaked 1m]
    #[arg(long, value_name = "TIME", value_parser = parse_lead)]
    pub(crate) lead: Option<Duration>,
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

fn parse_lead(text: &str) -> Result<Duration, String> {
    let lead = parse_age(text)?;
    if lead < MIN_LEAD {
        return Err(format!(
            "functions read the secret every 20 seconds: at least {} seconds",
            MIN_LEAD.as_secs()
        ));
    }
    Ok(lead)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lead_leaves_the_functions_time_to_read() {
        assert_eq!(parse_lead("40s"), Ok(Duration::from_secs(40)));
        assert_eq!(parse_lead("2d"), Ok(Duration::from_hours(48)));
        for wrong in ["39s", "0d", "x"] {
            assert!(parse_lead(wrong).is_err(), "{wrong}");
        }
    }
}
