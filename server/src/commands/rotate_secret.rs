//! The command `em-connect rotate-secret`.

use anyhow::Context as _;
use bootstrap::clock;
use clap::Args;
use domain::keys::keyrings::{Lead, Rotation};

use super::{Place, Report, offline};
use crate::secret::{SecretFile, random_text};

/// Options of the rotation.
#[derive(Debug, Args)]
pub(super) struct RotateSecret {
    /// Time in which the new secret verifies but does not sign yet, such as 90s, 30m, 12h or 2d; 40s at least [default: 1d, so that
    /// scanners learn its key; with --leaked 60s]
    #[arg(long, value_name = "TIME")]
    lead: Option<Lead>,
    /// The secret is known to others: what it made is refused from the moment at which the new one signs
    #[arg(long)]
    leaked: bool,
    /// Ends the overlap now: what earlier secrets made is refused, and no new one is made
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
