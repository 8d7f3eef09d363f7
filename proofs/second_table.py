"""Runs a command on a table of moto, an imitation of DynamoDB that nobody here wrote.

    second_table.py COMMAND...

The table has the properties of template.yaml. Its `stack.json` is named in EM_CONNECT_STACK, as the tests want it. moto's server
with threads does not make a conditional write at once: it reads the item, and another request may write before it does. So here
it serves one request after the other.
"""

import json
import logging
import os
import pathlib
import subprocess
import sys
import tempfile
import threading

import boto3
import yaml
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

NAME = "em-connect"
REGION = "eu-central-1"
PROPERTIES = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "StreamSpecification")


class Template(yaml.SafeLoader):
    """Reads a template without its functions, which the table's properties do not need."""


Template.add_multi_constructor("!", lambda loader, tag, node: None)
template = yaml.load(pathlib.Path("template.yaml").read_text(), Template)
(table,) = (one["Properties"] for one in template["Resources"].values() if one["Type"] == "AWS::DynamoDB::Table")
properties = {name: table[name] for name in PROPERTIES}
# CloudFormation leaves this out.
properties["StreamSpecification"]["StreamEnabled"] = True

logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=False)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.port}"
keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
boto3.client("dynamodb", endpoint_url=url, region_name=REGION, **keys).create_table(TableName=NAME, **properties)

with tempfile.NamedTemporaryFile("w", suffix=".json") as listing:
    json.dump({"endpointUrl": url, "region": REGION, "tableName": NAME}, listing)
    listing.flush()
    sys.exit(subprocess.run(sys.argv[1:], env=os.environ | {"EM_CONNECT_STACK": listing.name}, check=False).returncode)
