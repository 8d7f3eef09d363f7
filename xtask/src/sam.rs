//! template.yaml as JSON: as it stands, short forms such as `!Ref` and all, and as SAM's translator makes it.

use std::process::Command;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::aws::LOCAL_REGION;
use crate::folder::root;
use crate::process::output;
use crate::tools::Tools;

const READ: &str = "import json, sys
from samtranslator.yaml_helper import yaml_parse
json.dump(yaml_parse(open(sys.argv[1]).read()), sys.stdout)";

/// The code of functions must lie in a bucket before anything is translated.
const TRANSLATE: &str = "import json, sys
from samtranslator.internal.managed_policies import get_bundled_managed_policy_map
from samtranslator.translator.transform import transform
class Policies:
    def load(self):
        return get_bundled_managed_policy_map('aws')
def translated(deployment):
    template = json.loads(sys.argv[1])
    for resource in template['Resources'].values():
        if resource['Type'] == 'AWS::Serverless::Function':
            resource['Properties']['CodeUri'] = 's3://bucket/key'
    return transform(template, {'ApiDeployment': deployment}, Policies())
json.dump([translated(deployment) for deployment in sys.argv[2:]], sys.stdout)";

/// template.yaml as it stands.
///
/// # Errors
/// It is no YAML.
pub(crate) fn read(tools: &Tools) -> Result<Value> {
    let mut read = Command::new(tools.program("python"));
    let json = output(read.args(["-c", READ]).arg(root().join("template.yaml")))?;
    serde_json::from_str(&json).context("reading template.yaml")
}

/// A template as `CloudFormation` gets it, with the roles, versions and aliases that SAM makes: for each value of
/// `ApiDeployment`, the one parameter that SAM goes by.
///
/// # Errors
/// The translator refuses the template.
pub(crate) fn translated(
    tools: &Tools,
    template: &Value,
    deployments: &[&str],
) -> Result<Vec<Value>> {
    let mut translate = Command::new(tools.program("python"));
    translate.args(["-c", TRANSLATE, &template.to_string()]);
    translate.args(deployments);
    let json = output(translate.env("AWS_DEFAULT_REGION", LOCAL_REGION))?;
    serde_json::from_str(&json).context("reading the translated template")
}
