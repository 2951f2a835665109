"""Invocations: reserved concurrency, asynchronous retries, dead letters and destinations; schedules and their dead letters."""
from __future__ import annotations

import json
import unittest
from typing import Any

from support import LocalAwsTest, client, hook, wait_until
from templates import att, function, of, ref, role

CODE = """exports.handler = async (event) => {
  if (event.wait) await new Promise((resolve) => setTimeout(resolve, event.wait));
  if (event.fail) throw new Error('told to fail');
  return event; };"""


class InvocationsTest(LocalAwsTest):
    def resources(self, **properties: Any) -> dict[str, Any]:
        return {"Role": role(), "Queue": of("AWS::SQS::Queue", {"QueueName": "dead"}), "Fn": function(CODE, FunctionName="f", **properties)}

    def invoke(self, event: dict[str, Any] | None = None, kind: str = "RequestResponse") -> dict[str, Any]:
        return client("lambda").invoke(FunctionName="f", Payload=json.dumps(event or {}), InvocationType=kind)

    def messages(self, queue: str = "dead") -> list[dict[str, Any]]:
        url = client("sqs").get_queue_url(QueueName=queue)["QueueUrl"]
        return client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]).get("Messages", [])

    def invoked(self) -> list[dict[str, Any]]:
        return hook("journal", event="lambda.invoked")["entries"]


class Concurrency(InvocationsTest):
    def test_stopped_and_started(self) -> None:
        self.deployed(self.resources(ReservedConcurrentExecutions=0))
        self.assertEqual(client("lambda").get_function(FunctionName="f")["Concurrency"], {"ReservedConcurrentExecutions": 0})
        self.assert_refused("TooManyRequestsException", self.invoke)
        self.invoke({"later": 1}, "Event")
        self.assertEqual(self.invoked(), [])
        self.deployed(self.resources())
        self.assertNotIn("Concurrency", client("lambda").get_function(FunctionName="f"))
        wait_until(self.invoked)  # what was accepted before is made up for
        self.assertEqual(self.invoke({"a": 1})["Payload"].read(), b'{"a": 1}')

    def test_one_at_a_time(self) -> None:
        self.deployed(self.resources(ReservedConcurrentExecutions=1))
        self.invoke({"wait": 1500}, "Event")
        wait_until(self.refused)
        wait_until(lambda: not self.refused())

    def refused(self) -> bool:
        try:
            self.invoke()
            return False
        except client("lambda").exceptions.TooManyRequestsException:
            return True

    def test_rotation_of_a_stopped_function_fails(self) -> None:
        permission = of("AWS::Lambda::Permission", {"Action": "lambda:InvokeFunction", "FunctionName": ref("Fn"),
                                                    "Principal": "secretsmanager.amazonaws.com"})
        arn = self.deployed({**self.resources(ReservedConcurrentExecutions=0), "Permission": permission},
                            {"Arn": {"Value": att("Fn", "Arn")}})["Arn"]
        hook("secretsmanager/rotation-retries", attempts=1)
        client("secretsmanager").create_secret(Name="s", SecretString="v")
        client("secretsmanager").rotate_secret(SecretId="s", RotationLambdaARN=arn, RotationRules={"AutomaticallyAfterDays": 5})
        failed = wait_until(lambda: hook("journal", event="secretsmanager.rotation_failed")["entries"])
        self.assertIn("Rate Exceeded", failed[0]["error"])


class Asynchronous(InvocationsTest):
    def test_dead_letter_after_three_attempts(self) -> None:
        hook("lambda/async-retries", delaySeconds=0)
        self.deployed(self.resources(DeadLetterConfig={"TargetArn": att("Queue", "Arn")}))
        self.assertRegex(client("lambda").get_function_configuration(FunctionName="f")["DeadLetterConfig"]["TargetArn"], ":dead$")
        self.invoke({"fail": True}, "Event")
        message = wait_until(self.messages)[0]
        self.assertEqual(json.loads(message["Body"]), {"fail": True})
        self.assertEqual(message["MessageAttributes"]["ErrorMessage"]["StringValue"], "told to fail")
        self.assertEqual(len(self.invoked()), 3)

    def test_event_invoke_config(self) -> None:
        def config(retries: int) -> dict[str, Any]:
            return of("AWS::Lambda::EventInvokeConfig", {
                "FunctionName": ref("Fn"), "Qualifier": "$LATEST", "MaximumRetryAttempts": retries, "MaximumEventAgeInSeconds": 60,
                "DestinationConfig": {"OnFailure": {"Destination": att("Queue", "Arn")}}})
        hook("lambda/async-retries", delaySeconds=0)
        self.deployed({**self.resources(), "Config": config(2)})
        self.deployed({**self.resources(), "Config": config(0)})
        self.assertEqual(client("lambda").get_function_event_invoke_config(FunctionName="f")["MaximumRetryAttempts"], 0)
        self.invoke({"fail": True}, "Event")
        record = json.loads(wait_until(self.messages)[0]["Body"])
        self.assertEqual((record["requestContext"]["condition"], record["requestContext"]["approximateInvokeCount"]), ("RetriesExhausted", 1))
        self.assertEqual((record["requestPayload"], record["responsePayload"]["errorMessage"]), ({"fail": True}, "told to fail"))
        self.assertEqual(len(self.invoked()), 1)


class Schedules(InvocationsTest):
    def schedule(self, target: Any, **more: Any) -> dict[str, Any]:
        return of("AWS::Scheduler::Schedule", {
            "Name": "sweep", "GroupName": ref("Group"), "ScheduleExpression": "cron(0 * * * ? *)", "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": {"Arn": target, "RoleArn": att("Role", "Arn"), "Input": '{"job":"sweep"}', "DeadLetterConfig": {"Arn": att("Queue", "Arn")},
                       "RetryPolicy": {"MaximumRetryAttempts": 0}}, **more})

    def group(self, value: str = "one") -> dict[str, Any]:
        return of("AWS::Scheduler::ScheduleGroup", {"Name": "xk", "Tags": [{"Key": "a", "Value": value}]})

    def fire(self) -> bool:
        return bool(hook("scheduler/fire", region="us-east-1", group="xk", name="sweep")["fired"])

    def test_switched_off(self) -> None:
        self.deployed({**self.resources(), "Group": self.group(), "Schedule": self.schedule(att("Fn", "Arn"), State="DISABLED")})
        self.assertFalse(self.fire())
        self.deployed({**self.resources(), "Group": self.group(), "Schedule": self.schedule(att("Fn", "Arn"))})
        self.assertTrue(self.fire())
        wait_until(self.invoked)
        self.assertEqual(len(self.invoked()), 1)

    def test_fired_by_a_test(self) -> None:
        self.deployed({**self.resources(), "Group": self.group(), "Schedule": self.schedule(att("Fn", "Arn"))})
        self.fire()
        wait_until(self.invoked)
        self.deployed({**self.resources(), "Group": self.group("two"), "Schedule": self.schedule(att("Fn", "Arn"))})
        arn = client("scheduler").get_schedule_group(Name="xk")["Arn"]
        self.assertEqual(client("scheduler").list_tags_for_resource(ResourceArn=arn)["Tags"], [{"Key": "a", "Value": "two"}])

    def test_dead_letter_of_a_target_that_is_gone(self) -> None:
        self.deployed({**self.resources(), "Group": self.group(),
                       "Schedule": self.schedule("arn:aws:lambda:us-east-1:123456789012:function:nobody")})
        self.fire()
        message = wait_until(self.messages)[0]
        self.assertEqual(message["Body"], '{"job":"sweep"}')
        self.assertIn("nobody", message["MessageAttributes"]["TARGET_ARN"]["StringValue"])


if __name__ == "__main__":
    unittest.main()
