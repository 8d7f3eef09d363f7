//! `em-connect rotate-secret`

use std::time::Duration;

use anyhow::Context as _;
use bootstrap::clock;
use clap::Args;

use super::{Place, Report, offline};
use crate::secret::{SecretFile, random_text};

/// Time until a new secret signs. Scanners fetch its keys before the doors open.
const LEAD: Duration = Duration::from_hours(24);
/// The same time after a leak, in which the leaked secret is still in use.
const LEAD_WHEN_LEAKED: Duration = Duration::from_mins(1);
/// Twice the time after which a server reads the secret again (`bootstrap::keys`).
const MIN_LEAD: Duration = Duration::from_secs(40);

/// Options of the rotation.
#[derive(Debug, Args)]
pub(super) struct RotateSecret {
    /// Time in which the new secret verifies but does not sign yet, such as 90s, 30m, 12h or 2d; 40s at least [default: 1d, so that
    /// scanners learn its key; with --leaked 60s]
    #[arg(long, value_name = "TIME", value_parser = parse_lead)]
    lead: Option<Duration>,
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
        let default = if self.leaked { LEAD_WHEN_LEAKED } else { LEAD };
        let at = now + self.lead.unwrap_or(default);
        let follows = if self.drop_previous {
            secrets.drop_previous(now)?;
            "Within 20 seconds, whatever a secret made that has ended is refused: sessions that were not refreshed since it \
             signed, QR codes, unsubscribe links. Codes of tickets stay."
        } else if self.leaked {
            secrets.rotate_leaked(random_text()?.into(), at);
            "When the new one signs, everybody must sign in again, and QR codes that were shown, mailed or printed before are \
             refused: their holders open the ticket anew. Codes of tickets stay. Tell scanners to fetch the keys."
        } else {
            secrets.rotate(random_text()?.into(), now, at)?;
            "Nobody notices: what the previous one made goes on to be accepted. End the overlap with --drop-previous when the \
             events are over whose tickets it signed, and not before 30 days."
        };
        let became = if self.dry_run {
            "would become"
        } else {
            file.replace(&secrets)
                .context("the secret cannot be written")?;
            "became"
        };
        let after = secrets.lines(now).join("\n  ");
        Ok(Report::good(format!(
            "the secrets, the newest first:\n  {before}\n{became}:\n  {after}\n{follows}"
        )))
    }
}

/// A number and its unit.
fn parse_lead(text: &str) -> Result<Duration, String> {
    let wrong = || "must be a number and s, m, h or d, such as 12h".to_owned();
    let unit = text.chars().last().ok_or_else(wrong)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return Err(wrong()),
    };
    let number: u32 = text[..text.len() - 1].parse().map_err(|_| wrong())?;
    let lead = Duration::from_secs(u64::from(number) * seconds);
    if lead < MIN_LEAD {
        return Err("must be 40s at least: a server reads the secret every 20 seconds".to_owned());
    }
    if lead > Duration::from_hours(24 * 366) {
        return Err("must be a year at most".to_owned());
    }
    Ok(lead)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lead_leaves_a_server_time_to_read() {
        assert_eq!(parse_lead("40s"), Ok(Duration::from_secs(40)));
        assert_eq!(parse_lead("2d"), Ok(Duration::from_hours(48)));
        for wrong in ["39s", "0d", "x", "", "9999d", "1w", "-1h"] {
            assert!(parse_lead(wrong).is_err(), "{wrong}");
        }
    }
}
