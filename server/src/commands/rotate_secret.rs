//! The command `em-connect rotate-secret`.

use anyhow::Context as _;
use bootstrap::clock;
use clap::Args;
use domain::keys::keyrings::{Lead, Rotation};

use super::{Place, Report, offline};
use crate::secret::{SecretFile, random_text};

/// Options of `em-connect rotate-secret`.
#[derive(Debug, Args)]
pub(super) struct RotateSecret {
    /// Time for which the new secret only verifies and does not sign yet, such as 90s, 30m, 12h or 2d; at least 40s [default:
    /// 1d, so that scanners fetch the new key; 60s with --leaked]
    #[arg(long, value_name = "TIME")]
    lead: Option<Lead>,
    /// Use this if others know the secret: what the old secret signed is refused as soon as the new secret signs
    #[arg(long)]
    leaked: bool,
    /// Ends the overlap now: what earlier secrets signed is refused, and no new secret is added
    #[arg(long, conflicts_with_all = ["leaked", "lead"])]
    drop_previous: bool,
    /// Shows what would be written, and writes nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    place: Place,
}

impl RotateSecret {
    pub(super) fn run(&self) -> anyhow::Result<Report> {
        let file = SecretFile::at(offline::existing(&self.place)?.secret());
        let mut secrets = file.secrets().context("the secret cannot be read")?;
        let now = clock::now();
        let before = secrets.lines(now).join("\n  ");
        let rotation = Rotation::of(self.leaked, self.drop_previous);
        rotation.apply(&mut secrets, now, self.lead, || {
            anyhow::Ok(random_text()?.into())
        })?;
        let became = if self.dry_run {
            "would become"
        } else {
            file.replace(&secrets)
                .context("the secret cannot be written")?;
            "became"
        };
        let after = secrets.lines(now).join("\n  ");
        let follows = rotation.what_follows();
        Ok(Report::good(format!(
            "the secrets, the newest first:\n  {before}\n{became}:\n  {after}\n{follows}"
        )))
    }
}
