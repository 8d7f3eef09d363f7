//! The relay on AWS Lambda.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), bootstrap::StartError> {
    relay::lambda::run().await
}
