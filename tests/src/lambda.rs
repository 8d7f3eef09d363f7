//! Calls that invoke the functions as Lambda does. The test supplies the event instead of a trigger.

use reqwest::Method;
use serde_json::Value;

use crate::Stack;

impl Stack {
    /// Invokes a function with an event, and returns its answer; panics if the function fails.
    pub async fn invoke(&self, function: &str, event: &str) -> Value {
        let name = self.emulator().function_name(function);
        let path = format!("/2015-03-31/functions/{name}/invocations");
        let answer = self
            .aws()
            .call(Method::POST, &path)
            .header("authorization", &Self::authorization("lambda"))
            .body(event)
            .send()
            .await;
        assert_eq!(answer.status, 200, "{answer}");
        assert_eq!(answer.header("x-amz-function-error"), "", "{answer}");
        answer.json
    }
}
