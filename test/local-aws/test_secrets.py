"""Secrets Manager as documented: staging labels, RotateSecret and deletion."""
from __future__ import annotations

import json
import unittest
import urllib.error
import uuid
from typing import Any

from support import LocalAwsTest, client, hook, wait_until
from templates import att, function, of, ref, role

# Rotates as the documented templates do; ROTATION selects what it does instead.
ROTATION_CODE = """
const call = async (operation, body) => {
  const response = await fetch(process.env.AWS_ENDPOINT_URL, {
    method: 'POST', body: JSON.stringify(body),
    headers: {
      'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `secretsmanager.${operation}`,
      authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/${process.env.AWS_REGION}/secretsmanager/aws4_request`,
    },
  });
  if (!response.ok) throw new Error(await response.text());
  return response.json();
};
exports.handler = async ({ Step, SecretId, ClientRequestToken }) => {
  console.log(`steps: ${Step}`);
  if (process.env.ROTATION === 'nothing') return;
  if (process.env.ROTATION === 'slow') await new Promise((resolve) => setTimeout(resolve, 1500));
  if (process.env.ROTATION === Step) throw new Error(`told to fail in ${Step}`);
  if (Step === 'createSecret') {
    const SecretString = JSON.stringify({ key: ClientRequestToken });
    await call('PutSecretValue', { SecretId, ClientRequestToken, SecretString, VersionStages: ['AWSPENDING'] });
  }
  if (Step === 'finishSecret') {
    const { VersionIdsToStages } = await call('DescribeSecret', { SecretId });
    const [current] = Object.entries(VersionIdsToStages).find(([, stages]) => stages.includes('AWSCURRENT'));
    await call('UpdateSecretVersionStage', {
      SecretId, VersionStage: 'AWSCURRENT', MoveToVersionId: ClientRequestToken, RemoveFromVersionId: current,
    });
  }
};
"""


class SecretsTest(LocalAwsTest):
    def setUp(self) -> None:
        super().setUp()
        self.sm = client("secretsmanager")

    def make(self, name: str = "s") -> str:
        return self.sm.create_secret(Name=name, SecretString="old")["VersionId"]

    def put(self, value: str, token: str | None = None, stages: list[str] | None = None) -> str:
        token = token or str(uuid.uuid4())
        self.sm.put_secret_value(SecretId="s", SecretString=value, ClientRequestToken=token, **({"VersionStages": stages} if stages else {}))
        return token

    def move(self, stage: str, to: str | None = None, away_from: str | None = None) -> None:
        given = {"MoveToVersionId": to, "RemoveFromVersionId": away_from}
        self.sm.update_secret_version_stage(SecretId="s", VersionStage=stage, **{k: v for k, v in given.items() if v})

    def stages(self, name: str = "s") -> dict[str, list[str]]:
        described = self.sm.describe_secret(SecretId=name)["VersionIdsToStages"]
        return {version: sorted(stages) for version, stages in described.items()}

    def promoted(self) -> tuple[str, str]:
        """A pending version made the current one, as a rotation function does it."""
        first = self.make()
        second = self.put("new", stages=["AWSPENDING"])
        self.move("AWSCURRENT", second, first)
        return first, second


class Labels(SecretsTest):
    def test_pending_leaves_current(self) -> None:
        first = self.make()
        second = self.put("new", stages=["AWSPENDING"])
        self.assertEqual(self.stages(), {first: ["AWSCURRENT"], second: ["AWSPENDING"]})

    def test_promotion(self) -> None:
        first, second = self.promoted()
        self.assertEqual(self.stages(), {first: ["AWSPREVIOUS"], second: ["AWSCURRENT", "AWSPENDING"]})

    def test_reads_after_promotion(self) -> None:
        first, second = self.promoted()
        for wanted, version in (({}, second), ({"VersionStage": "AWSCURRENT"}, second), ({"VersionStage": "AWSPREVIOUS"}, first)):
            self.assertEqual(self.sm.get_secret_value(SecretId="s", **wanted)["VersionId"], version)
        self.assertEqual(self.sm.batch_get_secret_value(SecretIdList=["s"])["SecretValues"][0]["VersionId"], second)

    def test_put_after_promotion(self) -> None:
        first, second = self.promoted()
        third = self.put("third")
        found = self.stages()
        self.assertEqual(found[third], ["AWSCURRENT"])
        self.assertEqual(found[second], ["AWSPREVIOUS"])
        self.assertNotIn(first, found)

    def test_same_token(self) -> None:
        self.make()
        token = self.put("value")
        self.put("value", token)
        self.assert_refused("ResourceExistsException", self.sm.put_secret_value, SecretId="s", ClientRequestToken=token, SecretString="other")

    def test_custom_label_stays_on_the_outgoing_version(self) -> None:
        first = self.make()
        self.move("MINE", first)
        self.put("next")
        self.assertEqual(self.stages()[first], ["AWSPREVIOUS", "MINE"])

    def test_move_must_name_the_holder(self) -> None:
        first, second = self.promoted()
        move = {"SecretId": "s", "VersionStage": "AWSCURRENT", "MoveToVersionId": first}
        self.assert_refused("InvalidParameterException", self.sm.update_secret_version_stage, **move)
        self.assert_refused("InvalidParameterException", self.sm.update_secret_version_stage, **move, RemoveFromVersionId=first)
        self.assertIn("AWSCURRENT", self.stages()[second])

    def test_failed_move_changes_nothing(self) -> None:
        first = self.make()
        self.assert_refused("ResourceNotFoundException", self.sm.update_secret_version_stage, SecretId="s", VersionStage="AWSCURRENT",
                            MoveToVersionId=str(uuid.uuid4()), RemoveFromVersionId=first)
        self.assertEqual(self.stages(), {first: ["AWSCURRENT"]})

    def test_unknown_label(self) -> None:
        self.make()
        self.assert_refused("ResourceNotFoundException", self.sm.get_secret_value, SecretId="s", VersionStage="NOPE")

    def test_list_hides_versions_without_labels(self) -> None:
        for value in ("a", "b", "c"):
            self.make() if value == "a" else self.put(value)
        listed = self.sm.list_secret_version_ids(SecretId="s")
        self.assertEqual(sorted(v["VersionStages"] for v in listed["Versions"]), [["AWSCURRENT"], ["AWSPREVIOUS"]])
        self.assertTrue(listed["ARN"].startswith("arn:"))


class Values(SecretsTest):
    def test_deleted_secret(self) -> None:
        self.make()
        self.sm.delete_secret(SecretId="s", RecoveryWindowInDays=7)
        self.assert_refused("InvalidRequestException", self.sm.get_secret_value, SecretId="s")
        self.assert_refused("InvalidRequestException", self.sm.create_secret, Name="s", SecretString="x")
        self.sm.restore_secret(SecretId="s")
        self.assertEqual(self.sm.get_secret_value(SecretId="s")["SecretString"], "old")

    def test_update_makes_a_new_current_version(self) -> None:
        self.make()
        self.sm.update_secret(SecretId="s", SecretString="u2")
        self.assertEqual(self.sm.get_secret_value(SecretId="s")["SecretString"], "u2")

    def test_largest_value(self) -> None:
        self.make()
        self.put("x" * 65536)
        self.assert_refused("InvalidParameterException", self.sm.put_secret_value, SecretId="s", SecretString="x" * 65537)

    def test_stack_update_leaves_a_changed_value_alone(self) -> None:
        def secret(description: str) -> dict[str, Any]:
            return {"Secret": of("AWS::SecretsManager::Secret", {"Name": "s", "SecretString": "template", "Description": description})}
        self.deployed(secret("one"))
        self.put("rotated")
        self.deployed(secret("two"))
        self.assertEqual(self.sm.get_secret_value(SecretId="s")["SecretString"], "rotated")
        self.assertEqual(self.sm.describe_secret(SecretId="s")["Description"], "two")


class Rotation(SecretsTest):
    def function(self, rotation: str = "", permitted: bool = True) -> str:
        resources = {"Role": role(), "Fn": function(ROTATION_CODE, FunctionName="rotate", Environment={"Variables": {"ROTATION": rotation}})}
        if permitted:
            resources["Permission"] = of("AWS::Lambda::Permission", {"Action": "lambda:InvokeFunction", "FunctionName": ref("Fn"),
                                                                     "Principal": "secretsmanager.amazonaws.com"})
        return self.deployed(resources, {"Arn": {"Value": att("Fn", "Arn")}})["Arn"]

    def rotate(self, arn: str | None = None, **parameters: Any) -> str:
        token = str(uuid.uuid4())
        given = {"RotationLambdaARN": arn, "RotationRules": {"ScheduleExpression": "rate(30 days)"}} if arn else {}
        self.sm.rotate_secret(SecretId="s", ClientRequestToken=token, **given, **parameters)
        return token

    def finished(self, token: str) -> None:
        wait_until(lambda: self.stages().get(token) == ["AWSCURRENT"])

    def test_two_rotations(self) -> None:
        """The second names no function; it uses the first one's, and the label of the first does not stand in its way."""
        arn, first = self.function(), self.make()
        token = self.rotate(arn)
        self.finished(token)
        self.assertEqual(self.stages(), {token: ["AWSCURRENT"], first: ["AWSPREVIOUS"]})
        self.assertEqual(json.loads(self.sm.get_secret_value(SecretId="s")["SecretString"]), {"key": token})
        self.finished(self.rotate())
        self.assertEqual(self.sm.describe_secret(SecretId="s")["RotationLambdaARN"], arn)
        self.assertTrue(self.sm.get_secret_value(SecretId="s")["SecretString"])

    def test_described(self) -> None:
        self.make()
        self.rotate(self.function(), RotateImmediately=False)
        described = self.sm.describe_secret(SecretId="s")
        self.assertEqual((described["RotationEnabled"], described["RotationRules"]), (True, {"ScheduleExpression": "rate(30 days)"}))
        self.sm.cancel_rotate_secret(SecretId="s")
        self.assertFalse(self.sm.describe_secret(SecretId="s")["RotationEnabled"])

    def test_function_that_does_nothing(self) -> None:
        first = self.make()
        token = self.rotate(self.function("nothing"))
        self.assertEqual(self.sm.get_secret_value(SecretId="s")["SecretString"], "old")
        self.assertEqual(self.stages(), {first: ["AWSCURRENT"], token: ["AWSPENDING"]})

    def test_failed_step_keeps_pending_and_is_attempted_again(self) -> None:
        first = self.make()
        token = self.rotate(self.function("testSecret"))
        wait_until(lambda: "told to fail in testSecret" in self.messages())
        self.assertEqual(self.stages(), {first: ["AWSCURRENT"], token: ["AWSPENDING"]})
        message = self.assert_refused("InvalidRequestException", self.sm.rotate_secret, SecretId="s", ClientRequestToken=str(uuid.uuid4()))
        self.assertIn("A previous rotation isn't complete. That rotation will be reattempted.", message)
        client("lambda").update_function_configuration(FunctionName="rotate", Environment={"Variables": {}})
        self.sm.rotate_secret(SecretId="s", ClientRequestToken=token)
        self.finished(token)

    def test_attempts(self) -> None:
        """Failed rotations are repeated from the first step, a limited number of times."""
        self.make()
        hook("secretsmanager/rotation-retries", attempts=3, delaySeconds=0)
        token = self.rotate(self.function("testSecret"))
        wait_until(lambda: len(self.journal("secretsmanager.rotation_failed")) == 3)
        self.assertEqual([(e["attempt"], e["step"], e["version"]) for e in self.journal("secretsmanager.rotation_failed")],
                         [(1, "testSecret", token), (2, "testSecret", token), (3, "testSecret", token)])
        self.assertEqual(len(self.journal("lambda.invoked")), 9)

    def test_no_more_attempts_after_the_label_is_gone(self) -> None:
        self.make()
        hook("secretsmanager/rotation-retries", attempts=100, delaySeconds=0.2)
        token = self.rotate(self.function("createSecret"))
        wait_until(lambda: self.journal("secretsmanager.rotation_failed"))
        self.move("AWSPENDING", away_from=token)
        client("lambda").update_function_configuration(FunctionName="rotate", Environment={"Variables": {}})
        self.finished(wait_until(self.rotated))
        self.assertNotIn(token, self.stages())

    def rotated(self) -> str | None:
        """Refused while the old rotation still notices that it has lost its label."""
        try:
            return self.rotate()
        except client("secretsmanager").exceptions.InvalidRequestException:
            return None

    def journal(self, event: str) -> list[dict[str, Any]]:
        return hook("journal", event=event)["entries"]

    def test_dry_run(self) -> None:
        """RotateImmediately=false: testSecret alone, on a pending version that nobody can read and that goes away."""
        first, arn = self.make(), self.function("slow")
        self.rotate(arn, RotateImmediately=False)
        found = wait_until(lambda: len(self.stages()) == 2 and self.stages())
        pending = next(version for version in found if version != first)
        self.assertEqual(found, {first: ["AWSCURRENT"], pending: ["AWSPENDING"]})
        for wanted in ({"VersionId": pending}, {"VersionStage": "AWSPENDING"}, {"VersionId": pending, "VersionStage": "AWSPENDING"}):
            self.assert_refused("ResourceNotFoundException", self.sm.get_secret_value, SecretId="s", **wanted)
        wait_until(lambda: self.journal("secretsmanager.test_rotation_succeeded"))
        self.assertEqual(self.stages(), {first: ["AWSCURRENT"]})
        self.assertEqual([e["VersionId"] for e in self.sm.list_secret_version_ids(SecretId="s", IncludeDeprecated=True)["Versions"]], [first])
        self.assertIn("steps: testSecret", self.messages())
        self.assertNotIn("steps: createSecret", self.messages())

    def test_failed_dry_run(self) -> None:
        first = self.make()
        self.rotate(self.function("testSecret"), RotateImmediately=False)
        failed = wait_until(lambda: self.journal("secretsmanager.test_rotation_failed"))
        self.assertIn("told to fail in testSecret", failed[0]["error"])
        wait_until(lambda: self.stages() == {first: ["AWSCURRENT"]})
        self.assertEqual(len(self.journal("lambda.invoked")), 1)

    def test_hand_edit_while_pending(self) -> None:
        self.make()
        pending = hook("secretsmanager/register-rotation", region="us-east-1", secretId="s")["versionId"]
        self.put("candidate", stages=["XKCANDIDATE"])
        self.assertEqual(self.stages()[pending], ["AWSPENDING"])
        self.put("by hand")
        self.assertNotIn(pending, self.stages())
        self.assertEqual(self.journal("secretsmanager.rotation_abandoned")[0]["version"], pending)
        again = hook("secretsmanager/register-rotation", region="us-east-1", secretId="s")["versionId"]
        self.sm.update_secret(SecretId="s", SecretString="by hand again")
        self.assertNotIn(again, self.stages())

    def test_registered_rotation(self) -> None:
        """The test hook: what RotateSecret does, without calling anything."""
        first = self.make()
        token = str(uuid.uuid4())
        made = hook("secretsmanager/register-rotation", region="us-east-1", secretId="s", clientRequestToken=token)
        self.assertEqual(made["versionId"], token)
        described = self.sm.describe_secret(SecretId="s")
        self.assertEqual((described["RotationEnabled"], self.stages()), (True, {first: ["AWSCURRENT"], token: ["AWSPENDING"]}))
        self.assert_refused("ResourceNotFoundException", self.sm.get_secret_value, SecretId="s", VersionId=token)
        self.put("key", token, ["AWSPENDING"])
        self.move("AWSCURRENT", token, first)
        self.assertEqual(self.stages(), {first: ["AWSPREVIOUS"], token: ["AWSCURRENT", "AWSPENDING"]})
        hook("secretsmanager/register-rotation", region="us-east-1", secretId="s")
        self.assertEqual(self.journal("lambda.invoked"), [])

    def test_registered_rotation_replaces_the_left_over_label_only(self) -> None:
        self.make()
        hook("secretsmanager/register-rotation", region="us-east-1", secretId="s")
        with self.assertRaises(urllib.error.HTTPError) as caught:
            hook("secretsmanager/register-rotation", region="us-east-1", secretId="s")
        self.assertIn("previous rotation", caught.exception.read().decode())
        caught.exception.close()

    def test_cancelled(self) -> None:
        self.make()
        hook("secretsmanager/rotation-retries", attempts=50, delaySeconds=0.1)
        token = self.rotate(self.function("createSecret"))
        wait_until(lambda: self.journal("secretsmanager.rotation_failed"))
        self.sm.cancel_rotate_secret(SecretId="s")
        described = self.sm.describe_secret(SecretId="s")
        self.assertEqual((described["RotationEnabled"], "NextRotationDate" in described), (False, False))
        self.assertEqual(self.stages()[token], ["AWSPENDING"])

    def test_dates(self) -> None:
        self.make()
        token = self.rotate(self.function())
        self.finished(token)
        wait_until(lambda: "LastRotatedDate" in self.sm.describe_secret(SecretId="s"))
        described = self.sm.describe_secret(SecretId="s")
        self.assertEqual(round((described["NextRotationDate"] - described["LastRotatedDate"]).total_seconds()), 30 * 86400)

    def test_rules(self) -> None:
        self.make()
        arn = self.function()
        for rules in ({"ScheduleExpression": "rate(3 hours)"}, {"ScheduleExpression": "cron(5 8 1 * ? *)"}, {"AutomaticallyAfterDays": 1001},
                      {"ScheduleExpression": "rate(5 days)", "AutomaticallyAfterDays": 5}, {"ScheduleExpression": "rate(4 hours)", "Duration": "5h"}):
            with self.assertRaises(Exception):  # the client knows some of the rules
                self.sm.rotate_secret(SecretId="s", RotationLambdaARN=arn, RotationRules=rules, RotateImmediately=False)
        self.assertNotIn("RotationEnabled", self.sm.describe_secret(SecretId="s"))
        self.sm.rotate_secret(SecretId="s", RotationLambdaARN=arn, RotationRules={"ScheduleExpression": "rate(175 days)", "Duration": "2h"},
                              RotateImmediately=False)

    def messages(self) -> str:
        if not client("logs").describe_log_groups(logGroupNamePrefix="/aws/lambda/rotate")["logGroups"]:
            return ""
        return " ".join(e["message"] for e in client("logs").filter_log_events(logGroupName="/aws/lambda/rotate")["events"])

    def test_pending_version_of_somebody_else(self) -> None:
        self.make()
        self.put("p", stages=["AWSPENDING"])
        self.assert_refused("InvalidRequestException", self.rotate, arn=self.function())

    def test_what_a_rotation_needs(self) -> None:
        self.make()
        self.assert_refused("InvalidRequestException", self.rotate)
        unknown = "arn:aws:lambda:us-east-1:123456789012:function:nobody"
        self.assert_refused("ResourceNotFoundException", self.rotate, arn=unknown)
        self.assert_refused("AccessDeniedException", self.rotate, arn=self.function(permitted=False))


if __name__ == "__main__":
    unittest.main()
