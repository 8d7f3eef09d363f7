//! The notify function on AWS Lambda.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), bootstrap::StartError> {
    notify::lambda::run().await
}
