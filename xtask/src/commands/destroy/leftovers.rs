//! What a deletion takes away, what it leaves, and how to remove that, too.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::aws::Aws;
use crate::table::aligned;

/// A resource of a stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Resource {
    name: String,
    /// Its type.
    pub(super) kind: String,
    /// Its physical id.
    pub(super) id: String,
}

impl Resource {
    /// One of the list; `None` for what is gone already.
    pub(super) fn of(listed: &Value) -> Option<Self> {
        if listed["ResourceStatus"] == "DELETE_COMPLETE" {
            return None;
        }
        let text = |key: &str| listed[key].as_str().map(str::to_owned);
        Some(Self {
            name: text("LogicalResourceId")?,
            kind: text("ResourceType")?,
            id: text("PhysicalResourceId").unwrap_or_default(),
        })
    }

    /// Whether the template keeps it when the stack is deleted. SAM retains versions of functions, so that an alias can go
    /// back to one; they go with their function all the same.
    pub(super) fn is_kept(&self, template: &Value) -> bool {
        if self.kind == "AWS::Lambda::Version" {
            return false;
        }
        let policy = template["Resources"][&self.name]["DeletionPolicy"].as_str();
        policy.is_some_and(|policy| policy.starts_with("Retain"))
    }

    /// Commands that delete it for good.
    fn removal(&self, aws: &str) -> Vec<String> {
        let id = &self.id;
        match self.kind.as_str() {
            "AWS::DynamoDB::Table" => vec![
                format!(
                    "{aws} dynamodb update-table --no-deletion-protection-enabled --table-name {id}"
                ),
                format!("{aws} dynamodb delete-table --table-name {id}"),
            ],
            "AWS::SecretsManager::Secret" => {
                vec![format!(
                    "{aws} secretsmanager delete-secret --secret-id {id}"
                )]
            }
            kind => vec![format!("(see the documentation of {kind}) {id}")],
        }
    }
}

/// How many there are of each type.
pub(super) fn counted(resources: &[Resource]) -> Vec<String> {
    let mut counts = BTreeMap::<&str, usize>::new();
    for resource in resources {
        *counts.entry(&resource.kind).or_default() += 1;
    }
    let row = |(kind, count): (&str, usize)| [count.to_string(), kind.to_owned()];
    aligned(&counts.into_iter().map(row).collect::<Vec<_>>())
}

/// What is left over, and how to remove it.
pub(super) fn describe(kept: &[Resource], aws: &Aws, bucket: Option<&str>) -> Vec<String> {
    let aws = aws.shown();
    let mut lines = Vec::new();
    if !kept.is_empty() {
        lines.push(
            "\nLeft over: the data, and the secret without which nobody can verify its tickets. To delete them for good:\n"
                .to_owned(),
        );
        let commands = kept.iter().flat_map(|resource| resource.removal(&aws));
        lines.extend(commands.map(|command| format!("  {command}")));
    }
    if let Some(bucket) = bucket {
        lines.push(
            "\nThe bucket of the code serves all deployments of this account and region. After the last of them:\n"
                .to_owned(),
        );
        lines.push(format!("  {aws} s3 rb --force s3://{bucket}"));
    }
    lines
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::tools::Tools;

    fn resource(name: &str, kind: &str, id: &str, status: &str) -> Option<Resource> {
        Resource::of(
            &json!({"LogicalResourceId": name, "ResourceType": kind, "PhysicalResourceId": id, "ResourceStatus": status}),
        )
    }

    #[test]
    fn what_the_template_retains_is_kept() {
        let template = json!({"Resources": {
            "Table": {"DeletionPolicy": "RetainExceptOnCreate"},
            "Queue": {"DeletionPolicy": "Delete"},
            "Role": {},
        }});
        let is_kept = |name| {
            resource(name, "T", "id", "CREATE_COMPLETE")
                .unwrap()
                .is_kept(&template)
        };
        assert!(is_kept("Table"));
        assert!(!is_kept("Queue") && !is_kept("Role") && !is_kept("Unknown"));
        let version = resource("Table", "AWS::Lambda::Version", "id", "CREATE_COMPLETE");
        assert!(!version.unwrap().is_kept(&template));
        assert_eq!(resource("Gone", "T", "id", "DELETE_COMPLETE"), None);
    }

    #[test]
    fn leftovers_come_with_their_commands() {
        let tools = Tools::not_run();
        let aws = Aws::local(&tools, "http://127.0.0.1:1", &crate::folder::target());
        let table = resource("Table", "AWS::DynamoDB::Table", "t-1", "UPDATE_COMPLETE").unwrap();
        let secret = resource(
            "Secret",
            "AWS::SecretsManager::Secret",
            "arn:s",
            "CREATE_COMPLETE",
        )
        .unwrap();
        let lines =
            describe(&[table, secret], &aws, Some("em-connect-code-0-us-east-1")).join("\n");
        for expected in [
            "  aws --region us-east-1 --endpoint-url http://127.0.0.1:1 dynamodb update-table --no-deletion-protection-enabled --table-name t-1\n",
            "  aws --region us-east-1 --endpoint-url http://127.0.0.1:1 dynamodb delete-table --table-name t-1\n",
            "  aws --region us-east-1 --endpoint-url http://127.0.0.1:1 secretsmanager delete-secret --secret-id arn:s\n",
            "s3 rb --force s3://em-connect-code-0-us-east-1",
        ] {
            assert!(lines.contains(expected), "{expected} is not in {lines}");
        }
        assert_eq!(describe(&[], &aws, None), [""; 0]);
    }

    #[test]
    fn types_are_counted() {
        let of = |kind| resource("n", kind, "id", "CREATE_COMPLETE").unwrap();
        let lines = counted(&[
            of("AWS::SQS::Queue"),
            of("AWS::IAM::Role"),
            of("AWS::SQS::Queue"),
        ]);
        assert_eq!(lines, ["1  AWS::IAM::Role", "2  AWS::SQS::Queue"]);
    }
}
