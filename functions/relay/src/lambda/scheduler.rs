//! Stores the schedules of reminders in the scheduler of `EventBridge`.

use aws_sdk_scheduler::{
    Client,
    error::{ProvideErrorMetadata, SdkError},
    operation::{create_schedule::CreateScheduleError, delete_schedule::DeleteScheduleError},
    types::{ActionAfterCompletion, FlexibleTimeWindow, FlexibleTimeWindowMode, Target},
};
use aws_types::SdkConfig;
use futures::{FutureExt as _, future::BoxFuture};
use jiff::Timestamp;

use crate::{ScheduleError, Schedules};

/// The client of `EventBridge`'s scheduler, and the data that every schedule needs.
#[derive(Debug, Clone)]
pub(super) struct EventBridgeScheduler {
    client: Client,
    /// The group that contains this deployment's schedules.
    group: String,
    /// The ARN of the queue `mail`.
    queue_arn: String,
    /// The ARN of the IAM role with which the scheduler sends messages to the queue `mail`.
    role_arn: String,
}

impl EventBridgeScheduler {
    /// Returns the scheduler's group `group`, in which schedules are stored. They send messages to the queue `queue_arn` with
    /// the role `role_arn`.
    pub(super) fn new(aws: &SdkConfig, group: String, queue_arn: String, role_arn: String) -> Self {
        Self {
            client: Client::new(aws),
            group,
            queue_arn,
            role_arn,
        }
    }

    async fn put_schedule(
        &self,
        name: &str,
        at: Timestamp,
        message: String,
    ) -> Result<(), ScheduleError> {
        let target = Target::builder()
            .arn(&self.queue_arn)
            .role_arn(&self.role_arn)
            .input(message)
            .build()
            .map_err(ScheduleError::permanent)?;
        let window = FlexibleTimeWindow::builder()
            .mode(FlexibleTimeWindowMode::Off)
            .build()
            .map_err(ScheduleError::permanent)?;
        let expression = format!("at({})", at.strftime("%Y-%m-%dT%H:%M:%S"));
        let created = self
            .client
            .create_schedule()
            .name(name)
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
                    .name(name)
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

    async fn delete_schedule(&self, name: &str) -> Result<(), ScheduleError> {
        let deleted = self
            .client
            .delete_schedule()
            .name(name)
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

impl Schedules for EventBridgeScheduler {
    fn put<'a>(
        &'a self,
        name: &'a str,
        at: Timestamp,
        message: String,
    ) -> BoxFuture<'a, Result<(), ScheduleError>> {
        self.put_schedule(name, at, message).boxed()
    }

    fn delete<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<(), ScheduleError>> {
        self.delete_schedule(name).boxed()
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
        match code {
            // The scheduler would refuse the same request every time, so the error is permanent.
            Some("ValidationException" | "ServiceQuotaExceededException") => Self::permanent(error),
            _ => Self::transient(error),
        }
    }
}
