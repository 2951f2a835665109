"""Custom resources: create, change, replace, fail, delete; and functions, schedules and rules that really run."""
from __future__ import annotations

import datetime
import json
import unittest
from typing import Any

from support import LocalAwsTest, client, wait_until
from templates import CUSTOM_RESOURCE_CODE, att, function, of, output, ref, role


class CustomResources(LocalAwsTest):
    def custom(self, kind: str = "Custom::Thing", **properties: Any) -> dict[str, Any]:
        return {"Role": role(), "Fn": function(CUSTOM_RESOURCE_CODE, FunctionName="custom"),
                "Thing": of(kind, {"ServiceToken": att("Fn", "Arn"), **properties})}

    def requests(self) -> list[tuple[str, str | None]]:
        events = client("logs").filter_log_events(logGroupName="/aws/lambda/custom")["events"]
        found = [json.loads(e["message"]) for e in events if e["message"].startswith('{"request"')]
        return [(entry["request"], entry.get("id")) for entry in found]

    def test_life(self) -> None:
        outputs = {"Word": output(att("Thing", "Word")), "Ref": output(ref("Thing")), "Kind": output(att("Thing", "Kind"))}
        self.assertEqual(self.deployed(self.custom(Word="a", Number=7), outputs), {"Word": "a", "Ref": "physical-one", "Kind": "string"})
        self.assertEqual(self.deployed(self.custom(Word="b"), outputs)["Word"], "b")
        self.assertEqual(self.deployed(self.custom(Word="b", Id="two"), outputs)["Ref"], "physical-two")
        self.deployed({name: r for name, r in self.custom().items() if name != "Thing"})
        self.assertEqual(self.requests(), [("Create", None), ("Update", "physical-one"), ("Update", "physical-one"),
                                           ("Delete", "physical-one"), ("Delete", "physical-two")])

    def test_generic_type(self) -> None:
        self.deployed(self.custom("AWS::CloudFormation::CustomResource"))
        self.assertEqual(self.physical("Thing"), "physical-one")

    def test_failed_create_is_deleted_again(self) -> None:
        stack = self.deploy(self.custom(FailOn="Create"))
        self.assertEqual(stack["StackStatus"], "ROLLBACK_COMPLETE")
        self.assertIn("Message returned: as told", " ".join(self.reasons()))
        self.assertEqual(self.requests(), [("Create", None), ("Delete", "physical-one")])

    def test_failed_delete(self) -> None:
        self.deployed(self.custom(FailOn="Delete"))
        self.assertEqual(self.delete(), "DELETE_FAILED")

    def test_no_answer(self) -> None:
        resources = self.custom()
        resources["Fn"] = function("exports.handler = async () => 'forgot';")
        self.assertEqual(self.deploy(resources)["StackStatus"], "ROLLBACK_COMPLETE")
        self.assertIn("did not receive a response", " ".join(self.reasons()))


class Functions(LocalAwsTest):
    def answer(self, name: str, event: Any = None) -> tuple[Any, str | None]:
        response = client("lambda").invoke(FunctionName=name, Payload=json.dumps(event or {}))
        return json.loads(response["Payload"].read()), response.get("FunctionError")

    def test_invocation(self) -> None:
        code = "exports.handler = async (event, context) => ({ event, left: context.getRemainingTimeInMillis() > 0, word: process.env.WORD });"
        self.deployed({"Role": role(), "Fn": function(code, FunctionName="f", Environment={"Variables": {"WORD": "w"}})})
        self.assertEqual(self.answer("f", {"a": 1}), ({"event": {"a": 1}, "left": True, "word": "w"}, None))
        self.deployed({"Role": role(), "Fn": function("exports.handler = (event, context, done) => done(null, process.env.WORD ?? 'unset');", FunctionName="f")})
        self.assertEqual(self.answer("f"), ("unset", None))

    def test_errors_and_timeouts(self) -> None:
        self.deployed({"Role": role(), "Bad": function("exports.handler = async () => { throw new TypeError('no'); };", FunctionName="bad"),
                       "Slow": function("exports.handler = () => new Promise((r) => setTimeout(r, 9000));", FunctionName="slow", Timeout=1)})
        answer, error = self.answer("bad")
        self.assertEqual((answer["errorType"], answer["errorMessage"], error), ("TypeError", "no", "Unhandled"))
        answer, error = self.answer("slow")
        self.assertEqual((answer["errorType"], error), ("Sandbox.Timedout", "Unhandled"))

    def test_schedule_and_rule_reach_the_function(self) -> None:
        past = (datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%S")
        schedule = {"ScheduleExpression": f"at({past})", "FlexibleTimeWindow": {"Mode": "OFF"},
                    "Target": {"Arn": att("Fn", "Arn"), "RoleArn": att("Role", "Arn"), "Input": '{"from":"schedule"}'}}
        rule = {"EventPattern": {"source": ["here"]}, "Targets": [{"Id": "t", "Arn": att("Fn", "Arn")}]}
        self.deployed({"Role": role(), "Fn": function("exports.handler = async (e) => console.log('got', e.from ?? e.detail.from);", FunctionName="f"),
                       "Schedule": of("AWS::Scheduler::Schedule", schedule), "Rule": of("AWS::Events::Rule", rule)})
        client("events").put_events(Entries=[{"Source": "here", "DetailType": "d", "Detail": '{"from":"rule"}'}])

        def messages() -> bool:
            groups = client("logs").describe_log_groups(logGroupNamePrefix="/aws/lambda/f")["logGroups"]
            events = client("logs").filter_log_events(logGroupName="/aws/lambda/f")["events"] if groups else []
            return {"got schedule", "got rule"} <= {e["message"].strip() for e in events}
        wait_until(messages)


if __name__ == "__main__":
    unittest.main()
