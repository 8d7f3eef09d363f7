//! A rule for docs/permissions.md: it lists exactly the permissions in the template.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;

use serde_json::{Value, json};

use super::{each, statements};
use crate::template::document::{Template, assert_holds, named};
use crate::tools::with_tools;
use tests::project_folder;

const PAGE: &str = "docs/permissions.md";
/// The section with permissions that are listed once more, because no test uses them. `cargo xtask test --iam` checks it.
const UNUSED: &str = "## Not called by the tests";
/// The name of the holder for permissions that SAM gives to all functions alike.
const EVERY_FUNCTION: &str = "every function";

/// One row of the list: the permissions of one holder. The fields are sets, because their order has no meaning.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Grant {
    /// The holder: a function, a role or a service.
    who: BTreeSet<String>,
    /// The allowed actions, or the name of a policy that AWS provides.
    may: BTreeSet<String>,
    /// The resources, by their names in the template.
    on: BTreeSet<String>,
    /// The conditions under which the actions are allowed.
    only_if: BTreeSet<String>,
}

impl Grant {
    fn new(who: &str, may: &Value, on: BTreeSet<String>, conditions: &Value) -> Self {
        Self {
            who: BTreeSet::from([who.to_owned()]),
            may: each(may).map(rendered).collect(),
            on,
            only_if: conditions_of(conditions),
        }
    }
}

/// Returns the rows of docs/permissions.md, each as a grant and the reason for it.
fn listed() -> Vec<(Grant, String)> {
    let page = fs::read_to_string(project_folder().join(PAGE)).unwrap();
    let (lists, _) = page.split_once(UNUSED).unwrap();
    let rows = lists.lines().filter(|line| line.starts_with("| `"));
    let grants = rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [who, may, on, only_if, why] = cells[..] else {
            panic!("not five cells: {row}")
        };
        let [who, may, on, only_if] = [who, may, on, only_if].map(code_spans);
        let grant = Grant {
            who,
            may,
            on,
            only_if,
        };
        (grant, why.to_owned())
    });
    grants.collect()
}

/// Returns the texts between backticks in a cell of the table in docs/permissions.md.
fn code_spans(cell: &str) -> BTreeSet<String> {
    let odd = cell.split('`').skip(1).step_by(2);
    odd.map(str::to_owned).collect()
}

/// Returns all grants in the template as SAM translates it, for each of the tested deployments. Permissions that SAM adds count
/// too.
fn granted(template: &Template) -> BTreeSet<Grant> {
    let functions = template.functions();
    let translated = template.translated();
    translated
        .iter()
        .flat_map(|translated| granted_by(translated, &functions))
        .collect()
}

fn granted_by(translated: &Template, functions: &HashMap<&str, &Value>) -> BTreeSet<Grant> {
    let mut grants = BTreeSet::new();
    for (name, role) in translated.resources("AWS::IAM::Role") {
        let function = name.strip_suffix("Role");
        let function = function.filter(|name| functions.contains_key(name));
        let holder = if function.is_some() {
            EVERY_FUNCTION
        } else {
            name
        };
        let on = BTreeSet::from([holder.to_owned()]);
        grants.extend(grants_of(
            holder,
            &role["AssumeRolePolicyDocument"],
            Some(&on),
        ));
        grants.extend(grants_of(function.unwrap_or(name), &role["Policies"], None));
        for policy in each(&role["ManagedPolicyArns"]).filter(|policy| !policy.is_null()) {
            let policy = json!(rendered(policy));
            grants.insert(Grant::new(holder, &policy, BTreeSet::new(), &Value::Null));
        }
    }
    for kind in ["AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy"] {
        for (name, policy) in translated.resources(kind) {
            grants.extend(grants_of(name, &policy["PolicyDocument"], None));
        }
    }
    for invoke in translated
        .resources("AWS::Lambda::Permission")
        .into_values()
    {
        let on = BTreeSet::from([rendered(&invoke["FunctionName"])]);
        let condition = json!({"ArnLike": {"SourceArn": invoke["SourceArn"]}});
        let who = rendered(&invoke["Principal"]);
        grants.insert(Grant::new(&who, &invoke["Action"], on, &condition));
    }
    grants
}

/// Returns the grants in the statements of `policies`. The holder of a grant is the service that the statement names, or else
/// `holder`.
fn grants_of(holder: &str, policies: &Value, on: Option<&BTreeSet<String>>) -> Vec<Grant> {
    let mut found = Vec::new();
    statements(policies, &mut found);
    let grants = found.into_iter().map(|statement| {
        let services = each(&statement["Principal"]["Service"]).filter_map(Value::as_str);
        let who = services.collect::<Vec<_>>().join(", ");
        let who = if who.is_empty() { holder } else { &who };
        let resources = || each(&statement["Resource"]).map(rendered).collect();
        let on = on.cloned().unwrap_or_else(resources);
        Grant::new(who, &statement["Action"], on, &statement["Condition"])
    });
    grants.collect()
}

/// Returns a value as text, in which each reference is replaced by a name in the template. In the result, an ARN that `Fn::Sub`
/// contains begins with the name of its service.
fn rendered(value: &Value) -> String {
    if let Some(name) = named(value) {
        return name.to_owned();
    }
    let Some(text) = value["Fn::Sub"].as_str() else {
        let text = value.as_str();
        // The ARN of a policy that AWS provides is shortened to the policy's own name, the last part of its path. Other texts
        // stay unchanged.
        return match text.and_then(|text| text.rsplit_once(":policy/")) {
            Some((_, path)) => path.rsplit('/').next().unwrap_or(path).to_owned(),
            None => text.map_or_else(|| value.to_string(), str::to_owned),
        };
    };
    text.replace("arn:${AWS::Partition}:", "")
        .replace(":${AWS::Region}:${AWS::AccountId}", "")
        .replace(".Arn}", "}")
        .replace("${", "")
        .replace('}', "")
}

/// Returns the conditions of a policy statement, each as a text `operator key value`.
fn conditions_of(conditions: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (operator, keys) in conditions.as_object().into_iter().flatten() {
        for (key, value) in keys.as_object().into_iter().flatten() {
            found.insert(format!("{operator} {key} {}", rendered(value)));
        }
    }
    found
}

fn everything_granted_is_listed(template: &Template) -> Vec<String> {
    let mut listed_grants = BTreeMap::new();
    let mut faults = Vec::new();
    for (grant, why) in listed() {
        if why.is_empty() {
            faults.push(format!("no reason is given for {grant:?}"));
        }
        if listed_grants.insert(grant.clone(), why).is_some() {
            faults.push(format!("listed twice: {grant:?}"));
        }
    }
    let granted = granted(template);
    for grant in &granted {
        if !listed_grants.contains_key(grant) {
            faults.push(format!("granted and not listed in {PAGE}: {grant:?}"));
        }
    }
    for grant in listed_grants
        .keys()
        .filter(|grant| !granted.contains(grant))
    {
        faults.push(format!("listed in {PAGE} and not granted: {grant:?}"));
    }
    faults
}

#[test]
fn the_list_is_complete_and_true() {
    with_tools!("runs SAM's translator");
    let policies = "/Resources/TicketFunction/Properties/Policies";
    let trigger =
        json!({"Type": "SQS", "Properties": {"Queue": {"Fn::GetAtt": ["TicketsQueue", "Arn"]}}});
    let administrator = json!("arn:aws:iam::aws:policy/AdministratorAccess");
    assert_holds(
        everything_granted_is_listed,
        &[
            // In these broken templates a function has fewer permissions than listed, more, or the same permissions on another
            // resource.
            Template::ours().without(&format!("{policies}/0/Statement/1")),
            Template::ours().with(
                &format!("{policies}/0/Statement/0/Action/0"),
                json!("dynamodb:Scan"),
            ),
            Template::ours().with(
                &format!("{policies}/0/Statement/2/Resource"),
                json!({"Fn::GetAtt": ["MailQueue", "Arn"]}),
            ),
            Template::ours().with(
                "/Resources/RelayFunction/Properties/Policies/0/Statement/3/Condition",
                json!({}),
            ),
            // In these broken templates SAM adds permissions: through a policy of AWS, and through a trigger, whose policy may
            // read every queue.
            Template::ours().with(&format!("{policies}/0"), administrator),
            Template::ours().and(
                "/Resources/TicketFunction/Properties",
                "Events",
                json!({"Again": trigger}),
            ),
            // In these broken templates the permissions of other holders differ from the list.
            Template::ours().without("/Resources/ReminderRole/Properties/Policies"),
            Template::ours().with(
                "/Resources/ReminderRole/Properties/AssumeRolePolicyDocument/Statement/0/Principal",
                json!({"Service": "lambda.amazonaws.com"}),
            ),
            Template::ours().without("/Resources/TopicMayTell"),
            Template::ours().without("/Resources/HttpMayInvokeApi/Properties/SourceArn"),
        ],
    );
}
