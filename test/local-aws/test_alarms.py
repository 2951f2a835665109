"""Alarms: missing data, M out of N, metric math, composite alarms, their actions and their history."""
from __future__ import annotations

import datetime
import json
import time
import unittest
from typing import Any

from support import LocalAwsTest, client, hook, wait_until

START = 1_767_225_600  # 2026-01-01T00:00:00Z
RANGE = 5  # windows that an alarm of three periods reads


def iso(seconds: float) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).isoformat().replace("+00:00", "Z")


def line(name: str, value: Any, at: float) -> str:
    directive = {"Namespace": "N", "Dimensions": [[]], "Metrics": [{"Name": name}]}
    return json.dumps({"_aws": {"Timestamp": int(at * 1000), "CloudWatchMetrics": [directive]}, name: value})


class AlarmsTest(LocalAwsTest):
    def setUp(self) -> None:
        super().setUp()
        hook("cloudwatch/background", enabled=False)

    def metrics(self, **values: list[Any]) -> None:
        """One value a minute from START on, None for none."""
        lines = [line(name, value, START + 60 * minute) for name, row in values.items() for minute, value in enumerate(row) if value is not None]
        if lines:
            hook("cloudwatch/emf", region="us-east-1", lines=lines)

    def alarm(self, name: str = "a", **more: Any) -> None:
        base = {"AlarmName": name, "EvaluationPeriods": 1, "Threshold": 1, "ComparisonOperator": "GreaterThanOrEqualToThreshold"}
        single = {} if "Metrics" in more else {"Namespace": "N", "MetricName": "m", "Statistic": "Sum", "Period": 60}
        client("cloudwatch").put_metric_alarm(**{**base, **single, **more})

    def at(self, minutes: float) -> dict[str, str]:
        """The states when so many minutes have passed since START."""
        return hook("cloudwatch/evaluate", region="us-east-1", at=iso(START + 60 * minutes))["alarms"]


class MissingData(AlarmsTest):
    # The tables of "Configuring how CloudWatch alarms treat missing data": X is breaching, 0 is not, - is missing.
    def states(self, data: str, needed: int, before: str = "OK") -> list[str]:
        self.setUp()
        self.metrics(m=[{"X": 1, "0": 0, "-": None}[point] for point in data])
        for treatment in ("missing", "ignore", "breaching", "notBreaching"):
            self.alarm(treatment, EvaluationPeriods=3, DatapointsToAlarm=needed, TreatMissingData=treatment)
            client("cloudwatch").set_alarm_state(AlarmName=treatment, StateValue=before, StateReason="as before")
        found = self.at(RANGE)
        return [found[treatment] for treatment in ("missing", "ignore", "breaching", "notBreaching")]

    def test_three_of_three(self) -> None:
        for data, expected in (("0-X-X", ["OK"] * 4), ("----0", ["OK"] * 4), ("-----", ["INSUFFICIENT_DATA", "OK", "ALARM", "OK"]),
                               ("0XX-X", ["ALARM"] * 4), ("--X--", ["ALARM", "OK", "ALARM", "OK"])):
            with self.subTest(data):
                self.assertEqual(self.states(data, 3), expected)

    def test_two_of_three(self) -> None:
        for data, expected in (("0-X-X", ["ALARM"] * 4), ("00X0X", ["ALARM"] * 4), ("0-X--", ["OK", "OK", "ALARM", "OK"]),
                               ("----0", ["OK", "OK", "ALARM", "OK"]), ("---X-", ["ALARM", "OK", "ALARM", "OK"])):
            with self.subTest(data):
                self.assertEqual(self.states(data, 2), expected)

    def test_what_is_ignored_leaves_the_state(self) -> None:
        self.assertEqual(self.states("-----", 3, "ALARM"), ["INSUFFICIENT_DATA", "ALARM", "ALARM", "OK"])

    def test_too_early_to_tell(self) -> None:
        for data in ("----X", "---X-"):
            with self.subTest(data):
                self.assertEqual(self.states(data, 3, "OK")[0], "OK")


class Evaluation(AlarmsTest):
    def test_begins_without_data_and_recovers(self) -> None:
        self.alarm(TreatMissingData="notBreaching")
        found = client("cloudwatch").describe_alarms(AlarmNames=["a"])["MetricAlarms"][0]
        self.assertEqual((found["StateValue"], found["StateReason"]), ("INSUFFICIENT_DATA", "Unchecked: Initial alarm creation"))
        self.metrics(m=[0, 2, 0])
        self.assertEqual([self.at(minute)["a"] for minute in (1, 1.99, 2, 3)], ["OK", "OK", "ALARM", "OK"])

    def test_the_window_slides_by_the_minute(self) -> None:
        self.alarm(Period=300, Threshold=2, TreatMissingData="notBreaching")
        self.metrics(m=[None, None, 1, None, None, None, 1])
        self.assertEqual([self.at(minute)["a"] for minute in (6, 7, 8)], ["OK", "ALARM", "OK"])

    def test_statistics_and_comparisons(self) -> None:
        values, expected = [4, 10, 1], {"Sum": 15, "Average": 5, "Minimum": 1, "Maximum": 10, "SampleCount": 3}
        self.metrics(m=[values])
        for statistic, value in expected.items():
            for operator, at, beyond in (("GreaterThanThreshold", value, value - 1), ("LessThanThreshold", value, value + 1),
                                         ("GreaterThanOrEqualToThreshold", value + 1, value), ("LessThanOrEqualToThreshold", value - 1, value)):
                self.alarm(f"{statistic} {operator} ok", Statistic=statistic, ComparisonOperator=operator, Threshold=at)
                self.alarm(f"{statistic} {operator} alarm", Statistic=statistic, ComparisonOperator=operator, Threshold=beyond)
        for name, state in self.at(1).items():
            self.assertEqual(state.lower(), name.split()[-1], name)

    def test_percentile(self) -> None:
        self.metrics(m=[list(range(1, 101))])
        client("cloudwatch").put_metric_alarm(AlarmName="p", Namespace="N", MetricName="m", ExtendedStatistic="p90", Period=60, Threshold=90,
                                              EvaluationPeriods=1, ComparisonOperator="GreaterThanThreshold")
        self.alarm("q", Threshold=5050)
        self.assertEqual(self.at(1), {"p": "OK", "q": "ALARM"})

    def test_dimensions_and_units(self) -> None:
        now = time.time()
        for ring, value, unit in (("one", 5, "Count"), ("two", 0, "Count"), ("one", 9, "Seconds")):
            client("cloudwatch").put_metric_data(Namespace="N", MetricData=[
                {"MetricName": "m", "Dimensions": [{"Name": "Ring", "Value": ring}], "Value": value, "Unit": unit}])
        for ring in ("one", "two"):
            self.alarm(ring, Dimensions=[{"Name": "Ring", "Value": ring}], Threshold=5, Unit="Count")
        self.alarm("all units", Dimensions=[{"Name": "Ring", "Value": "one"}], Threshold=14)
        self.alarm("none")
        found = hook("cloudwatch/evaluate", region="us-east-1", at=iso(now + 60))["alarms"]
        self.assertEqual(found, {"one": "ALARM", "two": "OK", "all units": "ALARM", "none": "INSUFFICIENT_DATA"})

    def test_an_update_keeps_the_state(self) -> None:
        self.alarm(TreatMissingData="breaching")
        self.assertEqual(self.at(1)["a"], "ALARM")
        self.alarm(TreatMissingData="notBreaching")
        self.assertEqual(client("cloudwatch").describe_alarms()["MetricAlarms"][0]["StateValue"], "ALARM")
        self.assertEqual(self.at(1)["a"], "OK")

    def test_the_clock_evaluates_by_itself(self) -> None:
        self.alarm(TreatMissingData="breaching")
        hook("cloudwatch/background", enabled=True)
        wait_until(lambda: client("cloudwatch").describe_alarms(StateValue="ALARM")["MetricAlarms"])
        client("cloudwatch").set_alarm_state(AlarmName="a", StateValue="OK", StateReason="for a moment")
        wait_until(lambda: client("cloudwatch").describe_alarms(StateValue="ALARM")["MetricAlarms"])
        hook("cloudwatch/background", enabled=False)
        client("cloudwatch").set_alarm_state(AlarmName="a", StateValue="OK", StateReason="to stay")
        time.sleep(1.5)
        self.assertEqual(client("cloudwatch").describe_alarms()["MetricAlarms"][0]["StateValue"], "OK")


class Mathematics(AlarmsTest):
    def watch(self, expression: str, names: str = "a b", **more: Any) -> None:
        period = more.pop("Period", 60)
        stats = [{"Id": name, "ReturnData": False, "MetricStat": {"Metric": {"Namespace": "N", "MetricName": name}, "Period": period, "Stat": "Sum"}}
                 for name in names.split()]
        self.alarm(more.pop("AlarmName", "a"), Metrics=[{"Id": "e", "Expression": expression, "ReturnData": True}, *stats], **more)

    def values(self, expression: str, names: str = "a b") -> list[float | None]:
        queries = [{"Id": "e", "Expression": expression}, *(
            {"Id": name, "ReturnData": False, "MetricStat": {"Metric": {"Namespace": "N", "MetricName": name}, "Period": 60, "Stat": "Sum"}}
            for name in names.split())]
        found = client("cloudwatch").get_metric_data(MetricDataQueries=queries, StartTime=START, EndTime=START + 240, ScanBy="TimestampAscending")
        result = found["MetricDataResults"][0]
        points = {at.timestamp(): value for at, value in zip(result["Timestamps"], result["Values"])}
        return [points.get(START + 60 * minute) for minute in range(4)]

    def test_expressions(self) -> None:
        self.metrics(a=[1, 2, None, 8], b=[0, 4, 5, 2])
        for expression, expected in (
                ("a + b", [1, 6, None, 10]), ("a / b", [None, .5, None, 4]), ("-a * 2 + 1", [-1, -3, None, -15]), ("2 ^ a", [2, 4, None, 256]),
                ("(a + b) * 2 - 1", [1, 11, None, 19]), ("FILL(a, 0)", [1, 2, 0, 8]), ("FILL(a, REPEAT)", [1, 2, 2, 8]),
                ("FILL(a, b)", [1, 2, 5, 8]), ("FILL(a,0) + FILL(b,0)", [1, 6, 5, 10]), ("MIN([FILL(a, 0), FILL(b, 0)])", [0, 2, 0, 2]), ("a > 1", [0, 1, None, 1]),
                ("IF(b > 2, b)", [None, 4, 5, None]), ("IF(b > 2, 100 * b / b, 0)", [0, 100, 100, 0]), ("IF(a >= 2 AND b <= 2, 1, 0)", [0, 0, None, 1]),
                ("IF(b == 0 || b != 4, 1, 0)", [1, 0, 1, 1]), ("MAX([a, b])", [1, 4, 5, 8]), ("MIN([a, b])", [0, 2, 5, 2]),
                ("MAX(METRICS())", [1, 4, 5, 8]), ("SUM(METRICS())", [1, 6, 5, 10]), ("SUM(METRICS('a'))", [1, 2, None, 8]),
                ("SUM(FILL(METRICS(), 0))", [1, 6, 5, 10]), ("SUM([a, b, 1])", [2, 7, 6, 11]), ("AVG([a, b])", [.5, 3, 5, 5]),
                ("a - MIN(a)", [0, 1, None, 7]), ("ABS(a - b)", [1, 2, None, 6]), ("CEIL(b / 4)", [0, 1, 2, 1]), ("FLOOR(b / 4)", [0, 1, 1, 0]),
                ("b / PERIOD(b) * 60", [0, 4, 5, 2]), ("TIME_SERIES(7)", [7, 7, 7, 7])):
            with self.subTest(expression):
                self.assertEqual(self.values(expression), expected)

    def test_expressions_that_are_none(self) -> None:
        for expression in ("a +", "a b", "c", "e", "NOBODY(a)", "FILL(a)", "METRICS()", "a + 'x'", "SELECT AVG(x) FROM N", "a # b"):
            with self.subTest(expression):
                self.assert_refused("ValidationError", self.watch, expression=expression)

    def test_a_rate_with_a_minimum_sample(self) -> None:
        self.watch("IF(FILL(a, 0) > 20, 100 * FILL(b, 0) / a, 0)", Threshold=5)
        self.metrics(a=[10, 100, 100, None], b=[10, 1, 5, None])
        self.assertEqual([self.at(minute)["a"] for minute in (1, 2, 3, 4)], ["OK", "OK", "ALARM", "OK"])

    def test_a_heartbeat(self) -> None:
        self.watch("FILL(a, 0)", "a", EvaluationPeriods=3, DatapointsToAlarm=2, ComparisonOperator="LessThanThreshold", TreatMissingData="breaching")
        self.metrics(a=[1, 1, 1, None, 1, None, None, 1, 1])
        self.assertEqual([self.at(minute)["a"] for minute in range(3, 10)], ["OK", "OK", "OK", "ALARM", "ALARM", "ALARM", "OK"])

    def test_periods_of_different_length(self) -> None:
        stats = [{"Id": name, "ReturnData": False, "MetricStat": {"Metric": {"Namespace": "N", "MetricName": name}, "Period": period, "Stat": "Sum"}}
                 for name, period in (("a", 60), ("b", 300))]
        self.alarm(Metrics=[{"Id": "e", "Expression": "a + b"}, *stats], Threshold=7)
        self.metrics(a=[1, 1, 1, 1, 1], b=[None, 2])
        self.assertEqual(self.at(5)["a"], "ALARM")
        shown = client("cloudwatch").describe_alarms()["MetricAlarms"][0]
        self.assertEqual([query["Id"] for query in shown["Metrics"]], ["e", "a", "b"])
        self.assertEqual(json.loads(shown["StateReasonData"])["period"], 300)


class Composite(AlarmsTest):
    def rule(self, rule: str, name: str = "c", **more: Any) -> None:
        client("cloudwatch").put_composite_alarm(AlarmName=name, AlarmRule=rule, **more)

    def set(self, **states: str) -> None:
        for name, state in states.items():
            client("cloudwatch").set_alarm_state(AlarmName=name, StateValue=state, StateReason="test")

    def state(self, name: str = "c") -> str:
        return client("cloudwatch").describe_alarms(AlarmNames=[name], AlarmTypes=["CompositeAlarm"])["CompositeAlarms"][0]["StateValue"]

    def test_rules(self) -> None:
        for name in ("x", "y", "z with spaces"):
            self.alarm(name)
        self.set(x="ALARM", y="OK")
        arn = client("cloudwatch").describe_alarms(AlarmNames=["x"])["MetricAlarms"][0]["AlarmArn"]
        for rule, expected in (
                ("ALARM(x)", True), ('ALARM("x") AND OK("y")', True), ("ALARM(x) AND ALARM(y)", False), ("ALARM(y) OR ALARM(x)", True),
                ("NOT ALARM(y)", True), ("NOT (ALARM(x) OR ALARM(y))", False), (f"ALARM({arn})", True), (f'ALARM("{arn}") AND TRUE', True),
                ("INSUFFICIENT_DATA(z with spaces)", True), ("OK('z with spaces')", False), ("FALSE", False), ("true", True),
                ("ALARM(x) OR ALARM(y) AND ALARM(y)", True), ("(ALARM(x) OR ALARM(y)) AND ALARM(y)", False), ("NOT NOT ALARM( x )", True)):
            with self.subTest(rule):
                self.rule(rule)
                self.set(y="OK")
                self.assertEqual(self.state(), "ALARM" if expected else "OK")

    def test_after_their_children_whatever_the_order(self) -> None:
        self.alarm("m")
        self.rule("FALSE", "a top")
        self.rule("ALARM(m)", "b middle")
        self.rule('ALARM("b middle")', "a top")
        self.metrics(m=[1])
        found = hook("cloudwatch/evaluate", region="us-east-1", at=iso(START + 60))
        self.assertEqual(set(found["alarms"].values()), {"ALARM"})
        self.assertEqual([one["alarm"] for one in found["transitions"]], ["m", "b middle", "a top"])

    def test_circles_stay_as_they_are(self) -> None:
        self.rule("TRUE", "one")
        self.rule("ALARM(one)", "two")
        self.rule("ALARM(two)", "one")
        self.assertEqual(set(self.at(1)), {"one", "two"})

    def test_refusals(self) -> None:
        self.alarm("x")
        for rule in ("ALARM(nobody)", "ALARM(x", "ALARM x", "BROKEN(x)", "ALARM(x) ALARM(x)", "AND", "ALARM()"):
            with self.subTest(rule):
                self.assert_refused("ValidationError", self.rule, rule=rule)
        self.rule("ALARM(x)")
        self.assertIn("c", self.assert_refused("ValidationError", client("cloudwatch").delete_alarms, AlarmNames=["x"]))
        self.assert_refused("ValidationError", self.rule, rule="TRUE", ActionsSuppressor="x")


class Actions(AlarmsTest):
    def setUp(self) -> None:
        super().setUp()
        self.topic = client("sns").create_topic(Name="pages")["TopicArn"]
        self.url = client("sqs").create_queue(QueueName="inbox")["QueueUrl"]
        client("sns").subscribe(TopicArn=self.topic, Protocol="sqs", Endpoint="arn:aws:sqs:us-east-1:123456789012:inbox")

    def messages(self) -> list[dict[str, Any]]:
        found = client("sqs").receive_message(QueueUrl=self.url, MaxNumberOfMessages=10).get("Messages", [])
        for message in found:
            client("sqs").delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        return [{**json.loads(json.loads(message["Body"])["Message"]), "Subject": json.loads(message["Body"])["Subject"]} for message in found]

    def test_both_directions(self) -> None:
        self.alarm(AlarmDescription="what it means", AlarmActions=[self.topic], OKActions=[self.topic], TreatMissingData="notBreaching",
                   Dimensions=[{"Name": "Ring", "Value": "one"}])
        hook("cloudwatch/emf", region="us-east-1", lines=[json.dumps({
            "_aws": {"Timestamp": START * 1000, "CloudWatchMetrics": [{"Namespace": "N", "Dimensions": [["Ring"]], "Metrics": [{"Name": "m"}]}]},
            "Ring": "one", "m": 3})])
        self.at(0)
        self.assertEqual([message["NewStateValue"] for message in self.messages()], ["OK"])
        self.at(1)
        (message,) = self.messages()
        self.assertEqual(message["Subject"], 'ALARM: "a" in US East (N. Virginia)')
        self.assertEqual({name: message[name] for name in ("AlarmName", "AlarmDescription", "AWSAccountId", "NewStateValue", "OldStateValue", "Region",
                                                           "StateChangeTime", "AlarmArn", "AlarmActions")},
                         {"AlarmName": "a", "AlarmDescription": "what it means", "AWSAccountId": "123456789012", "NewStateValue": "ALARM",
                          "OldStateValue": "OK", "Region": "US East (N. Virginia)", "StateChangeTime": "2026-01-01T00:01:00.000+0000",
                          "AlarmArn": "arn:aws:cloudwatch:us-east-1:123456789012:alarm:a", "AlarmActions": [self.topic]})
        self.assertEqual(message["NewStateReason"], "Threshold Crossed: 1 out of the last 1 datapoint [3.0 (01/01/26 00:00:00)] was greater than or "
                                                    "equal to the threshold (1.0) (minimum 1 datapoint for OK -> ALARM transition).")
        self.assertEqual(message["Trigger"], {
            "MetricName": "m", "Namespace": "N", "StatisticType": "Statistic", "Statistic": "SUM", "Unit": None,
            "Dimensions": [{"value": "one", "name": "Ring"}], "Period": 60, "EvaluationPeriods": 1, "DatapointsToAlarm": 1,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold", "Threshold": 1.0, "TreatMissingData": "notBreaching",
            "EvaluateLowSampleCountPercentile": ""})
        self.at(1.5)
        self.assertEqual(self.messages(), [])
        self.at(10)
        (message,) = self.messages()
        self.assertEqual((message["OldStateValue"], message["NewStateValue"]), ("ALARM", "OK"))
        self.assertIn("1 missing datapoint was treated as [NonBreaching]", message["NewStateReason"])

    def test_no_data(self) -> None:
        self.alarm(InsufficientDataActions=[self.topic])
        self.metrics(m=[0])
        self.assertEqual([self.at(1)["a"], self.at(10)["a"]], ["OK", "INSUFFICIENT_DATA"])
        self.assertEqual([message["NewStateReason"] for message in self.messages()], ["Insufficient Data: 1 datapoint was unknown."])

    def test_switched_off_and_on(self) -> None:
        self.alarm(AlarmActions=[self.topic], ActionsEnabled=False)
        self.metrics(m=[1, 0, 1])
        self.assertEqual([self.at(minute)["a"] for minute in (1, 2)], ["ALARM", "OK"])
        self.assertEqual(self.messages(), [])
        client("cloudwatch").enable_alarm_actions(AlarmNames=["a"])
        self.assertEqual(self.at(3)["a"], "ALARM")
        self.assertEqual(len(self.messages()), 1)

    def test_set_by_hand(self) -> None:
        self.alarm(AlarmActions=[self.topic], OKActions=[self.topic], TreatMissingData="notBreaching")
        client("cloudwatch").put_composite_alarm(AlarmName="c", AlarmRule="ALARM(a)", AlarmActions=[self.topic])
        self.at(1)
        self.messages()
        client("cloudwatch").set_alarm_state(AlarmName="a", StateValue="ALARM", StateReason="drill")
        one, other = sorted(self.messages(), key=lambda message: message["AlarmName"])
        self.assertEqual((one["NewStateReason"], other["AlarmRule"], other["TriggeringChildren"][0]["State"]["Value"]), ("drill", "ALARM(a)", "ALARM"))
        self.assertEqual(self.at(2), {"a": "OK", "c": "OK"})
        self.assert_refused("ValidationError", client("cloudwatch").set_alarm_state, AlarmName="a", StateValue="BAD", StateReason="x")
        self.assert_refused("ResourceNotFound", client("cloudwatch").set_alarm_state, AlarmName="nobody", StateValue="OK", StateReason="x")

    def test_history_and_event(self) -> None:
        client("events").put_rule(Name="r", EventPattern=json.dumps({"source": ["aws.cloudwatch"], "detail": {"state": {"value": ["ALARM"]}}}))
        client("events").put_targets(Rule="r", Targets=[{"Id": "q", "Arn": "arn:aws:sqs:us-east-1:123456789012:inbox"}])
        self.alarm(AlarmActions=["arn:aws:sns:us-east-1:123456789012:nobody"])
        self.metrics(m=[0, 1])
        for minute in (1, 2):
            self.at(minute)
        items = client("cloudwatch").describe_alarm_history(AlarmName="a", HistoryItemType="StateUpdate")["AlarmHistoryItems"]
        self.assertEqual([item["HistorySummary"] for item in items],
                         ["Alarm updated from OK to ALARM", "Alarm updated from INSUFFICIENT_DATA to OK"])
        self.assertEqual(json.loads(items[0]["HistoryData"])["newState"]["stateValue"], "ALARM")
        actions = client("cloudwatch").describe_alarm_history(AlarmName="a", HistoryItemType="Action")["AlarmHistoryItems"]
        self.assertEqual([json.loads(item["HistoryData"])["actionState"] for item in actions], ["Failed"])

        def received() -> list[dict[str, Any]]:
            return client("sqs").receive_message(QueueUrl=self.url).get("Messages", [])
        event = json.loads(wait_until(received)[0]["Body"])
        self.assertEqual((event["detail-type"], event["detail"]["alarmName"], event["detail"]["previousState"]["value"]),
                         ("CloudWatch Alarm State Change", "a", "OK"))
        self.assertEqual(event["resources"], ["arn:aws:cloudwatch:us-east-1:123456789012:alarm:a"])
        client("cloudwatch").put_composite_alarm(AlarmName="c", AlarmRule='ALARM("a")', AlarmDescription="both")
        self.assertEqual(self.at(2)["c"], "ALARM")
        event = json.loads(wait_until(received)[0]["Body"])
        self.assertEqual((event["source"], event["region"], event["resources"]),
                         ("aws.cloudwatch", "us-east-1", ["arn:aws:cloudwatch:us-east-1:123456789012:alarm:c"]))
        detail = event["detail"]
        self.assertEqual((detail["alarmName"], detail["configuration"]), ("c", {"description": "both", "alarmRule": 'ALARM("a")'}))
        self.assertEqual((detail["state"]["value"], detail["previousState"]["value"]), ("ALARM", "INSUFFICIENT_DATA"))
        self.assertEqual(json.loads(detail["state"]["reasonData"])["triggeringAlarms"][0]["state"]["value"], "ALARM")


class SimulatedTime(AlarmsTest):
    def test_a_week(self) -> None:
        """2016 steps of five minutes, 25 alarms: an outage on the third day, and nothing else."""
        minutes = 7 * 24 * 60
        outage = range(3 * 1440, 3 * 1440 + 60)
        lines = [line("beat", 1, START + 60 * minute) for minute in range(0, minutes, 5) if minute not in outage]
        hook("cloudwatch/emf", region="us-east-1", lines=lines)
        for number in range(25):
            self.alarm(f"a{number:02}", MetricName="beat", Period=300, EvaluationPeriods=3, DatapointsToAlarm=2, TreatMissingData="breaching",
                       ComparisonOperator="LessThanThreshold")
        found = hook("cloudwatch/evaluate", region="us-east-1", **{"from": iso(START + 900), "to": iso(START + 60 * minutes), "stepSeconds": 300})
        self.assertEqual(set(found["alarms"].values()), {"OK"})
        mine = [(one["from"], one["to"], one["at"]) for one in found["transitions"] if one["alarm"] == "a07"]
        self.assertEqual(mine, [("INSUFFICIENT_DATA", "OK", "2026-01-01T00:15:00Z"), ("OK", "ALARM", "2026-01-04T00:20:00Z"),
                                ("ALARM", "OK", "2026-01-04T01:10:00Z")])

    def test_refusals(self) -> None:
        for body in ({}, {"region": "us-east-1", "at": "soon"}, {"region": "us-east-1", "from": iso(2), "to": iso(1), "stepSeconds": 1},
                     {"region": "us-east-1", "from": iso(1)}):
            with self.subTest(body), self.assertRaisesRegex(Exception, "400"):
                hook("cloudwatch/evaluate", **body)
        with self.assertRaisesRegex(Exception, "400"):
            hook("cloudwatch/emf", region="us-east-1", lines=["not EMF"])


class Refusals(AlarmsTest):
    def test_metric_alarms(self) -> None:
        stat = {"Metric": {"Namespace": "N", "MetricName": "m"}, "Period": 60, "Stat": "Sum"}
        for more in ({"Period": 45}, {"Period": 300, "EvaluationPeriods": 289}, {"Period": 3600, "EvaluationPeriods": 169},
                     {"DatapointsToAlarm": 2}, {"ComparisonOperator": "Equal"}, {"TreatMissingData": "hope"},
                     {"Statistic": "Median"}, {"AlarmActions": ["not an arn"]},
                     {"Metrics": [{"Id": "a", "MetricStat": stat}, {"Id": "b", "MetricStat": stat}]},
                     {"Metrics": [{"Id": "a", "MetricStat": stat, "ReturnData": False}]},
                     {"Metrics": [{"Id": "a", "MetricStat": stat}], "Namespace": "N"}, {"Metrics": [{"Id": "Big", "MetricStat": stat}]},
                     {"Metrics": [{"Id": "e", "Expression": "1"}]}, {"Metrics": [{"Id": "e", "Expression": "MAX(a)"}, {"Id": "a", "MetricStat": stat}]},
                     {"Metrics": [{"Id": "e", "Expression": "SUM(METRICS())"}, *(
                         {"Id": f"m{n}", "MetricStat": stat, "ReturnData": False} for n in range(11))]}):
            with self.subTest(more):
                message = self.assert_refused("ValidationError", self.alarm, **more)
                self.assertTrue(message)
        self.assertEqual(client("cloudwatch").describe_alarms()["MetricAlarms"], [])
        self.alarm(Period=300, EvaluationPeriods=288)
        self.alarm(Period=3600, EvaluationPeriods=168)


if __name__ == "__main__":
    unittest.main()
