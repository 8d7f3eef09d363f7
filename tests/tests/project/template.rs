//! Rules for template.yaml. They check parts of the template that a deployment works without, but that an operator needs in an
//! incident.

mod alarms;
mod cdn;
mod dashboard;
mod declared;
mod delays;
mod deployment;
mod document;
mod evaluated;
mod functions;
mod gateways;
mod pages;
mod parameters;
mod permissions;
mod queues;
mod targets;

use std::process::Command;

use self::document::{DEPLOYMENTS, Template, assert_holds};
use crate::tools::{program, with_tools};
use tests::project_folder;

#[test]
fn cfn_lint_has_nothing_to_say() {
    with_tools!("runs cfn-lint");
    for deployment in DEPLOYMENTS {
        let linted = Command::new(program("cfn-lint"))
            .args(["--template", "template.yaml", "--parameters"])
            .arg(format!("ApiDeployment={deployment}"))
            .current_dir(project_folder())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&linted.stdout);
        assert!(
            linted.status.success() && said.is_empty(),
            "{deployment}: {said}{}",
            String::from_utf8_lossy(&linted.stderr)
        );
    }
}

/// Checks that every parameter is in one of the groups that the web console of `CloudFormation` shows. These groups help people
/// who deploy by hand.
fn every_parameter_is_in_a_group(template: &Template) -> Vec<String> {
    let groups = template.at("/Metadata/AWS::CloudFormation::Interface/ParameterGroups");
    let grouped: Vec<_> = groups
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|group| group["Parameters"].as_array())
        .flatten()
        .collect();
    template
        .at("/Parameters")
        .as_object()
        .into_iter()
        .flat_map(|parameters| parameters.keys())
        .filter(|name| {
            grouped
                .iter()
                .filter(|in_group| **in_group == *name)
                .count()
                != 1
        })
        .cloned()
        .collect()
}

#[test]
fn parameters_are_in_groups() {
    assert_holds(
        every_parameter_is_in_a_group,
        &[Template::ours().without("/Metadata/AWS::CloudFormation::Interface/ParameterGroups/0")],
    );
}
