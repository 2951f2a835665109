"""Subscription filters: what a function gets, who may be subscribed, retries, duplicates and large batches."""
from __future__ import annotations

import base64
import gzip
import json
import random
import string
import time
import unittest
from typing import Any

from support import LocalAwsTest, client, hook, wait_until
from templates import att, function, of, ref, role

GROUP = "/app"
# Says what it got, in the log of its own; fails for a message that asks for it.
CODE = """const { gunzipSync } = require('zlib');
exports.handler = async (event) => {
  const data = JSON.parse(gunzipSync(Buffer.from(event.awslogs.data, 'base64')));
  console.log('GOT ' + JSON.stringify({ ...data, logEvents: undefined, count: data.logEvents.length, events: data.logEvents.slice(0, 20) }));
  if (data.logEvents.some((e) => e.message.includes('poison'))) throw new Error('told to fail');
};"""


def permission(**more: Any) -> dict[str, Any]:
    return of("AWS::Lambda::Permission", {"Action": "lambda:InvokeFunction", "FunctionName": ref("Fn"), "Principal": "logs.amazonaws.com", **more})


def subscription(pattern: str = "", **more: Any) -> dict[str, Any]:
    return of("AWS::Logs::SubscriptionFilter", {"LogGroupName": ref("Group"), "FilterPattern": pattern, "DestinationArn": att("Fn", "Arn"), **more},
              DependsOn="Permission")


class SubscriptionsTest(LocalAwsTest):
    def resources(self, pattern: str = "", **properties: Any) -> dict[str, Any]:
        return {"Role": role(), "Queue": of("AWS::SQS::Queue", {"QueueName": "dead"}), "Fn": function(CODE, FunctionName="detector", **properties),
                "Group": of("AWS::Logs::LogGroup", {"LogGroupName": GROUP}), "Permission": permission(), "Sub": subscription(pattern)}

    def put(self, *messages: str, stream: str = "s1", at: int | None = None) -> None:
        logs, now = client("logs"), at or int(time.time() * 1000)
        if not logs.describe_log_streams(logGroupName=GROUP, logStreamNamePrefix=stream)["logStreams"]:
            logs.create_log_stream(logGroupName=GROUP, logStreamName=stream)
        logs.put_log_events(logGroupName=GROUP, logStreamName=stream,
                            logEvents=[{"timestamp": now + number, "message": message} for number, message in enumerate(messages)])

    def got(self) -> list[dict[str, Any]]:
        """What the function has got so far."""
        try:
            lines = client("logs").filter_log_events(logGroupName="/aws/lambda/detector", filterPattern="GOT")["events"]
        except client("logs").exceptions.ResourceNotFoundException:
            return []
        return [json.loads(line["message"][4:]) for line in lines]

    def invoked(self) -> list[dict[str, Any]]:
        return hook("journal", event="lambda.invoked")["entries"]


class Delivery(SubscriptionsTest):
    def test_what_matches_arrives_in_the_documented_shape(self) -> None:
        self.deployed(self.resources('"exchange.request"'))
        now = int(time.time() * 1000)
        self.put('{"event":"exchange.request","n":1}', "something else", 'text around exchange.request {"n":2', at=now)
        got = wait_until(self.got)[0]
        self.assertEqual({name: got[name] for name in got if name != "events"}, {
            "messageType": "DATA_MESSAGE", "owner": "123456789012", "logGroup": GROUP, "logStream": "s1",
            "subscriptionFilters": [self.physical("Sub")], "count": 2})
        self.assertEqual([(e["timestamp"], e["message"]) for e in got["events"]],
                         [(now, '{"event":"exchange.request","n":1}'), (now + 2, 'text around exchange.request {"n":2')])
        ids = [e["id"] for e in got["events"]]
        self.assertEqual(len(set(ids)), 2)
        self.assertTrue(all(isinstance(i, str) and len(i) == 56 and i.isdigit() for i in ids))
        self.assertEqual(ids, sorted(ids))

    def test_either_of_two_terms_is_enough(self) -> None:
        self.deployed(self.resources('?"exchange.request" ?"exchange.key"'))
        self.put('{"event":"exchange.request"}', "exchange", '{"event":"exchange.key"}', "request key", '{"event":"exchange.heartbeat"}',
                 "exchange.request exchange.key")
        got = wait_until(self.got)[0]
        self.assertEqual([e["message"] for e in got["events"]],
                         ['{"event":"exchange.request"}', '{"event":"exchange.key"}', "exchange.request exchange.key"])

    def test_nothing_is_invoked_for_what_does_not_match(self) -> None:
        self.deployed(self.resources('{ $.kind = "finding" }'))
        self.put('{"kind":"other"}', "finding", "{broken")
        self.put('{"kind":"finding"}')
        wait_until(self.got)
        self.assertEqual([g["count"] for g in self.got()], [1])
        self.assertEqual(len(self.invoked()), 1)

    def test_each_of_two_filters_gets_its_own_and_a_third_is_refused(self) -> None:
        self.deployed({**self.resources("alpha"), "Other": subscription("beta", FilterName="other")})
        self.put("alpha", "beta", "beta")
        wait_until(lambda: len(self.got()) == 2)
        self.assertEqual(sorted(g["count"] for g in self.got()), [1, 2])
        arn = client("lambda").get_function(FunctionName="detector")["Configuration"]["FunctionArn"]
        logs = client("logs")
        self.assert_refused("LimitExceededException", logs.put_subscription_filter, logGroupName=GROUP, filterName="third", filterPattern="",
                            destinationArn=arn)
        logs.put_subscription_filter(logGroupName=GROUP, filterName="other", filterPattern="gamma", destinationArn=arn)  # a change is none
        self.assertIn("gamma", [f["filterPattern"] for f in logs.describe_subscription_filters(logGroupName=GROUP)["subscriptionFilters"]])

    def test_redelivery_is_the_same_again(self) -> None:
        self.deployed(self.resources())
        self.put("first")
        wait_until(lambda: len(self.got()) == 1)
        self.put("second")
        wait_until(lambda: len(self.got()) == 2)
        self.assertEqual(hook("logs/redeliver", region="us-east-1", logGroup=GROUP), {"batches": 1})
        first, second, again = wait_until(lambda: self.got() if len(self.got()) == 3 else None)
        self.assertEqual((first["events"][0]["message"], second), ("first", again))
        self.assertEqual(hook("logs/redeliver", region="us-east-1", logGroup=GROUP, batches=5), {"batches": 2})
        wait_until(lambda: len(self.got()) == 5)

    def test_logs_of_another_function(self) -> None:
        resources = self.resources("worked")
        resources["Group"]["Properties"]["LogGroupName"] = "/aws/lambda/worker"
        resources["Worker"] = function("exports.handler = async () => { console.log('worked'); };", FunctionName="worker")
        self.deployed(resources)
        client("lambda").invoke(FunctionName="worker")
        event = wait_until(self.got)[0]["events"][0]
        self.assertEqual(event["message"], "worked")
        self.assertIsInstance(event["timestamp"], int)


class Failures(SubscriptionsTest):
    def test_retries_then_the_dead_letter_queue(self) -> None:
        hook("lambda/async-retries", delaySeconds=0)
        self.deployed(self.resources(DeadLetterConfig={"TargetArn": att("Queue", "Arn")}))
        self.put("poison")
        url = client("sqs").get_queue_url(QueueName="dead")["QueueUrl"]
        body = wait_until(lambda: client("sqs").receive_message(QueueUrl=url).get("Messages"))[0]["Body"]
        data = json.loads(gzip.decompress(base64.b64decode(json.loads(body)["awslogs"]["data"])))
        self.assertEqual(data["logEvents"][0]["message"], "poison")
        got = self.got()
        self.assertEqual(len(got), 3)
        self.assertEqual(len({g["events"][0]["id"] for g in got}), 1)  # the same event, each time


class Refusals(SubscriptionsTest):
    def attempt(self, **more: Any) -> dict[str, Any]:
        arn = client("lambda").get_function(FunctionName="detector")["Configuration"]["FunctionArn"]
        return {"logGroupName": GROUP, "filterName": "f", "filterPattern": "", "destinationArn": arn, **more}

    def test_permission_of_the_function(self) -> None:
        everything = self.resources()
        resources = {name: everything[name] for name in ("Role", "Fn", "Group")}
        self.deployed(resources)
        logs = client("logs")
        message = self.assert_refused("InvalidParameterException", logs.put_subscription_filter, **self.attempt())
        self.assertIn("given CloudWatch Logs permission", message)
        group = f"arn:aws:logs:us-east-1:123456789012:log-group:{GROUP}:*"
        for allowed, conditions in ((False, {"SourceAccount": "999999999999"}), (False, {"SourceArn": group.replace(GROUP, "/other")}),
                                    (False, {"Principal": "events.amazonaws.com"}), (True, {"SourceAccount": "123456789012", "SourceArn": group}),
                                    (True, {"Principal": "logs.us-east-1.amazonaws.com"})):
            with self.subTest(conditions):
                self.deployed({**resources, "Permission": permission(**conditions)})
                if allowed:
                    logs.put_subscription_filter(**self.attempt())
                    logs.delete_subscription_filter(logGroupName=GROUP, filterName="f")
                else:
                    self.assert_refused("InvalidParameterException", logs.put_subscription_filter, **self.attempt())

    def test_pattern_function_and_own_log_group(self) -> None:
        resources = self.resources()
        del resources["Sub"]
        self.deployed(resources)
        logs = client("logs")
        self.assert_refused("InvalidParameterException", logs.put_subscription_filter, **self.attempt(filterPattern="{ $.a = "))
        self.assert_refused("InvalidParameterException", logs.put_subscription_filter,
                            **self.attempt(destinationArn="arn:aws:lambda:us-east-1:123456789012:function:nobody"))
        self.assert_refused("ResourceNotFoundException", logs.put_subscription_filter, **self.attempt(logGroupName="/nothing"))
        logs.create_log_group(logGroupName="/rare", logGroupClass="INFREQUENT_ACCESS")
        self.assert_refused("InvalidParameterException", logs.put_subscription_filter, **self.attempt(logGroupName="/rare"))
        logs.create_log_group(logGroupName="/aws/lambda/detector")
        message = self.assert_refused("InvalidParameterException", logs.put_subscription_filter, **self.attempt(logGroupName="/aws/lambda/detector"))
        self.assertIn("reserved", message)


class Large(SubscriptionsTest):
    def test_ten_thousand_events_at_once_in_order(self) -> None:
        self.deployed(self.resources('"exchange.request"', Timeout=60))
        self.put(*[f"exchange.request {number:05d}" for number in range(10_000)])
        got = wait_until(self.got)
        self.assertEqual([g["count"] for g in got], [10_000])
        self.assertEqual([e["message"][-5:] for e in got[0]["events"]], [f"{n:05d}" for n in range(20)])

    def test_what_does_not_fit_into_one_invocation_becomes_two(self) -> None:
        self.deployed(self.resources(Timeout=60))
        noise = random.Random(1)
        self.put(*[f"{n} {''.join(noise.choices(string.ascii_letters + string.digits + '+/', k=104_800))}" for n in range(10)])
        got = wait_until(lambda: (found := self.got()) and sum(g["count"] for g in found) == 10 and found)
        self.assertEqual([g["count"] for g in got], [5, 5])
        self.assertEqual(sorted(e["message"][0] for g in got for e in g["events"]), list("0123456789"))

    def test_all_that_a_function_prints_is_logged(self) -> None:
        code = "exports.handler = async () => { for (let i = 0; i < 3000; i++) console.log(`${i} ` + 'x'.repeat(200)); };"
        self.deployed({"Role": role(), "Fn": function(code, FunctionName="talker")})
        tail = base64.b64decode(client("lambda").invoke(FunctionName="talker", LogType="Tail")["LogResult"])
        self.assertEqual(len(tail), 4096)
        lines = [e["message"] for e in client("logs").filter_log_events(logGroupName="/aws/lambda/talker", filterPattern="xxx")["events"]]
        self.assertEqual([int(line.split()[0]) for line in lines], list(range(3000)))

    def test_limits_of_one_request(self) -> None:
        logs, now = client("logs"), int(time.time() * 1000)
        logs.create_log_group(logGroupName=GROUP)
        logs.create_log_stream(logGroupName=GROUP, logStreamName="s")
        put = {"logGroupName": GROUP, "logStreamName": "s"}
        event = {"timestamp": now, "message": "x"}
        self.assert_refused("InvalidParameterException", logs.put_log_events, **put, logEvents=[event] * 10_001)
        self.assert_refused("InvalidParameterException", logs.put_log_events, **put, logEvents=[{**event, "message": "y" * 104_850}] * 10)
        self.assert_refused("InvalidParameterException", logs.put_log_events, **put,
                            logEvents=[{**event, "timestamp": now - 25 * 3600 * 1000}, event])


if __name__ == "__main__":
    unittest.main()
