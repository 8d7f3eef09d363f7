//! What is tried out.

use std::time::Duration;

use anyhow::Result;

use super::wait::until;
use crate::client::Client;
use crate::cloudformation::Outputs;
use crate::credentials::Account;
use crate::destination::Destination;
use crate::folder::Folder;
use crate::mail::folder::MailFolder;

/// A deployment, seen from outside.
#[derive(Debug)]
pub(crate) struct Site {
    /// HTTP API, without a slash at its end.
    pub(crate) http_url: String,
    /// WebSocket API.
    pub(crate) ws_url: String,
    /// Who may make events; `None`: only what everybody may do is tried.
    pub(crate) organizer: Option<Account>,
    mail: Option<Folder>,
    logs: String,
    options: String,
}

impl Site {
    /// That of a stack with these outputs.
    ///
    /// # Errors
    /// The outputs do not tell its addresses.
    pub(crate) fn of(
        destination: &Destination,
        outputs: &Outputs,
        organizer: Option<&Account>,
    ) -> Result<Self> {
        let (http_url, ws_url) = destination.addresses(outputs)?;
        let mut logs = format!(
            "`{} logs tail /aws/lambda/{}-FUNCTION --since 10m`",
            destination.aws.shown(),
            destination.stack
        );
        if let Some(folder) = destination.folder() {
            logs = format!(
                "{logs}; of the emulator: {}",
                folder.emulator_log().display()
            );
        }
        Ok(Self {
            http_url,
            ws_url,
            organizer: organizer.cloned(),
            mail: destination.folder().cloned(),
            logs,
            options: destination.options(),
        })
    }

    pub(super) fn client(&self) -> Client {
        Client::new(&self.http_url, Duration::from_secs(35))
    }

    /// Advice for whoever reads of a failure.
    pub(super) fn where_to_look(&self) -> String {
        format!(
            "{}/health/ready tells of the table, the queues, the stream and the sender\n\
             logs of the functions: {}\n\
             what could not be processed: GET /v1/admin/dead-letters\n\
             to try it again: `cargo xtask smoke {}`",
            self.http_url, self.logs, self.options
        )
    }

    /// Waits for the mail itself, where the target catches it.
    pub(super) fn wait_for_caught_mail(&self, to: &str, about: &str) -> Result<()> {
        let Some(folder) = &self.mail else {
            return Ok(());
        };
        let what = format!("mail to {to} with a ticket for {about}");
        until(&what, || {
            let mails = MailFolder::of(folder)?.newest(Some(to), usize::MAX);
            let subjects = mails.iter().map(|mail| mail.summary.subject.clone());
            let subjects: Vec<_> = subjects.collect();
            let has_ticket = mails.iter().any(|mail| {
                let mut parts = mail.summary.parts.iter();
                mail.summary.subject.contains(about)
                    && parts.any(|part| part.content_type == "application/pdf")
            });
            Ok(has_ticket
                .then_some(())
                .ok_or_else(|| format!("mails {subjects:?}")))
        })
    }
}
