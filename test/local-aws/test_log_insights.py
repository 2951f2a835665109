"""CloudWatch Logs Insights: the query language, the life of a query, and saved queries."""
from __future__ import annotations

import datetime
import json
import time
import unittest
from typing import Any

from botocore.exceptions import ClientError
from support import LocalAwsTest, client, hook, wait_until
from templates import att, of

GROUP = "/app"
BASE = int(time.time()) // 3600 * 3600 * 1000 - 3600_000  # a full hour, in milliseconds
MINUTE = 60_000

LINES: list[tuple[int, Any]] = [
    (0, {"kind": "call", "key": "k1", "ms": 10, "ok": True, "detail": {"path": "/a", "tries": [1, 2]}, "name-x": "n", "ratio": 0.00001}),
    (1, {"kind": "call", "key": "k2", "ms": "20", "ok": False, "detail": {"path": "/b"}}),
    (2, {"kind": "call", "key": "k1", "ms": 31, "ok": True, "status": "", "none": None}),
    (6, {"kind": "finding", "key": "k1", "code": "STALE_KEY"}),
    (7, "plain text user=ada, took 15 ms"),
]


def stamp(milliseconds: int) -> str:
    return f"{datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.timezone.utc):%Y-%m-%d %H:%M:%S}.{milliseconds % 1000:03d}"


class InsightsTest(LocalAwsTest):
    def setUp(self) -> None:
        super().setUp()
        hook("logs/query-delay", seconds=0)
        self.logs = client("logs")
        self.write(GROUP, "s1", [(BASE + minute * MINUTE, line if isinstance(line, str) else json.dumps(line)) for minute, line in LINES])

    def write(self, group: str, stream: str, lines: list[tuple[int, str]]) -> None:
        self.logs.create_log_group(logGroupName=group)
        self.logs.create_log_stream(logGroupName=group, logStreamName=stream)
        self.logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=[{"timestamp": t, "message": m} for t, m in lines])

    def start(self, query: str, **more: Any) -> str:
        place = {} if {"logGroupNames", "logGroupIdentifiers"} & more.keys() else {"logGroupName": GROUP}
        return self.logs.start_query(**{**place, "startTime": BASE // 1000, "endTime": BASE // 1000 + 3600, "queryString": query, **more})["queryId"]

    def finished(self, identity: str) -> dict[str, Any]:
        return wait_until(lambda: (found := self.logs.get_query_results(queryId=identity))["status"] == "Complete" and found)

    def rows(self, query: str, **more: Any) -> list[dict[str, str]]:
        results = self.finished(self.start(query, **more))["results"]
        return [{field["field"]: field["value"] for field in row if field["field"] != "@ptr"} for row in results]

    def column(self, query: str, **more: Any) -> list[str]:
        """The values of the first column."""
        return [next(iter(row.values()), "") for row in self.rows(query, **more)]

    def messages(self, condition: str) -> list[int]:
        """The numbers of the lines that a condition leaves."""
        found = self.column(f"filter {condition} | sort @timestamp | display @timestamp")
        return [[stamp(BASE + minute * MINUTE) for minute, _ in LINES].index(moment) for moment in found]


class Filters(InsightsTest):
    def test_conditions(self) -> None:
        for condition, expected in (
                ('key = "k1"', [0, 2, 3]), ("key != 'k1'", [1]), ("ms > 15", [1, 2]), ("ms >= 10 and ms < 31", [0, 1]), ("ms = 20", [1]),
                ('kind in ["finding", "other"]', [3]), ('kind not in ["finding"] and ispresent(kind)', [0, 1, 2]), ('@message like "user="', [4]),
                ("@message like /user=[a-z]+,/", [4]), ("@message =~ /STALE/", [3]), ("@message not like /k[12]/", [4]),
                ('key = "k1" and (ms > 30 or code = "STALE_KEY")', [2, 3]), ('not (kind = "call")', [3, 4]), ("ispresent(ms)", [0, 1, 2]),
                ("ispresent(none)", []), ("isempty(status)", [0, 1, 2, 3, 4]), ("ispresent(status) and isempty(status)", [2]), ("ok = 1", [0, 2]),
                ("ok = 0", [1]), ('detail.path = "/b"', [1]), ("detail.tries.1 = 2", [0]), ("ispresent(detail)", []), ('`name-x` = "n"', [0]),
                ('strcontains(code, "KEY")', [3]), ('coalesce(code, key) = "k1"', [0, 2]), ("ms * 2 + 1 = 63", [2]), ("ms / 0 > 1", []), ("ceil(ms / 7) = 3 and floor(ms/7) = 2", [1]),
                ("-ms < -25", [2]), ('ms > "15"', [1, 2]), ("kind > ms", []), ('KEY = "k1"', []), ("@timestamp >= %d" % (BASE + 6 * MINUTE), [3, 4]),
                ('@logStream = "s1" and @log = "123456789012:/app"', [0, 1, 2, 3, 4])):
            with self.subTest(condition):
                self.assertEqual(self.messages(condition), expected)

    def test_json_inside_a_line_of_a_function(self) -> None:
        self.write("/aws/lambda/f", "s", [(BASE, '2026-01-01T00:00:00Z id INFO {"a": {"b": 7}} tail {"a": 1}'), (BASE + 1, "no { json")])
        self.assertEqual(self.column("filter a.b = 7 | fields a.b", logGroupNames=["/aws/lambda/f"]), ["7"])
        self.write("/other", "s", [(BASE, 'x {"a": 1}')])
        self.assertEqual(self.rows("filter a = 1", logGroupNames=["/other"]), [])


class Columns(InsightsTest):
    def test_without_a_choice(self) -> None:
        rows = self.rows("limit 2")
        self.assertEqual(rows, [{"@timestamp": stamp(BASE + 7 * MINUTE), "@message": LINES[4][1]},
                                {"@timestamp": stamp(BASE + 6 * MINUTE), "@message": json.dumps(LINES[3][1])}])

    def test_fields_display_and_pointer(self) -> None:
        self.assertEqual(self.rows("""
            # what is slow
            fields key, ms as duration, ms * 1.5 as more, concat(key, "/", kind) | filter ms = 31 # the slowest
            | fields fromMillis(1000) as moment"""),
            [{"key": "k1", "duration": "31", "more": "46.5", 'concat(key, "/", kind)': "k1/call", "moment": "1970-01-01 00:00:01.000"}])
        self.assertEqual(self.rows("fields ratio, ms / 3 as third | filter ms = 10 | display third, ratio"), [{"third": "3.3333", "ratio": "1e-05"}])
        row = self.finished(self.start("fields key | filter ms = 31"))["results"][0]
        self.assertEqual([field["field"] for field in row], ["key", "@ptr"])

    def test_parse(self) -> None:
        self.assertEqual(self.rows('filter @message like "user" | parse @message "user=*, took * ms" as user, ms | fields user, ms + 1 as next'),
                         [{"user": "ada", "ms": "15", "next": "16"}])
        self.assertEqual(self.rows("parse @message /user=(?<who>[a-z]+)/ | filter ispresent(who) | display who"), [{"who": "ada"}])
        self.assertEqual(self.rows("parse @message /took (\\d+)/ as took | filter took > 14 | display took"), [{"took": "15"}])
        self.assertEqual(self.rows('parse detail.path "/*" as leaf | filter leaf = "b" | display leaf, key'), [{"leaf": "b", "key": "k2"}])
        self.assertEqual(list(self.rows('parse @message "user=*," as user | limit 1')[0]), ["@timestamp", "@message", "user"])

    def test_sort_limit_and_dedup(self) -> None:
        self.assertEqual(self.column("filter ispresent(ms) | sort ms desc | display ms"), ["31", "20", "10"])
        self.assertEqual(self.column("filter ispresent(ms) | sort key asc, ms desc | display ms"), ["31", "10", "20"])
        self.assertEqual(self.column("filter ispresent(ms) | sort ms | limit 1 | display ms"), ["10"])
        self.assertEqual(self.rows("fields key, kind | sort @timestamp | dedup key"),
                         [{"key": "k1", "kind": "call"}, {"key": "k2", "kind": "call"}, {}])
        self.assertEqual(len(self.rows("fields key", limit=2)), 2)
        lines = [(BASE + n, json.dumps({"v": v})) for n, v in enumerate([10, "b2", 9, "b10", "a"])]
        self.write("/sorted", "s", lines)
        self.assertEqual(self.column("fields v | sort v", logGroupNames=["/sorted"]), ["a", "b2", "b10", "9", "10"])


class Statistics(InsightsTest):
    def test_over_everything(self) -> None:
        self.assertEqual(self.rows("""stats count(*), count(ms) as n, count_distinct(key) as keys, sum(ms) as total, avg(ms) as mean, min(ms) as low,
            max(ms) as high, pct(ms, 50) as middle, sum(ms) / count(ms) as same, earliest(key) as first, latest(code) as last, max(@timestamp) as at"""),
            [{"count(*)": "5", "n": "3", "keys": "2", "total": "61", "mean": "20.3333", "low": "10", "high": "31", "middle": "20", "same": "20.3333",
              "first": "k1", "last": "STALE_KEY", "at": stamp(BASE + 7 * MINUTE)}])
        self.assertEqual(self.rows('filter kind = "nothing" | stats count(*)'), [])

    def test_groups(self) -> None:
        self.assertEqual(self.rows("filter ispresent(key) | stats count(*) as n, sum(ms) as total by key, kind as what | sort n desc, key, total"),
                         [{"key": "k1", "what": "call", "n": "2", "total": "41"}, {"key": "k1", "what": "finding", "n": "1"},
                          {"key": "k2", "what": "call", "n": "1", "total": "20"}])
        self.assertEqual(self.rows("stats count(*) by bin(5m) | sort bin(5m) desc"),
                         [{"bin(5m)": stamp(BASE + 5 * MINUTE), "count(*)": "2"}, {"bin(5m)": stamp(BASE), "count(*)": "3"}])
        self.assertEqual(self.rows("stats count(*) by bin(1h) as hour | sort count(*) | filter hour > 0 | display hour"), [{"hour": stamp(BASE)}])
        self.assertEqual(self.rows("stats count(*) as n by key | filter ispresent(key) | stats max(n) as most, count(*) as keys"), [{"most": "3", "keys": "2"}])


class Refusals(InsightsTest):
    def test_what_is_no_query(self) -> None:
        for query in ("", "# nothing", "select a", "fields", "fields a,", "fields a | ", "fields a | | limit 1", "filter a =", "filter (a = 1", "filter a like b",
                      "filter a in b", "filter a = 'x", "filter a like /(/", "sort", "limit", "limit x", "limit 0", "limit 1.5", "stats a", "stats count(*) by",
                      "stats count(*", "stats median(a)", "fields abs(a)", "stats count(*) | stats count(*) | stats count(*)", "dedup a | sort b",
                      'parse @message "a*b*" as x', 'parse @message "a*"', "parse @message /(a)/", 'parse @message "a" as x', "stats count(*) by bin(300s)",
                      "stats count(*) by bin(5)", "fields count(*)", "fields a b", "filter ok = true", "stats pct(a, 101)", "diff", "unnest a into b",
                      "fields strcontains(a)", "fields @timestamp\nfilter a = 1", "filter a == 1", "filter a = 1 = 2", "fields a ^ 2", "filter not"):
            with self.subTest(query), self.assertRaises(ClientError) as caught:
                self.start(query)
            error = caught.exception.response
            self.assertEqual(error["Error"]["Code"], "MalformedQueryException", query)
            self.assertTrue(error["queryCompileError"]["message"])

    def test_where_it_is_wrong(self) -> None:
        with self.assertRaises(ClientError) as caught:
            self.start("fields a | filtre b = 1")
        error = caught.exception.response["queryCompileError"]
        self.assertEqual(error["location"], {"startCharOffset": 11, "endCharOffset": 17})
        self.assertIn("unexpected filtre, expecting one of the commands fields, display, filter", error["message"])

    def test_parameters(self) -> None:
        self.assert_refused("ResourceNotFoundException", self.start, query="fields a", logGroupNames=["/nothing"])
        self.assert_refused("InvalidParameterException", self.start, query="fields a", startTime=2, endTime=1)
        self.assert_refused("InvalidParameterException", self.start, query="fields a", limit=100_001)
        self.assert_refused("InvalidParameterException", self.start, query="fields a", queryLanguage="SQL")
        query = {"startTime": 1, "endTime": 2, "queryString": "fields a"}
        self.assert_refused("InvalidParameterException", self.logs.start_query, **query)
        self.assert_refused("InvalidParameterException", self.logs.start_query, **query, logGroupName=GROUP, logGroupNames=[GROUP])


class Life(InsightsTest):
    def test_several_groups_and_the_time(self) -> None:
        self.write("/second", "s2", [(BASE + 30_000, "{}")])
        identifiers = [GROUP, "arn:aws:logs:us-east-1:123456789012:log-group:/second"]
        self.assertEqual(self.column("stats count(*)", logGroupIdentifiers=identifiers), ["6"])
        seconds = BASE // 1000
        self.assertEqual(self.column("stats count(*)", logGroupNames=[GROUP, "/second"], startTime=seconds, endTime=seconds + 60), ["3"])
        self.assertEqual(self.column("stats count(*)", startTime=seconds + 1, endTime=seconds + 59), [])

    def test_running_stopped_described(self) -> None:
        hook("logs/query-delay", seconds=30)
        identity = self.start("fields a")
        running = self.logs.get_query_results(queryId=identity)
        self.assertEqual((running["status"], running["results"]), ("Running", []))
        self.assertTrue(self.logs.stop_query(queryId=identity)["success"])
        self.assertEqual(self.logs.get_query_results(queryId=identity)["status"], "Cancelled")
        self.assert_refused("InvalidParameterException", self.logs.stop_query, queryId=identity)
        hook("logs/query-delay", seconds=0)
        other = self.start("filter ispresent(ms)")
        statistics = self.finished(other)["statistics"]
        self.assertEqual((statistics["recordsMatched"], statistics["recordsScanned"]), (3.0, 5.0))
        self.assertEqual([q["queryId"] for q in self.logs.describe_queries(logGroupName=GROUP)["queries"]], [other, identity])
        self.assertEqual([q["queryId"] for q in self.logs.describe_queries(status="Cancelled")["queries"]], [identity])
        self.assert_refused("ResourceNotFoundException", self.logs.get_query_results, queryId="nobody")

    def test_ten_thousand_events(self) -> None:
        self.write("/many", "s", [(BASE + n, json.dumps({"n": n, "key": f"k{n % 7}"})) for n in range(10_000)])
        rows = self.rows("filter n >= 5000 | stats count(*) as c, pct(n, 90) as p by key | sort key", logGroupNames=["/many"])
        self.assertEqual(([row["key"] for row in rows], sum(int(row["c"]) for row in rows)), ([f"k{n}" for n in range(7)], 5000))


class Definitions(InsightsTest):
    def definition(self, query: str = "fields @timestamp | limit 5", **more: Any) -> dict[str, Any]:
        return {"Saved": of("AWS::Logs::QueryDefinition", {"Name": "xk/slow", "QueryString": query, "LogGroupNames": [GROUP], **more})}

    def known(self) -> list[dict[str, Any]]:
        return self.logs.describe_query_definitions(queryDefinitionNamePrefix="xk/")["queryDefinitions"]

    def test_made_changed_and_deleted(self) -> None:
        identity = self.deployed(self.definition(), {"Id": {"Value": att("Saved", "QueryDefinitionId")}})["Id"]
        self.assertEqual([(d["queryDefinitionId"], d["queryString"], d["logGroupNames"]) for d in self.known()],
                         [(identity, "fields @timestamp | limit 5", [GROUP])])
        self.deployed(self.definition("fields @message"))
        self.assertEqual([(d["queryDefinitionId"], d["queryString"]) for d in self.known()], [(identity, "fields @message")])
        self.assertEqual(self.delete(), "DELETE_COMPLETE")
        self.assertEqual(self.known(), [])
        self.assert_refused("ResourceNotFoundException", self.logs.delete_query_definition, queryDefinitionId=identity)

    def test_a_query_that_is_none_fails_the_stack(self) -> None:
        self.assertEqual(self.deploy(self.definition("fields | filter"))["StackStatus"], "ROLLBACK_COMPLETE")
        self.assertTrue(any("MalformedQueryException" in reason for reason in self.reasons()), self.reasons())


class Groups(LocalAwsTest):
    def shown(self, **properties: Any) -> dict[str, Any]:
        key = of("AWS::KMS::Key", {"KeyPolicy": {}})
        self.deployed({"Key": key, "Group": of("AWS::Logs::LogGroup", {"LogGroupName": "/xk/g", **properties})})
        return client("logs").describe_log_groups(logGroupNamePrefix="/xk/g")["logGroups"][0]

    def test_class_key_and_protection(self) -> None:
        shown = self.shown(LogGroupClass="STANDARD", DeletionProtectionEnabled="true", KmsKeyId=att("Key", "Arn"))
        self.assertRegex(shown["kmsKeyId"], "^arn:aws:kms:us-east-1:")
        self.assertEqual((shown["logGroupClass"], shown["deletionProtectionEnabled"]), ("STANDARD", True))
        self.assert_refused("ValidationException", client("logs").delete_log_group, logGroupName="/xk/g")
        shown = self.shown(LogGroupClass="STANDARD")
        self.assertEqual((shown.get("kmsKeyId"), shown["deletionProtectionEnabled"]), (None, False))
        self.assertEqual(self.delete(), "DELETE_COMPLETE")


if __name__ == "__main__":
    unittest.main()
