//! The public pages on AWS Lambda.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), bootstrap::StartError> {
    web::lambda::run().await
}
