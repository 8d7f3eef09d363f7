//! Finds the reasons why an operation on a stack failed.

use serde_json::Value;

use super::text;

/// Returns one text for each resource that failed in the stack's last operation, with the reason. The resource that failed
/// first comes first. Resources that were cancelled because another resource failed are left out.
pub(crate) fn of_last_operation(events: &Value) -> Vec<String> {
    let events = events["StackEvents"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let began = |event: &&Value| {
        event["ResourceType"] == "AWS::CloudFormation::Stack"
            && [
                "CREATE_IN_PROGRESS",
                "UPDATE_IN_PROGRESS",
                "DELETE_IN_PROGRESS",
            ]
            .iter()
            .any(|status| event["ResourceStatus"] == *status)
    };
    let mut lines = Vec::new();
    // `CloudFormation` returns the newest event first, so the first event that began an operation began the last operation.
    for event in events.iter().take_while(|event| !began(event)) {
        let (Some(resource), Some(status)) = (
            text(event, "LogicalResourceId"),
            text(event, "ResourceStatus"),
        ) else {
            continue;
        };
        let reason = text(event, "ResourceStatusReason").unwrap_or_default();
        if status.ends_with("_FAILED") && !reason.contains("cancelled") {
            let kind = text(event, "ResourceType").unwrap_or_default();
            lines.push(format!("  {resource} ({kind}): {status}: {reason}"));
        }
    }
    lines.reverse();
    lines
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event(name: &str, kind: &str, status: &str, reason: &str) -> Value {
        json!({"LogicalResourceId": name, "ResourceType": kind, "ResourceStatus": status, "ResourceStatusReason": reason})
    }

    #[test]
    fn failures_of_the_last_operation_only() {
        let events = json!({"StackEvents": [
            event("Later", "T", "CREATE_FAILED", "Resource creation cancelled"),
            event("Table", "T", "CREATE_FAILED", "no such key"),
            event("s", "AWS::CloudFormation::Stack", "UPDATE_IN_PROGRESS", ""),
            event("Old", "T", "CREATE_FAILED", "of last week"),
        ]});
        assert_eq!(
            of_last_operation(&events),
            ["  Table (T): CREATE_FAILED: no such key"]
        );
        assert_eq!(of_last_operation(&Value::Null), [""; 0]);
    }

    #[test]
    fn a_resource_that_cannot_be_deleted_names_itself() {
        let events = json!({"StackEvents": [
            event("s", "AWS::CloudFormation::Stack", "DELETE_FAILED", "The following resource(s) failed to delete: [Table]."),
            event("Table", "AWS::DynamoDB::Table", "DELETE_FAILED", "deletion protection is on"),
            event("s", "AWS::CloudFormation::Stack", "DELETE_IN_PROGRESS", "User Initiated"),
            event("Old", "T", "CREATE_FAILED", "of last week"),
        ]});
        assert_eq!(
            of_last_operation(&events),
            [
                "  Table (AWS::DynamoDB::Table): DELETE_FAILED: deletion protection is on",
                "  s (AWS::CloudFormation::Stack): DELETE_FAILED: The following resource(s) failed to delete: [Table].",
            ]
        );
    }
}
