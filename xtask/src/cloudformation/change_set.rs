//! Change sets: what a deployment would do.

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::text;
use crate::aws::Aws;
use crate::table::aligned;

/// How `aws cloudformation deploy` names its change sets.
const OF_DEPLOY: &str = "awscli-cloudformation-package-deploy";

/// What holds something that a new one would not have, and what is lost with it.
const STATEFUL: [(&str, &str); 7] = [
    (
        "AWS::DynamoDB::Table",
        "all data; the table is kept, and not used any more",
    ),
    (
        "AWS::SecretsManager::Secret",
        "the keys: sessions, and QR codes that were shown; it is kept, and not used any more",
    ),
    ("AWS::SQS::Queue", "the messages that lie in it"),
    ("AWS::ApiGatewayV2::Api", "its address, for every client"),
    (
        "AWS::Scheduler::ScheduleGroup",
        "the reminders that are due",
    ),
    ("AWS::Logs::LogGroup", "what was logged"),
    (
        "AWS::SES::EmailIdentity",
        "its verification: no mail until then",
    ),
];

/// What becomes of one resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    verb: &'static str,
    resource: String,
    kind: String,
}

impl Change {
    fn of(change: &Value) -> Option<Self> {
        let change = &change["ResourceChange"];
        let verb = match (
            change["Action"].as_str()?,
            change["Replacement"].as_str().unwrap_or_default(),
        ) {
            ("Add", _) => "add",
            ("Remove", _) => "remove",
            ("Import", _) => "import",
            ("Modify", "True") => "replace",
            ("Modify", "Conditional") => "may replace",
            ("Modify", _) => "change",
            _ => "not known yet",
        };
        Some(Self {
            verb,
            resource: text(change, "LogicalResourceId")?,
            kind: text(change, "ResourceType")?,
        })
    }

    /// What would be lost with the resource as it is now.
    fn loss(&self) -> Option<&'static str> {
        if !["remove", "replace", "may replace"].contains(&self.verb) {
            return None;
        }
        let stateful = STATEFUL.iter().find(|(kind, _)| *kind == self.kind);
        stateful.map(|(_, loss)| *loss)
    }

    /// The gravest first.
    fn order(&self) -> (bool, usize, &str) {
        const ORDER: [&str; 6] = [
            "remove",
            "replace",
            "may replace",
            "not known yet",
            "change",
            "add",
        ];
        let place = ORDER.iter().position(|verb| *verb == self.verb);
        (
            self.loss().is_none(),
            place.unwrap_or(ORDER.len()),
            &self.resource,
        )
    }
}

/// The change set that `aws cloudformation deploy` says it has made.
pub(super) fn name_in(said: &str) -> Option<&str> {
    said.split_whitespace()
        .find(|word| word.starts_with("arn:") && word.contains(":changeSet/"))
}

/// Reads a change set, and deletes it.
pub(super) fn take(aws: &Aws, stack: &str, name: &str) -> Result<Vec<Change>> {
    let of = ["--stack-name", stack, "--change-set-name", name];
    let described = aws.json(&[&["cloudformation", "describe-change-set"], &of[..]].concat());
    aws.run(&[&["cloudformation", "delete-change-set"], &of[..]].concat())?;
    let described = described?;
    let changes = described["Changes"].as_array();
    let changes = changes.context("the change set has no list of changes")?;
    Ok(changes.iter().filter_map(Change::of).collect())
}

/// Deletes what is left where there was nothing to change: change sets that have failed for that.
pub(super) fn delete_empty(aws: &Aws, stack: &str) -> Result<()> {
    let listed = aws.json(&["cloudformation", "list-change-sets", "--stack-name", stack])?;
    let sets = listed["Summaries"].as_array().into_iter().flatten();
    for set in sets.filter(|set| set["Status"] == "FAILED") {
        let name = text(set, "ChangeSetName").unwrap_or_default();
        if name.starts_with(OF_DEPLOY) {
            aws.run(&[
                "cloudformation",
                "delete-change-set",
                "--stack-name",
                stack,
                "--change-set-name",
                &name,
            ])?;
        }
    }
    Ok(())
}

/// The changes as lines for a person.
pub(crate) fn describe(changes: &[Change]) -> Vec<String> {
    let mut changes: Vec<_> = changes.iter().collect();
    changes.sort_by_key(|change| change.order());
    let row = |change: &&Change| {
        let mark = if change.loss().is_some() { "!" } else { "" };
        [mark, change.verb, &change.resource, &change.kind].map(str::to_owned)
    };
    let mut lines = aligned(&changes.iter().map(row).collect::<Vec<_>>());
    let losses = changes.iter().filter_map(|change| {
        let (verb, resource) = (change.verb, &change.resource);
        Some(format!("! {verb} {resource} loses {}", change.loss()?))
    });
    let losses: Vec<_> = losses.collect();
    if !losses.is_empty() {
        lines.push(String::new());
        lines.extend(losses);
    }
    lines
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn change(action: &str, name: &str, kind: &str, replacement: Option<&str>) -> Change {
        let mut change = json!({"Action": action, "LogicalResourceId": name, "ResourceType": kind});
        if let Some(replacement) = replacement {
            change["Replacement"] = json!(replacement);
        }
        Change::of(&json!({"Type": "Resource", "ResourceChange": change})).unwrap()
    }

    #[test]
    fn what_loses_something_stands_out() {
        let changes = [
            change("Add", "WsPushFunction", "AWS::Lambda::Function", None),
            change(
                "Modify",
                "ApiFunction",
                "AWS::Lambda::Function",
                Some("False"),
            ),
            change(
                "Modify",
                "Table",
                "AWS::DynamoDB::Table",
                Some("Conditional"),
            ),
            change("Modify", "ApiRole", "AWS::IAM::Role", Some("True")),
            change("Modify", "MailQueue", "AWS::SQS::Queue", Some("False")),
            change("Remove", "LiveQueue", "AWS::SQS::Queue", None),
        ];
        assert_eq!(
            describe(&changes),
            [
                "!  remove       LiveQueue       AWS::SQS::Queue",
                "!  may replace  Table           AWS::DynamoDB::Table",
                "   replace      ApiRole         AWS::IAM::Role",
                "   change       ApiFunction     AWS::Lambda::Function",
                "   change       MailQueue       AWS::SQS::Queue",
                "   add          WsPushFunction  AWS::Lambda::Function",
                "",
                "! remove LiveQueue loses the messages that lie in it",
                "! may replace Table loses all data; the table is kept, and not used any more",
            ]
        );
        assert_eq!(describe(&[]), [""; 0]);
    }

    #[test]
    fn the_change_set_is_found_in_what_the_command_says() {
        let said = "\nWaiting for changeset to be created..\nChangeset created successfully. Run the following command to review changes:\n\
                    aws cloudformation describe-change-set --change-set-name arn:aws:cloudformation:us-east-1:000000000000:changeSet/x/1\n";
        let name = "arn:aws:cloudformation:us-east-1:000000000000:changeSet/x/1";
        assert_eq!(name_in(said), Some(name));
        assert_eq!(
            name_in("No changes to deploy. Stack s is up to date\n"),
            None
        );
    }
}
