//! The port to the deployment's secret, implemented with AWS Secrets Manager.

use aws_sdk_secretsmanager::Client;
use aws_types::SdkConfig;
use futures::{FutureExt as _, future::BoxFuture};
use secrecy::SecretString;

use super::{CallError, SecretSource};

/// A secret of Secrets Manager.
#[derive(Debug)]
pub struct SecretsManager {
    pub(super) client: Client,
    pub(super) id: String,
}

impl SecretsManager {
    /// Returns the secret that has the name `id` in Secrets Manager.
    pub fn new(config: &SdkConfig, id: impl Into<String>) -> Self {
        Self {
            client: Client::new(config),
            id: id.into(),
        }
    }
}

impl SecretSource for SecretsManager {
    fn id(&self) -> &str {
        &self.id
    }

    fn read(&self) -> BoxFuture<'_, Result<SecretString, CallError>> {
        async {
            let call = self.client.get_secret_value().secret_id(&self.id);
            let text = call.send().await?.secret_string;
            Ok(text.ok_or("it has no text")?.into())
        }
        .boxed()
    }
}
