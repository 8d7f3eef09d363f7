//! The HTTP API on AWS Lambda.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), bootstrap::StartError> {
    api::lambda::run().await
}
