//! Finds the permissions of functions that no call of the tests needed.
//!
//! docs/permissions.md explains each of them. So a permission that nobody needs any more fails the run.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::Decision;

/// The section of docs/permissions.md that explains unused permissions.
const SECTION: &str = "## Not called by the tests";

/// A permission of one function: one action on one resource. Function and resource have their names in the template, as in
/// docs/permissions.md.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Permission {
    who: String,
    may: String,
    /// The resource. A `*` stands for any text.
    on: String,
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { who, may, on } = self;
        write!(f, "{who} may {may} on {on}")
    }
}

/// The names in the template, by the names of the resources that were made from it.
#[derive(Debug)]
pub(super) struct Names(BTreeMap<String, String>);

impl Names {
    /// Reads the answer of `aws cloudformation list-stack-resources`.
    pub(super) fn read(answer: &Value) -> Self {
        let resources = answer["StackResourceSummaries"].as_array();
        let pair = |resource: &Value| {
            let made = resource["PhysicalResourceId"].as_str()?;
            // The physical id of a queue is its URL.
            let is_queue = resource["ResourceType"] == "AWS::SQS::Queue";
            let made = made.rsplit('/').next().filter(|_| is_queue).unwrap_or(made);
            let named = resource["LogicalResourceId"].as_str()?;
            Some((made.to_owned(), named.to_owned()))
        };
        Self(resources.into_iter().flatten().filter_map(pair).collect())
    }

    fn of(&self, made: &str) -> String {
        self.0.get(made).map_or(made, String::as_str).to_owned()
    }

    /// Returns an ARN as docs/permissions.md writes it: `Table/index/gsi1`, `Pictures/*`, `scheduler:schedule/Reminders/*`.
    fn of_arn(&self, arn: &str) -> String {
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        let [_, _, service, _, _, resource] = parts[..] else {
            return arn.to_owned();
        };
        let kinds = ["table/", "role/"];
        let resource = kinds
            .iter()
            .find_map(|kind| resource.strip_prefix(kind))
            .unwrap_or(resource);
        if let Some(secret) = resource.strip_prefix("secret:") {
            // Secrets Manager appends seven characters to the name.
            return self.of(secret.rsplit_once('-').map_or(secret, |(name, _)| name));
        }
        let segments: Vec<String> = resource
            .split('/')
            .map(|segment| self.of(segment))
            .collect();
        let name = segments.join("/");
        match service {
            "scheduler" | "execute-api" | "ses" => format!("{service}:{name}"),
            _ => name,
        }
    }
}

/// Returns the permissions of all functions. `details` is the answer of `aws iam get-account-authorization-details`.
pub(super) fn granted(details: &Value, names: &Names) -> BTreeSet<Permission> {
    let mut permissions = BTreeSet::new();
    for role in each(&details["RoleDetailList"]) {
        let name = names.of(role["RoleName"].as_str().unwrap_or_default());
        let Some(who) = name
            .strip_suffix("Role")
            .filter(|who| who.ends_with("Function"))
        else {
            continue;
        };
        let policies = each(&role["RolePolicyList"]);
        for statement in policies.flat_map(|policy| each(&policy["PolicyDocument"]["Statement"])) {
            for may in each(&statement["Action"]).filter_map(Value::as_str) {
                for on in each(&statement["Resource"]).filter_map(Value::as_str) {
                    permissions.insert(Permission {
                        who: who.to_owned(),
                        may: may.to_owned(),
                        on: names.of_arn(on),
                    });
                }
            }
        }
    }
    permissions
}

/// Returns the permissions that no allowed call needed.
pub(super) fn unused(
    granted: &BTreeSet<Permission>,
    decisions: &BTreeSet<Decision>,
    names: &Names,
) -> BTreeSet<Permission> {
    let allowed = decisions.iter().filter(|decision| decision.allowed);
    let calls: BTreeSet<_> = allowed
        .map(|one| {
            (
                names.of(&one.function),
                &one.action,
                names.of_arn(&one.resource),
            )
        })
        .collect();
    let is_unused = |permission: &&Permission| {
        !calls.iter().any(|(who, may, on)| {
            *who == permission.who && **may == permission.may && matches(&permission.on, on)
        })
    };
    granted.iter().filter(is_unused).cloned().collect()
}

/// Returns the permissions that a page in the form of docs/permissions.md explains. A row may have several functions, actions
/// and resources.
///
/// # Errors
/// The page has no such section, or a row without a reason.
pub(super) fn explained(page: &str) -> Result<BTreeSet<Permission>> {
    let (_, section) = page
        .split_once(SECTION)
        .with_context(|| format!("docs/permissions.md has no section `{SECTION}`"))?;
    let section = section
        .split_once("\n## ")
        .map_or(section, |(section, _)| section);
    let mut permissions = BTreeSet::new();
    for row in section.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [who, may, on, why] = cells[..] else {
            anyhow::bail!("not four cells: {row}")
        };
        anyhow::ensure!(!why.is_empty(), "no reason: {row}");
        for who in code_spans(who) {
            for may in code_spans(may) {
                for on in code_spans(on) {
                    let [who, may, on] = [who, may, on].map(str::to_owned);
                    permissions.insert(Permission { who, may, on });
                }
            }
        }
    }
    Ok(permissions)
}

/// Returns the texts between backticks.
fn code_spans(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

/// Returns all values of a list, or the value itself if it is no list.
fn each(value: &Value) -> impl Iterator<Item = &Value> {
    let list = value.as_array().map(Vec::as_slice);
    list.unwrap_or(std::slice::from_ref(value)).iter()
}

/// Returns whether the pattern stands for the text. Each `*` stands for any text, also for an empty one.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, rest)) => text.strip_prefix(start).is_some_and(|text| {
            let mut ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
            ends.any(|at| matches(rest, &text[at..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn names() -> Names {
        let made = |logical: &str, physical: &str| {
            let kind = if physical.starts_with("http") {
                "AWS::SQS::Queue"
            } else {
                "other"
            };
            json!({"LogicalResourceId": logical, "PhysicalResourceId": physical, "ResourceType": kind})
        };
        Names::read(&json!({"StackResourceSummaries": [
            made("ApiFunction", "s-api"), made("ApiFunctionRole", "s-ApiFunctionRole-1"), made("Table", "s-Table-1"),
            made("MailQueue", "http://localhost:4566/0/s-MailQueue-1"), made("Secret", "s-Secret-1"),
            made("Reminders", "s-reminders"), made("WebSocketApi", "eea05250"), made("WebSocketStage", "live"),
            made("ReminderRole", "s-ReminderRole-1"), made("ApiLogs", "/aws/lambda/s-api"),
        ]}))
    }

    #[test]
    fn arns_have_the_names_of_the_page() {
        for (arn, name) in [
            ("arn:aws:dynamodb:r:0:table/s-Table-1", "Table"),
            (
                "arn:aws:dynamodb:r:0:table/s-Table-1/index/gsi1",
                "Table/index/gsi1",
            ),
            ("arn:aws:sqs:r:0:s-MailQueue-1", "MailQueue"),
            (
                "arn:aws:secretsmanager:r:0:secret:s-Secret-1-448c62",
                "Secret",
            ),
            (
                "arn:aws:scheduler:r:0:schedule/s-reminders/*",
                "scheduler:schedule/Reminders/*",
            ),
            (
                "arn:aws:execute-api:r:0:eea05250/live/*/@connections/*",
                "execute-api:WebSocketApi/WebSocketStage/*/@connections/*",
            ),
            ("arn:aws:iam::0:role/s-ReminderRole-1", "ReminderRole"),
            ("*", "*"),
        ] {
            assert_eq!(names().of_arn(arn), name);
        }
    }

    #[test]
    fn a_permission_is_used_by_an_allowed_call_of_its_function() {
        let statement = json!({"Action": ["dynamodb:Query", "dynamodb:Scan"],
            "Resource": ["arn:aws:dynamodb:r:0:table/s-Table-1", "arn:aws:dynamodb:r:0:table/s-Table-1/index/*"]});
        let policies = json!([{"PolicyDocument": {"Statement": [statement]}}]);
        let details = json!({"RoleDetailList": [
            {"RoleName": "s-ApiFunctionRole-1", "RolePolicyList": policies},
            {"RoleName": "s-ReminderRole-1", "RolePolicyList": policies},
        ]});
        let call = |function: &str, action: &str, resource: &str, allowed: bool| Decision {
            function: function.to_owned(),
            action: action.to_owned(),
            resource: format!("arn:aws:dynamodb:r:0:table/s-Table-1{resource}"),
            allowed,
        };
        let decisions = BTreeSet::from([
            call("s-api", "dynamodb:Query", "/index/gsi1", true),
            call("s-api", "dynamodb:Scan", "", false),
            call("s-relay", "dynamodb:Query", "", true),
        ]);
        let unused = unused(&granted(&details, &names()), &decisions, &names());
        let unused: Vec<String> = unused.iter().map(Permission::to_string).collect();
        assert_eq!(
            unused,
            [
                "ApiFunction may dynamodb:Query on Table",
                "ApiFunction may dynamodb:Scan on Table",
                "ApiFunction may dynamodb:Scan on Table/index/*",
            ]
        );
    }

    #[test]
    fn a_row_of_the_page_explains_each_combination() {
        let page = format!(
            "| `F` | `a:B` | `T` || why |\n{SECTION}\n\n| who |\n| --- |\n| `F` `G` | `a:B` | `T` `U` | Lambda polls |\n\n## Next\n| `F` | `c:D` | `T` | no |"
        );
        let explained_permissions = explained(&page).unwrap();
        assert_eq!(explained_permissions.len(), 4);
        assert!(
            explained_permissions
                .iter()
                .all(|permission| permission.may == "a:B")
        );
        assert!(explained(&format!("{SECTION}\n| `F` | `a:B` | `T` | |")).is_err());
        assert!(explained("nothing").is_err());
    }

    #[test]
    fn a_star_stands_for_any_text() {
        assert!(matches("*", ""));
        assert!(matches("Pictures/*", "Pictures/evt_1/pic_2"));
        assert!(matches("a/*/b/*", "a/POST/b/c"));
        assert!(!matches("a/*/b/*", "a/POST/c"));
        assert!(!matches("Table", "Table/index/gsi1"));
    }
}
