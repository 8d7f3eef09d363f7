//! The function of the WebSocket API on AWS Lambda.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), bootstrap::StartError> {
    ws_connect::lambda::run().await
}
