//! The settings for a deployment's mail.

use domain::accounts::email::Email;
use mail::Pages;

/// The settings for a deployment's mail.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The address from which mails are sent. If it is `None`, no mail is sent.
    pub from: Option<Email>,
    /// The address of the HTTP API, for links in mails. It has no slash at the end.
    pub public_url: String,
    /// The pages to which mails link. If it is `None`, mails have codes but no links to pages.
    pub pages: Option<Pages>,
    /// The maximum number of mails that this process sends in a second.
    pub sending_rate: SendingRate,
}

/// A number of mails per second, from 0.01 to 100,000.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SendingRate(f64);

impl SendingRate {
    /// Returns the rate for one process if `processes` share this rate. Zero processes count as one.
    #[must_use]
    pub fn shared_by(self, processes: u32) -> Self {
        Self(self.0 / f64::from(processes.max(1)))
    }

    /// Returns the number of mails per second.
    #[must_use]
    pub fn per_second(self) -> f64 {
        self.0
    }
}

impl std::str::FromStr for SendingRate {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.parse() {
            Ok(rate) if (0.01..=100_000.0).contains(&rate) => Ok(Self(rate)),
            _ => Err("must be a number of mails a second, from 0.01 to 100000"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_shared_evenly() {
        let rate: SendingRate = "14".parse().unwrap();
        for (processes, expected) in [(0, 14.0), (1, 14.0), (4, 3.5)] {
            let own = rate.shared_by(processes).per_second();
            assert!((own - expected).abs() < 1e-9, "{processes}: {own}");
        }
        for wrong in ["0", "-1", "1e9", "many", "NaN"] {
            assert!(wrong.parse::<SendingRate>().is_err(), "{wrong}");
        }
    }
}
