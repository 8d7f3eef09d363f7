//! Reminders: one-shot schedules that put a message on the queue `mail` some time before an event starts.
//!
//! A schedule is named after its event and its lead, so making it again moves it. It says when the event was to start: of
//! an event that was moved since, the message sends nothing.

use aws_sdk_scheduler::{
    Client,
    error::{ProvideErrorMetadata, SdkError},
    operation::{create_schedule::CreateScheduleError, delete_schedule::DeleteScheduleError},
    types::{ActionAfterCompletion, FlexibleTimeWindow, FlexibleTimeWindowMode, Target},
};
use domain::{
    event::{Event, EventStatus},
    id::EventId,
};
use jiff::{Timestamp, ToSpan as _};
use messages::{Audience, EventMail, Lead, MailDue};

/// The scheduler, and what it may do.
#[derive(Debug, Clone)]
pub(crate) struct Reminders {
    pub(crate) client: Client,
    /// Group of this deployment's schedules.
    pub(crate) group: String,
    /// The queue `mail`.
    pub(crate) queue_arn: String,
    /// Lets the scheduler write the queue.
    pub(crate) role_arn: String,
}

/// A schedule could not be made, moved or deleted.
#[derive(Debug, thiserror::Error)]
#[error("a reminder could not be scheduled")]
pub(crate) struct ScheduleError {
    #[source]
    source: Box<dyn std::error::Error + Send + Sync>,
    is_transient: bool,
}

impl ScheduleError {
    /// Whether the same call may succeed later.
    pub(crate) fn is_transient(&self) -> bool {
        self.is_transient
    }

    /// A request that cannot even be built.
    fn of_request(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self {
            source: Box::new(error),
            is_transient: false,
        }
    }
}

impl<E, R> From<SdkError<E, R>> for ScheduleError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    fn from(error: SdkError<E, R>) -> Self {
        let code = error
            .as_service_error()
            .and_then(ProvideErrorMetadata::code);
        Self {
            // What blames the request would blame it again.
            is_transient: !matches!(
                code,
                Some("ValidationException" | "ServiceQuotaExceededException")
            ),
            source: Box::new(error),
        }
    }
}

/// When an event's registrants are reminded; `None`: not at all, or not any more at `now`.
pub(crate) fn due_at(event: &Event, lead: Lead, now: Timestamp) -> Option<Timestamp> {
    let starts_at = event.details.schedule.starts_at;
    let at = starts_at.checked_sub(lead.hours().hours()).ok()?;
    (event.status == EventStatus::Published && at > now).then_some(at)
}

impl Reminders {
    /// Brings the schedules of an event up to it, as it is `now`, after `request` changed it. Repeating it does no harm.
    ///
    /// # Errors
    /// A schedule could not be made, moved or deleted.
    pub(crate) async fn align(
        &self,
        event: &Event,
        now: Timestamp,
        request: &str,
    ) -> Result<(), ScheduleError> {
        for lead in Lead::ALL {
            match due_at(event, lead, now) {
                Some(at) => self.schedule(event, lead, at, request).await?,
                None => self.delete(event.id, lead).await?,
            }
        }
        Ok(())
    }

    async fn schedule(
        &self,
        event: &Event,
        lead: Lead,
        at: Timestamp,
        request: &str,
    ) -> Result<(), ScheduleError> {
        let message = MailDue::Audience {
            event_id: event.id,
            audience: Audience::Everybody,
            about: EventMail::Reminder {
                lead,
                starts_at: event.details.schedule.starts_at,
            },
            request_id: request.to_owned(),
        };
        let target = Target::builder()
            .arn(&self.queue_arn)
            .role_arn(&self.role_arn)
            .input(serde_json::to_string(&message).map_err(ScheduleError::of_request)?)
            .build()
            .map_err(ScheduleError::of_request)?;
        let window = FlexibleTimeWindow::builder()
            .mode(FlexibleTimeWindowMode::Off)
            .build()
            .map_err(ScheduleError::of_request)?;
        let expression = format!("at({})", at.strftime("%Y-%m-%dT%H:%M:%S"));
        let created = self
            .client
            .create_schedule()
            .name(name(event.id, lead))
            .group_name(&self.group)
            .schedule_expression(&expression)
            .flexible_time_window(window.clone())
            .target(target.clone())
            .action_after_completion(ActionAfterCompletion::Delete)
            .send()
            .await;
        match created {
            Ok(_) => Ok(()),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(CreateScheduleError::is_conflict_exception) =>
            {
                self.client
                    .update_schedule()
                    .name(name(event.id, lead))
                    .group_name(&self.group)
                    .schedule_expression(&expression)
                    .flexible_time_window(window)
                    .target(target)
                    .action_after_completion(ActionAfterCompletion::Delete)
                    .send()
                    .await?;
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn delete(&self, event: EventId, lead: Lead) -> Result<(), ScheduleError> {
        let deleted = self
            .client
            .delete_schedule()
            .name(name(event, lead))
            .group_name(&self.group)
            .send()
            .await;
        match deleted {
            Ok(_) => Ok(()),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(DeleteScheduleError::is_resource_not_found_exception) =>
            {
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// At most 64 letters, digits, `-`, `_` and `.` ("`CreateSchedule`", API of the scheduler).
fn name(event: EventId, lead: Lead) -> String {
    format!("{event}-{}", lead.as_str())
}
