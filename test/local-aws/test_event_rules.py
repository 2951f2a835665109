"""EventBridge: the pattern language, what targets receive, and what becomes of deliveries that fail."""
from __future__ import annotations

import json
import time
import unittest
from typing import Any

from support import REGION, LocalAwsTest, client, hook, reset, wait_until
from templates import att, function, of, role
from test_events import EventsTest, arn, put_event, put_rule, queue

EVENT = {"id": "1", "account": "2", "source": "here", "time": "2026-01-01T00:00:00Z", "region": REGION, "resources": [], "detail-type": "d"}


class Patterns(LocalAwsTest):
    def matches(self, test: Any, *values: Any) -> list[bool]:
        """Whether `{"detail": {"f": test}}` matches, for each value of `f`."""
        return [self.event_matches({"f": test}, {"f": value}) for value in values]

    def event_matches(self, pattern: Any, detail: Any) -> bool:
        event = json.dumps({**EVENT, "detail": detail})
        return client("events").test_event_pattern(EventPattern=json.dumps({"detail": pattern}), Event=event)["Result"]

    def test_values(self) -> None:
        self.assertEqual(self.matches(["a", None, True, 300], "a", None, True, 300, "b", "A", 1, False, [], ["b", "a"]),
                         [True, True, True, True, False, False, False, False, False, True])
        self.assertEqual(self.matches([1], True, 1, 1.0, "1"), [False, True, False, False])
        self.assertEqual(self.matches([""], "", None), [True, False])
        self.assertFalse(self.event_matches({"f": ["a"]}, {}))
        self.assertFalse(self.event_matches({"f": [None]}, {}))

    def test_texts(self) -> None:
        self.assertEqual(self.matches([{"prefix": "ab"}], "abc", "Abc", 5, None, ["x", "ab"]), [True, False, False, False, True])
        self.assertEqual(self.matches([{"prefix": {"equals-ignore-case": "AB"}}], "abc", "ABC", "b"), [True, True, False])
        self.assertEqual(self.matches([{"suffix": ".pem"}], "a.pem", "a.PEM"), [True, False])
        self.assertEqual(self.matches([{"suffix": {"equals-ignore-case": ".pem"}}], "a.PEM", "pem"), [True, False])
        self.assertEqual(self.matches([{"equals-ignore-case": "Alice"}], "ALICE", "alic"), [True, False])
        self.assertEqual(self.matches([{"wildcard": "a*c"}], "ac", "abbc", "a\nc", "abcd"), [True, True, True, False])
        self.assertEqual(self.matches([{"wildcard": "a\\*c\\\\."}], "a*c\\.", "abc\\."), [True, False])

    def test_anything_but(self) -> None:
        self.assertEqual(self.matches([{"anything-but": "a"}], "a", "b", 5, None, ["a"], ["a", "b"]), [False, True, True, True, False, True])
        self.assertEqual(self.matches([{"anything-but": ["a", "b"]}], "a", "b", "c"), [False, False, True])
        self.assertEqual(self.matches([{"anything-but": [1, 2]}], 1, 3), [False, True])
        self.assertEqual(self.matches([{"anything-but": 1}], 1, True), [False, True])
        self.assertEqual(self.matches([{"anything-but": {"prefix": "x"}}], "xy", "y"), [False, True])
        self.assertEqual(self.matches([{"anything-but": {"prefix": ["x", "y"]}}], "xy", "y", "z"), [False, False, True])
        self.assertEqual(self.matches([{"anything-but": {"suffix": "x"}}], "yx", "y"), [False, True])
        self.assertEqual(self.matches([{"anything-but": {"suffix": ["x", "y"]}}], "yx", "xy", "z"), [False, False, True])
        self.assertEqual(self.matches([{"anything-but": {"equals-ignore-case": ["x", "y"]}}], "X", "z"), [False, True])
        self.assertEqual(self.matches([{"anything-but": {"wildcard": "*/role/*"}}], "a/role/b", "a/user/b"), [False, True])
        self.assertEqual(self.matches([{"anything-but": {"wildcard": ["*/a/*", "*/b/*"]}}], "x/a/x", "x/b/x", "x/c/x"), [False, False, True])
        for test in ({"anything-but": "a"}, {"anything-but": ["a"]}, {"anything-but": {"prefix": "a"}}, {"anything-but": {"wildcard": "a*"}}):
            self.assertFalse(self.event_matches({"f": [test]}, {}), "a field that is missing matches nothing")

    def test_exists(self) -> None:
        self.assertEqual(self.matches([{"exists": True}], "a", None, {"inner": 1}, []), [True, True, False, False])
        self.assertTrue(self.event_matches({"f": [{"exists": False}]}, {}))
        self.assertFalse(self.event_matches({"f": [{"exists": False}]}, {"f": None}))
        self.assertTrue(self.event_matches({"a": {"b": [{"exists": False}]}}, {"a": "text"}))
        self.assertTrue(self.event_matches({"f": [{"exists": False}, {"anything-but": "a"}]}, {}))

    def test_numbers_and_addresses(self) -> None:
        self.assertEqual(self.matches([{"numeric": [">", 0, "<=", 5]}], 0, 0.1, 5, 5.1, "3", True), [False, True, True, False, False, False])
        self.assertEqual(self.matches([{"numeric": ["=", 300]}], 300, 300.0, 299), [True, True, False])
        self.assertEqual(self.matches([{"cidr": "10.0.0.0/24"}], "10.0.0.255", "10.0.1.0", "x", 7), [True, False, False, False])
        self.assertEqual(self.matches([{"cidr": "2001:db8::/32"}], "2001:db8::1", "10.0.0.1"), [True, False])

    def test_or_and_nesting(self) -> None:
        pattern = {"kind": ["a"], "$or": [{"n": [1]}, {"deep": {"m": [{"prefix": "x"}]}}, {"$or": [{"p": [1]}, {"q": [1]}]}]}
        for detail, expected in (({"n": 1}, True), ({"deep": {"m": "xy"}}, True), ({"q": 1}, True), ({"n": 2, "deep": {"m": "y"}}, False), ({}, False)):
            self.assertEqual(self.event_matches(pattern, {"kind": "a", **detail}), expected, detail)
        self.assertFalse(self.event_matches(pattern, {"kind": "b", "n": 1}))
        self.assertTrue(self.event_matches({"$or": ["a"]}, {"$or": "a"}), "a field of that name")

    def test_arrays_of_objects(self) -> None:
        """One element has to match as a whole."""
        detail = {"tags": [{"key": "env", "value": "prod"}, {"key": "team", "value": "x"}]}
        self.assertTrue(self.event_matches({"tags": {"key": ["env"], "value": ["prod"]}}, detail))
        self.assertFalse(self.event_matches({"tags": {"key": ["env"], "value": ["x"]}}, detail))

    def test_refused(self) -> None:
        bad: list[tuple[Any, str]] = [
            ({"source": "x"}, '"source" must be an object or an array'), ({"source": []}, "Empty arrays"), ({}, "Empty objects"), ([], "not an object"),
            ({"detail": {}}, "Empty objects"), ({"f": [{"starts-with": "x"}]}, "Unrecognized match type starts-with"), ({"f": [["x"]]}, "Match value"),
            ({"f": [{"prefix": "x", "suffix": "y"}]}, "Only one key"), ({"f": [{}]}, "Only one key"), ({"f": [{"prefix": 5}]}, "must be a string"),
            ({"f": [{"prefix": {"wildcard": "x"}}]}, "Unsupported prefix pattern: wildcard"), ({"f": [{"exists": "yes"}]}, "true or false"),
            ({"f": [{"wildcard": "a**b"}]}, "Consecutive wildcard"), ({"f": [{"wildcard": "a\\b"}]}, "Invalid escape"),
            ({"f": [{"cidr": "10.0.0.1"}]}, "CIDR"),
            ({"f": [{"numeric": 5}]}, "must be an array"), ({"f": [{"numeric": ["!", 5]}]}, "operator"), ({"f": [{"numeric": [">", "5"]}]}, "numeric"),
            ({"f": [{"numeric": [">", 5, "<", 3]}]}, "Bottom must be less"), ({"f": [{"numeric": [">", 6e9]}]}, "between"), ({"f": [6e9]}, "between"),
            ({"f": [{"anything-but": []}]}, "Empty arrays"), ({"f": [{"anything-but": ["a", 1]}]}, "array or single"),
            ({"f": [{"anything-but": None}]}, "array or single"),
            ({"f": [{"anything-but": {"numeric": [">", 1]}}]}, "Unsupported anything-but"), ({"f": ["x" * 2040]}, "2048")]
        for pattern, reason in bad:
            for operation, more in ((client("events").put_rule, {"Name": "r"}), (client("events").test_event_pattern, {"Event": json.dumps(EVENT)})):
                message = self.assert_refused("InvalidEventPatternException", operation, EventPattern=json.dumps(pattern), **more)
                self.assertIn(reason, message, pattern)
        for text in ("{", '{"a": [1], "a": [2]}'):
            self.assert_refused("InvalidEventPatternException", client("events").put_rule, Name="r", EventPattern=text)
        self.assertEqual(client("events").list_rules()["Rules"], [])
        client("events").put_rule(Name="r", EventPattern=json.dumps({"source": ["x" * (2048 - len('{"source": [""]}'))]}))

    def test_event_to_test(self) -> None:
        test = client("events").test_event_pattern
        self.assert_refused("ValidationException", test, EventPattern='{"source":["x"]}', Event="{")
        self.assertIn("detail-type", self.assert_refused("ValidationException", test, EventPattern='{"source":["x"]}', Event='{"source":"x"}'))


class Inputs(EventsTest):
    DETAIL = {"id": "i-1", "count": 3, "tags": ["a", "b"], "more": {"deep": "x", "quote": 'say "hi"'}}

    def sent(self, **target: Any) -> str:
        put_rule({"source": ["here"]}, **target)
        put_event(self.DETAIL)
        return self.message()["Body"]

    def transformed(self, template: str, **paths: str) -> str:
        return self.sent(InputTransformer={"InputPathsMap": paths, "InputTemplate": template} if paths else {"InputTemplate": template})

    def test_whole_event(self) -> None:
        body = json.loads(self.sent())
        self.assertEqual(list(body), ["version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail"])
        self.assertRegex(body["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        self.assertEqual(body["detail"], self.DETAIL)

    def test_constant_and_path(self) -> None:
        self.assertEqual(self.sent(Input='{"fixed": 1}'), '{"fixed": 1}')
        self.assertEqual(self.sent(InputPath="$.detail.more.deep"), '"x"')
        self.assertEqual(self.sent(InputPath="$.detail.tags[1]"), '"b"')
        self.assertEqual(self.sent(InputPath="$.detail-type"), '"done"')

    def test_text_template(self) -> None:
        self.assertEqual(self.transformed('"<id> has <count>, <none>."', id="$.detail.id", count="$.detail.count", none="$.detail.none"), '"i-1 has 3, ."')
        self.assertEqual(self.transformed('"it \\"<id>\\" <quote> <b>"', id="$.detail.id", quote="$.detail.more.quote"), '"it \\"i-1\\" say \\"hi\\" <b>"')
        self.assertEqual(self.transformed('"one <id>"\n"two <id>"', id="$.detail.id"), '"one i-1"\n"two i-1"')

    def test_json_template(self) -> None:
        template = ('{"id": <id>, "n": [<count>, true], "text": "<id> of <count>", "more": <more>, "tags": "<tags>", "none": <none>, '
                    '"rule": <aws.events.rule-name>}')
        paths = {"id": "$.detail.id", "count": "$.detail.count", "more": "$.detail.more", "tags": "$.detail.tags", "none": "$.detail.none"}
        self.assertEqual(json.loads(self.transformed(template, **paths)), {
            "id": "i-1", "n": [3, True], "text": "i-1 of 3", "more": self.DETAIL["more"], "tags": "[a,b]", "none": "", "rule": "rule"})

    def test_reserved_variables(self) -> None:
        body = json.loads(self.transformed('{"whole": <aws.events.event.json>, "head": <aws.events.event>, "arn": "<aws.events.rule-arn>", '
                                           '"at": <aws.events.event.ingestion-time>}'))
        self.assertEqual((body["whole"]["detail"], "detail" in body["head"], body["arn"]), (self.DETAIL, False, arn("events", "rule/rule")))
        self.assertRegex(body["at"], r"^\d{4}-")

    def test_refused_targets(self) -> None:
        put_rule({"source": ["here"]})
        put = client("events").put_targets
        self.assert_refused("ValidationException", put, Rule="rule", Targets=[{"Id": "x", "Arn": arn("sqs", "events"), "Input": "{}", "InputPath": "$"}])
        self.assert_refused("ValidationException", put, Rule="rule", Targets=[{"Id": "x", "Arn": arn("sqs", "events"), "Input": "{"}])
        self.assert_refused("LimitExceededException", put, Rule="rule", Targets=[{"Id": str(n), "Arn": arn("sqs", "events")} for n in range(5)])
        self.assert_refused("ResourceNotFoundException", put, Rule="nobody", Targets=[{"Id": "x", "Arn": arn("sqs", "events")}])
        self.assertEqual(len(client("events").list_targets_by_rule(Rule="rule")["Targets"]), 1)


class Targets(EventsTest):
    def test_function_topic_log_group_and_other_bus(self) -> None:
        topic = client("sns").create_topic(Name="t")["TopicArn"]
        client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn("sqs", "events"))
        logs = client("logs")
        logs.create_log_group(logGroupName="/aws/events/all")
        made = self.deployed({"Role": role(), "Fn": function("exports.handler = async (e) => console.log('got', e.detail.n);", FunctionName="f")},
                             {"Arn": {"Value": att("Fn", "Arn")}})
        client("events").create_event_bus(Name="other")
        client("events").put_rule(Name="there", EventBusName="other", EventPattern='{"source":["here"]}')
        queue("there")
        client("events").put_targets(Rule="there", EventBusName="other", Targets=[{"Id": "q", "Arn": arn("sqs", "there")}])
        client("events").put_rule(Name="rule", EventPattern='{"source":["here"]}')
        client("events").put_targets(Rule="rule", Targets=[
            {"Id": "topic", "Arn": topic}, {"Id": "function", "Arn": made["Arn"]}, {"Id": "bus", "Arn": arn("events", "event-bus/other")},
            {"Id": "log", "Arn": arn("logs", "log-group:/aws/events/all")},
            {"Id": "line", "Arn": arn("logs", "log-group:/aws/events/all:*"), "InputTransformer": {
                "InputPathsMap": {"n": "$.detail.n", "at": "$.time"}, "InputTemplate": '{"timestamp": <at>, "message": "number <n>"}'}}])
        put_event({"n": 7})
        self.assertEqual(json.loads(json.loads(self.message()["Body"])["Message"])["detail"], {"n": 7})
        self.assertEqual(json.loads(self.message("there")["Body"])["detail"], {"n": 7})

        def lines(group: str) -> list[str]:
            groups = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
            return [e["message"].strip() for e in logs.filter_log_events(logGroupName=group)["events"]] if groups else []
        wait_until(lambda: "got 7" in lines("/aws/lambda/f"))
        wait_until(lambda: len(lines("/aws/events/all")) == 2)
        self.assertIn("number 7", lines("/aws/events/all"))

    def test_bus_of_another_region(self) -> None:
        def bus(region: str) -> str:
            return f"arn:aws:events:{region}:123456789012:event-bus/default"
        pattern = json.dumps({"detail-type": ["done", "AWS API Call via CloudTrail"]})
        for region, to in (("eu-west-1", REGION), (REGION, "eu-central-1"), ("eu-central-1", "eu-west-1")):
            client("events", region).put_rule(Name="on", EventPattern=pattern)
            target = {"Id": "bus", "Arn": bus(to)}
            self.assert_refused("ValidationException", client("events", region).put_targets, Rule="on", Targets=[target])
            client("events", region).put_targets(Rule="on", Targets=[{**target, "RoleArn": "arn:aws:iam::123456789012:role/Send"}])
        put_rule(json.loads(pattern))
        with self.subTest("an event of a service keeps its region and its content"):
            client("ec2", "eu-west-1").allocate_address(Domain="vpc")
            event = self.events(1)[0]
            self.assertEqual((event["region"], event["source"], event["detail"]["awsRegion"], event["detail"]["eventName"]),
                             ("eu-west-1", "aws.ec2", "eu-west-1", "AllocateAddress"))
        with self.subTest("a third bus gets nothing"):
            client("sqs", "eu-central-1").create_queue(QueueName="third")
            client("events", "eu-central-1").put_rule(Name="end", EventPattern=pattern)
            client("events", "eu-central-1").put_targets(Rule="end", Targets=[{"Id": "q", "Arn": "arn:aws:sqs:eu-central-1:123456789012:third"}])
            client("events", "eu-west-1").put_events(Entries=[{"Source": "here", "DetailType": "done", "Detail": '{"n": 1}'}])
            self.events_with({"n": 1})
            put_event({"n": 2})
            third = client("sqs", "eu-central-1").get_queue_url(QueueName="third")["QueueUrl"]
            got = wait_until(lambda: client("sqs", "eu-central-1").receive_message(QueueUrl=third, MaxNumberOfMessages=10).get("Messages"))
            self.assertEqual([json.loads(message["Body"])["detail"] for message in got], [{"n": 2}])
        with self.subTest("a region that cannot be reached gets it later"):
            hook("region/outage", region=REGION, kind="refused")
            client("events", "eu-west-1").put_events(Entries=[{"Source": "here", "DetailType": "done", "Detail": '{"n": 3}'}])
            time.sleep(0.3)
            hook("region/outage", region=REGION, kind="none")
            self.events_with({"n": 3})

    def events_with(self, detail: dict[str, Any]) -> None:
        wait_until(lambda: detail in [event["detail"] for event in self.events(1)])

    def test_order(self) -> None:
        put_rule({"source": ["here"]})
        for number in range(20):
            put_event({"n": number})
        self.assertEqual([event["detail"]["n"] for event in self.events(20)], list(range(20)))

    def test_fifo_queue(self) -> None:
        client("sqs").create_queue(QueueName="q.fifo", Attributes={"FifoQueue": "true", "ContentBasedDeduplication": "true"})
        put_rule({"source": ["here"]}, Arn=arn("sqs", "q.fifo"), SqsParameters={"MessageGroupId": "g"})
        put_event({"n": 1})
        self.assertEqual(json.loads(self.message("q.fifo")["Body"])["detail"], {"n": 1})

    def test_removed_rule_and_forgotten_world(self) -> None:
        put_rule({"source": ["here"]})
        client("events").remove_targets(Rule="rule", Ids=["t"])
        client("events").delete_rule(Name="rule")
        put_event({"n": 1})
        put_rule({"source": ["here"]})
        put_event({"n": 2})
        self.assertEqual([event["detail"]["n"] for event in self.events(1)], [2])


class DeadLetters(EventsTest):
    def setUp(self) -> None:
        super().setUp()
        queue("dead")

    def dead(self) -> tuple[dict[str, Any], dict[str, str]]:
        message = self.message("dead")
        return json.loads(message["Body"]), {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}

    def rule(self, target: str, **more: Any) -> str:
        return put_rule({"source": ["here"]}, Arn=target, DeadLetterConfig={"Arn": arn("sqs", "dead")}, **more)

    def test_targets_that_are_gone(self) -> None:
        for target in (arn("sns", "nobody"), arn("sqs", "nobody"), arn("lambda", "function:nobody"), arn("logs", "log-group:nobody")):
            made = self.rule(target, Input='{"other": 1}')
            put_event({"n": 1})
            event, attributes = self.dead()
            self.assertEqual((event["detail"], event["source"]), ({"n": 1}, "here"), "as it came")
            self.assertEqual((attributes["ERROR_CODE"], attributes["RULE_ARN"], attributes["TARGET_ARN"], attributes["RETRY_ATTEMPTS"]),
                             ("NO_RESOURCE", made, target, "0"))
            self.assertNotIn("EXHAUSTED_RETRY_CONDITION", attributes)

    def test_repeated_until_it_works(self) -> None:
        hook("events/fail-target", targetArn=arn("sqs", "events"), errorCode="THROTTLING", times=3)
        self.rule(arn("sqs", "events"))
        put_event({"n": 1})
        self.assertEqual(self.events(1)[0]["detail"], {"n": 1})
        self.assertEqual(self.messages("dead"), [])

    def test_attempts_and_age(self) -> None:
        hook("events/retries", delaySeconds=0)
        hook("events/fail-target", targetArn=arn("sqs", "events"), errorCode="ERROR_FROM_TARGET")
        for policy, retries, condition in (
                ({"MaximumRetryAttempts": 2}, "2", "MaximumRetryAttempts"), ({"MaximumRetryAttempts": 0}, "0", "MaximumRetryAttempts"),
                ({"MaximumEventAgeInSeconds": 60}, "5", "MaximumEventAgeInSeconds"), ({}, "185", "MaximumRetryAttempts")):
            self.rule(arn("sqs", "events"), RetryPolicy=policy)
            put_event({"n": 1})
            _, attributes = self.dead()
            self.assertEqual((attributes["ERROR_CODE"], attributes["RETRY_ATTEMPTS"], attributes["EXHAUSTED_RETRY_CONDITION"]),
                             ("ERROR_FROM_TARGET", retries, condition))

    def test_not_repeated(self) -> None:
        hook("events/fail-target", targetArn=arn("sqs", "events"), errorCode="NO_PERMISSIONS", times=1)
        self.rule(arn("sqs", "events"))
        put_event({"n": 1})
        self.assertEqual(self.dead()[1]["ERROR_CODE"], "NO_PERMISSIONS")
        put_event({"n": 2})
        self.assertEqual(self.events(1)[0]["detail"], {"n": 2})

    def test_of_a_template(self) -> None:
        rule = of("AWS::Events::Rule", {"EventPattern": {"source": ["here"]}, "Targets": [
            {"Id": "t", "Arn": arn("sns", "nobody"), "DeadLetterConfig": {"Arn": arn("sqs", "dead")}, "RetryPolicy": {"MaximumRetryAttempts": "3"}}]})
        self.deployed({"Rule": rule})
        put_event({"n": 1})
        self.assertEqual(self.dead()[1]["TARGET_ARN"], arn("sns", "nobody"))

    def test_ends_with_the_reset(self) -> None:
        hook("events/retries", delaySeconds=0.3)
        hook("events/fail-target", targetArn=arn("sqs", "events"), times=1)
        self.rule(arn("sqs", "events"))
        put_event({"n": 1})
        reset()
        queue()
        time.sleep(0.6)
        self.assertEqual(self.messages(), [])

    def test_without_a_queue(self) -> None:
        put_rule({"source": ["here"]}, Arn=arn("sns", "nobody"))
        put_event({"n": 1})
        failed = wait_until(lambda: hook("journal", event="events.delivery_failed")["entries"])
        self.assertEqual((failed[0]["code"], failed[0]["deadLetter"]), ("NO_RESOURCE", None))

    def test_a_failing_target_holds_nobody_up(self) -> None:
        hook("events/retries", delaySeconds=30)
        hook("events/fail-target", targetArn=arn("sqs", "slow"))
        put_rule({"source": ["here"]}, "slow", Arn=arn("sqs", "slow"))
        put_rule({"source": ["here"]})
        put_event({"n": 1})
        self.assertEqual(self.events(1)[0]["detail"], {"n": 1})


if __name__ == "__main__":
    unittest.main()
