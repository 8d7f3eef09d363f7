//! template.yaml as JSON: as it stands, and as SAM's translator makes it.

use std::process::Command;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::aws::LOCAL_REGION;
use crate::folder::root;
use crate::process::output;
use crate::tools::Tools;
use crate::yaml;

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

/// template.yaml as it stands, with its short forms written out.
///
/// # Errors
/// It cannot be read, or is no YAML.
pub(crate) fn read() -> Result<Value> {
    yaml::read(&root().join("template.yaml"))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tools::with_tools;

    /// As `CloudFormation` does, SAM reads YAML 1.1, where `no` and `0700` are other values than here.
    #[test]
    fn the_template_is_what_sam_reads() {
        let tools = with_tools!("runs SAM's reader of templates");
        let program = "import json, sys
from samtranslator.yaml_helper import yaml_parse
json.dump(yaml_parse(open(sys.argv[1]).read()), sys.stdout)";
        let mut python = Command::new(tools.program("python"));
        python
            .args(["-c", program])
            .arg(root().join("template.yaml"));
        let theirs: Value = serde_json::from_str(&output(&mut python).unwrap()).unwrap();
        assert_eq!(read().unwrap(), theirs);
    }
}
