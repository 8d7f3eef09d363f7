"""Prints the template as CloudFormation gets it, with the roles, versions and aliases that SAM makes.

The first argument is the template's text, YAML or JSON. The others are values of `ApiDeployment`, the one parameter that SAM
goes by; the result is a list with a template for each.
"""

import json
import sys

from samtranslator.internal.managed_policies import get_bundled_managed_policy_map
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse


class Policies:
    def load(self) -> dict:
        return get_bundled_managed_policy_map("aws")


def translated(text: str, deployment: str) -> dict:
    # YAML takes a second to be read, and JSON none.
    template = json.loads(text) if text.startswith("{") else yaml_parse(text)
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            # Code must lie in a bucket before anything is translated.
            resource["Properties"]["CodeUri"] = "s3://bucket/key"
    return transform(template, {"ApiDeployment": deployment}, Policies())


json.dump([translated(sys.argv[1], deployment) for deployment in sys.argv[2:]], sys.stdout)
