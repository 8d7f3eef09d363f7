//! The ticket function on AWS Lambda.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), bootstrap::StartError> {
    ticket::lambda::run().await
}
