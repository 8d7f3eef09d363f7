"""Shows that policies.py finds each kind of wrong statement."""

import collections
import unittest

import policies


def found(statement: dict) -> set[str]:
    """Returns the findings for a role with one statement, without the statement's place."""
    policy = {"PolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Sid": "One", **statement}]}}
    resources = {
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"Policies": [policy]}},
        "Queue": {"Type": "AWS::SQS::Queue"},
        "Table": {"Type": "AWS::DynamoDB::Table"},
    }
    return {line.removeprefix("Role, One: ") for line in policies.findings(resources, collections.Counter())}


QUEUE = {"Fn::GetAtt": ["Queue", "Arn"]}


class Findings(unittest.TestCase):
    def test_a_right_statement(self) -> None:
        self.assertEqual(found({"Action": "sqs:SendMessage", "Resource": QUEUE}), set())
        index = {"Fn::Sub": "${Table.Arn}/index/gsi1"}
        self.assertEqual(found({"Action": ["dynamodb:Query"], "Resource": [index]}), set())
        self.assertEqual(found({"Action": "dynamodb:ListStreams", "Resource": "*"}), set())

    def test_an_unknown_action(self) -> None:
        said = found({"Action": "sqs:SendMessages", "Resource": QUEUE})
        self.assertIn("policy_sentry: sqs:SendMessages is unknown", said)
        self.assertIn("parliament: UNKNOWN_ACTION", said)

    def test_a_resource_that_the_action_does_not_take(self) -> None:
        said = found({"Action": "dynamodb:GetItem", "Resource": QUEUE})
        self.assertIn("policy_sentry: dynamodb:GetItem does not take arn:aws:sqs:us-east-1:123456789012:Queue", said)
        self.assertIn("parliament: RESOURCE_MISMATCH", said)
        item = {"Action": "dynamodb:DescribeTable", "Resource": {"Fn::Sub": "${Table.Arn}/index/gsi1"}}
        self.assertTrue(found(item))

    def test_every_resource_for_an_action_that_takes_some(self) -> None:
        said = found({"Action": "sqs:SendMessage", "Resource": "*"})
        self.assertEqual(said, {"policy_sentry: sqs:SendMessage does not take *", "parliament: RESOURCE_STAR"})

    def test_an_unknown_condition(self) -> None:
        condition = {"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}}
        said = found({"Action": "sqs:SendMessage", "Resource": QUEUE, "Condition": condition})
        self.assertIn("policy_sentry: sqs:SendMessage does not know the condition iam:PassedToService", said)
        self.assertIn("parliament: UNKNOWN_CONDITION_FOR_ACTION", said)

    def test_a_risky_action(self) -> None:
        role = {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/Any"}
        self.assertIn("parliament: PERMISSIONS_MANAGEMENT_ACTIONS", found({"Action": "iam:PutRolePolicy", "Resource": role}))


if __name__ == "__main__":
    unittest.main()
