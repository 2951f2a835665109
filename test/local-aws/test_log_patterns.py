"""FilterLogEvents: the filter patterns of CloudWatch Logs, and logs of functions in JSON."""
from __future__ import annotations

import json
import time
import unittest
from typing import Any

from support import LocalAwsTest, client
from templates import function, of, ref, role

LINES = [
    json.dumps({"level": "INFO", "message": "rotation step", "step": "createSecret", "token": "abc-123", "ms": 12, "detail": {"try": [1, 2]}}),
    json.dumps({"level": "ERROR", "message": "failed", "step": "testSecret", "token": "abc-123", "ms": 340.5, "ok": False, "none": None}),
    json.dumps({"level": "INFO", "message": "rotation step", "step": "setSecret", "token": "xyz-789"}),
    "START RequestId: abc-123 Version: $LATEST",
]


class Patterns(LocalAwsTest):
    def setUp(self) -> None:
        super().setUp()
        logs = client("logs")
        logs.create_log_group(logGroupName="g")
        now = int(time.time() * 1000)
        for number, line in enumerate(LINES):  # each in a stream of its own, the last one first
            logs.create_log_stream(logGroupName="g", logStreamName=f"s{9 - number}")
            logs.put_log_events(logGroupName="g", logStreamName=f"s{9 - number}", logEvents=[{"timestamp": now + number, "message": line}])

    def found(self, pattern: str) -> list[int]:
        events = client("logs").filter_log_events(logGroupName="g", filterPattern=pattern)["events"]
        return [LINES.index(event["message"]) for event in events]

    def test_terms(self) -> None:
        for pattern, expected in (("", [0, 1, 2, 3]), ('"abc-123"', [0, 1, 3]), ('"abc-123" ERROR', [1]), ('"abc-123" -ERROR', [0, 3]),
                                  ("?ERROR ?START", [1, 3]), ("rotation step", [0, 2]), ('"step rotation"', []), ("%xyz-[0-9]+%", [2]),
                                  ('?"START Request" ?"rotation step"', [0, 2, 3]), ('?"step rotation" ?"xyz-789"', [2]), ('?"a.b" ?"c.d"', [])):
            with self.subTest(pattern):
                self.assertEqual(self.found(pattern), expected)

    def test_json(self) -> None:
        for pattern, expected in (('{ $.step = "createSecret" }', [0]), ('{ $.step = *Secret }', [0, 1, 2]), ('{ $.level != "INFO" }', [1]),
                                  ('{ $.token = "abc-*" && $.level = "ERROR" }', [1]), ("{ $.ms > 100 }", [1]), ("{ $.ms = 12 }", [0]),
                                  ('{ ($.ms < 100) || ($.token = "xyz-789") }', [0, 2]), ("{ $.detail.try[1] = 2 }", [0]),
                                  ("{ $.ok IS FALSE }", [1]), ("{ $.none IS NULL }", [1]), ("{ $.ms NOT EXISTS }", [2]),
                                  ('{ $.step = %^test% }', [1]), ('{ $["level"] = "ERROR" }', [1]), ('{ $.message = "rotation step" }', [0, 2])):
            with self.subTest(pattern):
                self.assertEqual(self.found(pattern), expected)

    def test_invalid(self) -> None:
        for pattern in ("{ $.a = ", "{ a = 1 }", '{ $.a = "b"', "{ $.a ~ 1 }", "[a, b]", "{ ($.a = 1 }"):
            with self.subTest(pattern):
                self.assert_refused("InvalidParameterException", client("logs").filter_log_events, logGroupName="g", filterPattern=pattern)


class FunctionLogs(LocalAwsTest):
    CODE = """exports.handler = async (event) => {
      console.log(JSON.stringify({ level: 'INFO', step: event.step })); console.log('plain');
      if (event.fail) throw new Error('told to fail'); };"""

    def messages(self, pattern: str = "") -> list[Any]:
        return [json.loads(e["message"]) for e in client("logs").filter_log_events(logGroupName="/xk/f", filterPattern=pattern)["events"]]

    def test_json_format(self) -> None:
        self.deployed({"Role": role(), "Group": of("AWS::Logs::LogGroup", {"LogGroupName": "/xk/f"}),
                       "Fn": function(self.CODE, FunctionName="f", LoggingConfig={"LogFormat": "JSON", "LogGroup": ref("Group")})})
        self.assertEqual(client("lambda").get_function_configuration(FunctionName="f")["LoggingConfig"], {
            "LogFormat": "JSON", "LogGroup": "/xk/f", "ApplicationLogLevel": "INFO", "SystemLogLevel": "INFO"})
        client("lambda").invoke(FunctionName="f", Payload=json.dumps({"step": "one"}))
        self.assertEqual(self.messages('{ $.step = "one" }'), [{"level": "INFO", "step": "one"}])
        self.assertEqual([m["message"] for m in self.messages('{ $.message = "plain" }')], ["plain"])
        self.assertEqual(self.messages('{ $.type = "platform.report" }')[0]["record"]["status"], "success")
        client("lambda").invoke(FunctionName="f", Payload=json.dumps({"fail": True}))
        self.assertEqual(self.messages('{ $.level = "ERROR" }')[0]["errorMessage"], "told to fail")
        self.assertEqual(len(self.messages('{ $.type = "platform.start" }')), 2)


if __name__ == "__main__":
    unittest.main()
