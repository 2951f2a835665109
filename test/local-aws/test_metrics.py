"""Datapoints: PutMetricData, embedded metrics in logs, metric filters, and what the services count."""
from __future__ import annotations

import json
import time
import unittest
from typing import Any

from support import LocalAwsTest, client, hook, wait_until
from templates import att, function, of, ref, role

MINUTE = 60

CODE = """exports.handler = async (event) => {
  const embedded = { _aws: { Timestamp: Date.now(), CloudWatchMetrics: [
    { Namespace: 'Rings', Dimensions: [['Ring'], ['Ring', 'Finding']], Metrics: [{ Name: 'Findings', Unit: 'Count' }] }] },
    Ring: 'one', Finding: 'NewSourceIp', Findings: event.findings ?? 1, keyId: 'key-1' };
  console.log('plain text');
  console.log(JSON.stringify(embedded));
  if (event.wait) await new Promise((resolve) => setTimeout(resolve, event.wait));
  if (event.fail) throw new Error('told to fail');
  return 1; };"""


def emf(values: dict[str, Any], at: float | None = None, **directive: Any) -> dict[str, Any]:
    metrics = [{"Name": name} for name, value in values.items() if not isinstance(value, str)]
    whole = {"Namespace": "Rings", "Dimensions": [["Ring"]], "Metrics": metrics, **directive}
    return {"_aws": {"Timestamp": int((at or time.time()) * 1000), "CloudWatchMetrics": [whole]}, "Ring": "one", **values}


class MetricsTest(LocalAwsTest):
    def setUp(self) -> None:
        super().setUp()
        hook("cloudwatch/background", enabled=False)

    def points(self, name: str, dimensions: dict[str, str] | None = None, namespace: str = "Rings", statistic: str = "Sum",
               **more: Any) -> dict[int, float]:
        """Value by minutes from now."""
        now, shown = time.time(), [{"Name": n, "Value": v} for n, v in (dimensions or {}).items()]
        found = client("cloudwatch").get_metric_statistics(**{
            "Namespace": namespace, "MetricName": name, "Dimensions": shown, "StartTime": now - 3600, "EndTime": now + 3600, "Period": 60,
            "Statistics": [statistic], **more})
        return {round((point["Timestamp"].timestamp() - now // MINUTE * MINUTE) / MINUTE): point[statistic] for point in found["Datapoints"]}

    def total(self, *args: Any, **kwargs: Any) -> float | None:
        found = self.points(*args, **kwargs)
        return sum(found.values()) if found else None

    def names(self, **query: Any) -> list[tuple[str, dict[str, str]]]:
        found = client("cloudwatch").list_metrics(**query)["Metrics"]
        return [(metric["MetricName"], {d["Name"]: d["Value"] for d in metric["Dimensions"]}) for metric in found]

    def group(self, name: str = "g") -> None:
        client("logs").create_log_group(logGroupName=name)
        client("logs").create_log_stream(logGroupName=name, logStreamName="s")

    def write(self, *messages: Any, at: float | None = None, group: str = "g") -> None:
        events = [{"timestamp": int((at or time.time()) * 1000), "message": m if isinstance(m, str) else json.dumps(m)} for m in messages]
        client("logs").put_log_events(logGroupName=group, logStreamName="s", logEvents=events)


class PutMetricData(MetricsTest):
    def put(self, *data: dict[str, Any], **more: Any) -> None:
        client("cloudwatch").put_metric_data(**{"Namespace": "Rings", "MetricData": [{"MetricName": "m", **one} for one in data], **more})

    def test_all_forms(self) -> None:
        minute = time.time() // MINUTE * MINUTE - 300
        self.put({"Value": 4, "Timestamp": minute}, {"Values": [1, 2], "Counts": [3, 1], "Timestamp": minute + 59},
                 {"StatisticValues": {"SampleCount": 2, "Sum": 30, "Minimum": 10, "Maximum": 20}, "Timestamp": minute},
                 {"Value": 7, "Timestamp": minute + 60})
        found = {statistic: self.points("m", statistic=statistic) for statistic in ("Sum", "SampleCount", "Average", "Minimum", "Maximum")}
        self.assertEqual({name: points[-5] for name, points in found.items()},
                         {"Sum": 39, "SampleCount": 7, "Average": 39 / 7, "Minimum": 1, "Maximum": 20})
        self.assertEqual({name: points[-4] for name, points in found.items()}, {"Sum": 7, "SampleCount": 1, "Average": 7, "Minimum": 7, "Maximum": 7})
        hour = self.points("m", Period=3600, StartTime=minute - 3600, EndTime=minute + 7200)
        self.assertEqual(sum(hour.values()), 46)

    def test_refusals(self) -> None:
        for data in ({}, {"Value": 1, "Values": [1]}, {"Values": [1, 2], "Counts": [1]}, {"Value": float("nan")}, {"Value": float("inf")},
                     {"Value": 1, "Timestamp": time.time() - 15 * 86400}, {"Value": 1, "Timestamp": time.time() + 3 * 3600}):
            with self.subTest(data):
                try:
                    self.put({"Value": 1}, data)
                    self.fail("not refused")
                except (client("cloudwatch").exceptions.InvalidParameterValueException,
                        client("cloudwatch").exceptions.InvalidParameterCombinationException):
                    pass
        self.assert_refused("InvalidParameterValue", client("cloudwatch").put_metric_data, Namespace="AWS/SQS",
                            MetricData=[{"MetricName": "m", "Value": 1}])
        self.assertEqual(self.names(), [])

    def test_listing(self) -> None:
        for ring in ("one", "two"):
            self.put({"Value": 1, "Dimensions": [{"Name": "Ring", "Value": ring}]})
        self.put({"Value": 1}, Namespace="Other")
        self.assertEqual(self.names(Namespace="Rings"), [("m", {"Ring": "one"}), ("m", {"Ring": "two"})])
        self.assertEqual(self.names(Dimensions=[{"Name": "Ring", "Value": "two"}]), [("m", {"Ring": "two"})])
        self.assertEqual(self.names(Namespace="Nobody"), [])

    def test_metric_data_pairs_what_it_measured(self) -> None:
        minute = time.time() // MINUTE * MINUTE - 300
        self.put({"Value": 1, "Timestamp": minute}, {"Value": 2, "Timestamp": minute + 60})
        stat = {"Metric": {"Namespace": "Rings", "MetricName": "m"}, "Period": 60, "Stat": "Sum"}
        queries = [{"Id": "m", "MetricStat": stat, "ReturnData": False}, {"Id": "e", "Expression": "m * 10", "Label": "tenfold"}]
        found = client("cloudwatch").get_metric_data(MetricDataQueries=queries, StartTime=minute, EndTime=minute + 300)["MetricDataResults"]
        self.assertEqual([(result["Id"], result["Label"], result["Values"]) for result in found], [("e", "tenfold", [20, 10])])
        self.assertEqual([at.timestamp() for at in found[0]["Timestamps"]], [minute + 60, minute])

    def test_forgotten_by_a_reset(self) -> None:
        self.put({"Value": 1})
        self.setUp()
        self.assertEqual(self.names(), [])


class Embedded(MetricsTest):
    def test_sets_of_dimensions_lists_and_units(self) -> None:
        self.group()
        before = time.time() - 300
        self.write(emf({"Findings": [1, 2, 3], "Latency": 7, "Finding": "New"}, before, Dimensions=[["Ring"], ["Ring", "Finding"], []],
                       Metrics=[{"Name": "Findings", "Unit": "Count"}, {"Name": "Latency", "Unit": "Milliseconds", "StorageResolution": 1}]))
        for dimensions in ({"Ring": "one"}, {"Ring": "one", "Finding": "New"}, {}):
            self.assertEqual(self.points("Findings", dimensions), {-5: 6})
            self.assertEqual(self.points("Findings", dimensions, statistic="SampleCount"), {-5: 3})
        self.assertEqual(self.total("Latency", {"Ring": "one"}, Unit="Milliseconds"), 7)
        self.assertIsNone(self.total("Latency", {"Ring": "one"}, Unit="Count"))
        self.assertIsNone(self.total("Latency", {"Ring": "two"}))

    def test_what_is_invalid_is_ignored(self) -> None:
        self.group()
        good, now = emf({"m": 1}), time.time()
        without = {name: value for name, value in good.items() if name != "_aws"}
        for wrong in ("no JSON \"CloudWatchMetrics\"", without, [good], emf({"m": "1"}, Metrics=[{"Name": "m"}]), emf({"m": [1, "2"]}), emf({"m": True}),
                      emf({"m": 1}, Dimensions=[["Nowhere"]]), emf({"m": 1, "Ring": 5}), emf({"m": 1}, Dimensions=["Ring"]), emf({"m": 1}, Dimensions=[]),
                      emf({"m": 1}, Namespace=""), emf({"m": 1}, Metrics=[{}]), emf({"m": 1}, Metrics=[{"Name": "m", "StorageResolution": 5}]),
                      emf({"m": [1] * 101}), emf({"m": 1}, Metrics=[{"Name": "m"}] * 101), {**good, "_aws": {"CloudWatchMetrics": []}},
                      {**good, "_aws": {"Timestamp": "now", "CloudWatchMetrics": good["_aws"]["CloudWatchMetrics"]}},
                      {**good, "_aws": {"Timestamp": int(now * 1000), "CloudWatchMetrics": {}}}, emf({"m": 1}, now - 15 * 86400),
                      emf({"m": 1}, now + 3 * 3600)):
            with self.subTest(wrong):
                self.write(wrong)
        self.assertEqual(self.names(Namespace="Rings"), [])
        self.write(good)
        self.assertEqual(self.names(Namespace="Rings"), [("m", {"Ring": "one"})])
        self.assertGreater(self.total("EMFValidationErrors", {"LogGroupName": "g"}, namespace="AWS/Logs") or 0, 10)

    def test_printed_by_a_function(self) -> None:
        for form in ("Text", "JSON"):
            with self.subTest(form):
                self.setUp()
                self.deployed({"Role": role(), "Fn": function(CODE, FunctionName="f", LoggingConfig={"LogFormat": form})})
                client("lambda").invoke(FunctionName="f", Payload=b"{\"findings\": [2, 3]}")
                self.assertEqual(self.total("Findings", {"Ring": "one", "Finding": "NewSourceIp"}), 5)
                self.assertEqual(self.total("Findings", {"Ring": "one"}), 5)

    def test_of_any_time_by_the_hook(self) -> None:
        answer = hook("cloudwatch/emf", region="us-east-1", lines=[json.dumps(emf({"m": [1, 2]}, 1_000_000_000))])
        self.assertEqual(answer, {"datapoints": 2})
        self.assertEqual(self.total("m", {"Ring": "one"}, StartTime=1_000_000_000 - 600, EndTime=1_000_000_000 + 600), 3)


class Filters(MetricsTest):
    def filter(self, name: str = "f", pattern: str = '{ $.outcome = "blocked-ip" }', **transformation: Any) -> None:
        client("logs").put_metric_filter(logGroupName="g", filterName=name, filterPattern=pattern, metricTransformations=[
            {"metricNamespace": "Rings", "metricName": "Blocked", "metricValue": "1", **transformation}])

    def test_matches_and_defaults(self) -> None:
        self.group()
        self.write({"outcome": "blocked-ip"})
        self.filter(defaultValue=0, unit="Count")
        self.assertEqual(self.names(), [])  # what was there before the filter does not count
        now = time.time() // MINUTE * MINUTE
        self.write({"outcome": "ok"}, at=now - 300)
        self.write({"outcome": "ok"}, {"outcome": "blocked-ip"}, {"outcome": "blocked-ip"}, at=now - 240)
        self.assertEqual(self.points("Blocked"), {-5: 0, -4: 2})
        self.assertEqual(self.points("Blocked", statistic="SampleCount"), {-5: 1, -4: 2})

    def test_no_default_no_datapoint(self) -> None:
        self.group()
        self.filter()
        self.write({"outcome": "ok"}, "plain text")
        self.assertEqual(self.names(), [])

    def test_values_and_dimensions_from_the_event(self) -> None:
        self.group()
        self.filter(metricValue="$.latency", pattern="{ $.latency = * || $.latency > 0 }", dimensions={"Exchange": "$.venue.name", "Code": "$.code"})
        self.write({"latency": 12.5, "venue": {"name": "kraken"}, "code": 3}, {"latency": 2, "venue": {"name": "kraken"}, "code": 3},
                   {"latency": "7", "venue": {"name": "okx"}, "code": 4}, {"latency": 5, "code": 3}, {"latency": "slow", "venue": {"name": "okx"}, "code": 4})
        self.assertEqual(self.names(), [("Blocked", {"Code": "3", "Exchange": "kraken"}), ("Blocked", {"Code": "4", "Exchange": "okx"})])
        self.assertEqual(self.total("Blocked", {"Code": "3", "Exchange": "kraken"}), 14.5)
        self.assertEqual(self.total("Blocked", {"Code": "4", "Exchange": "okx"}), 7)

    def test_replaced_and_deleted(self) -> None:
        self.group()
        self.filter(metricValue="1")
        self.filter(metricValue="10")
        self.assertEqual(len(client("logs").describe_metric_filters(logGroupName="g")["metricFilters"]), 1)
        self.write({"outcome": "blocked-ip"})
        client("logs").delete_metric_filter(logGroupName="g", filterName="f")
        self.write({"outcome": "blocked-ip"})
        self.assertEqual(self.total("Blocked"), 10)

    def test_refusals(self) -> None:
        self.assert_refused("ResourceNotFoundException", self.filter)
        self.group()
        for more in ({"pattern": "{ $.a = "}, {"defaultValue": 0, "dimensions": {"A": "$.a"}}, {"dimensions": {n: "$.a" for n in "ABCD"}},
                     {"dimensions": {"A": "one"}}, {"metricValue": "one"}):
            with self.subTest(more):
                self.assert_refused("InvalidParameterException", self.filter, **more)

    def test_alarm_on_a_filter_of_a_stack(self) -> None:
        self.deployed({
            "Group": of("AWS::Logs::LogGroup", {"LogGroupName": "g"}), "Topic": of("AWS::SNS::Topic"), "Queue": of("AWS::SQS::Queue", {"QueueName": "q"}),
            "Subscription": of("AWS::SNS::Subscription", {"TopicArn": ref("Topic"), "Protocol": "sqs", "Endpoint": att("Queue", "Arn")}),
            "Filter": of("AWS::Logs::MetricFilter", {
                "LogGroupName": ref("Group"), "FilterPattern": '{ $.outcome = "blocked-ip" }',
                "MetricTransformations": [{"MetricNamespace": "Rings", "MetricName": "Blocked", "MetricValue": "1", "DefaultValue": 0}]}),
            "Alarm": of("AWS::CloudWatch::Alarm", {
                "AlarmName": "blocked", "Namespace": "Rings", "MetricName": "Blocked", "Statistic": "Sum", "Period": 60, "EvaluationPeriods": 1,
                "Threshold": 1, "ComparisonOperator": "GreaterThanOrEqualToThreshold", "TreatMissingData": "notBreaching",
                "AlarmActions": [ref("Topic")]}),
            "Either": of("AWS::CloudWatch::CompositeAlarm", {"AlarmName": "stop", "AlarmRule": "ALARM(blocked)"}, DependsOn="Alarm")})
        client("logs").create_log_stream(logGroupName="g", logStreamName="s")
        self.write({"outcome": "blocked-ip"})
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + MINUTE))
        self.assertEqual(hook("cloudwatch/evaluate", region="us-east-1", at=at)["alarms"], {"blocked": "ALARM", "stop": "ALARM"})
        url = client("sqs").get_queue_url(QueueName="q")["QueueUrl"]
        (message,) = client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
        self.assertEqual(json.loads(json.loads(message["Body"])["Message"])["AlarmName"], "blocked")


class Services(MetricsTest):
    def of_function(self, name: str) -> float | None:
        return self.total(name, {"FunctionName": "f"}, namespace="AWS/Lambda")

    def test_functions(self) -> None:
        self.deployed({"Role": role(), "Fn": function(CODE, FunctionName="f", ReservedConcurrentExecutions=1)})
        invoke = client("lambda").invoke
        invoke(FunctionName="f")
        self.assertEqual([self.of_function(name) for name in ("Invocations", "Errors", "Throttles")], [1, 0, 0])
        invoke(FunctionName="f", Payload=b"{\"fail\": true}")
        self.assertEqual([self.of_function(name) for name in ("Invocations", "Errors", "Throttles")], [2, 1, 0])
        client("lambda").put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=0)
        self.assert_refused("TooManyRequestsException", invoke, FunctionName="f")
        self.assertEqual([self.of_function(name) for name in ("Invocations", "Errors", "Throttles")], [2, 1, 1])
        self.assertGreater(self.of_function("Duration") or 0, 0)
        self.assertEqual(self.total("Invocations", namespace="AWS/Lambda"), 2)

    def test_dropped_events(self) -> None:
        hook("lambda/async-retries", delaySeconds=0)
        self.deployed({"Role": role(), "Fn": function(CODE, FunctionName="f")})
        client("lambda").invoke(FunctionName="f", Payload=b"{\"fail\": true}", InvocationType="Event")
        wait_until(lambda: self.of_function("AsyncEventsDropped") == 1)
        self.assertEqual(self.of_function("Errors"), 3)

    def test_queues(self) -> None:
        url = client("sqs").create_queue(QueueName="dead")["QueueUrl"]
        client("cloudwatch").put_metric_alarm(
            AlarmName="a", Namespace="AWS/SQS", MetricName="ApproximateNumberOfMessagesVisible", Dimensions=[{"Name": "QueueName", "Value": "dead"}],
            Statistic="Maximum", Period=60, EvaluationPeriods=1, Threshold=1, ComparisonOperator="GreaterThanOrEqualToThreshold")
        start = time.time() + 3600

        def state(minutes: int) -> str:
            at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(start + 60 * minutes))
            return hook("cloudwatch/evaluate", region="us-east-1", at=at)["alarms"]["a"]
        self.assertEqual(state(0), "OK")
        client("sqs").send_message(QueueUrl=url, MessageBody="lost")
        self.assertEqual(state(1), "ALARM")
        client("sqs").purge_queue(QueueUrl=url)
        self.assertEqual(state(2), "OK")

    def test_queues_by_the_clock(self) -> None:
        url = client("sqs").create_queue(QueueName="dead")["QueueUrl"]
        client("sqs").send_message(QueueUrl=url, MessageBody="lost")
        hook("cloudwatch/background", enabled=True)
        wait_until(lambda: self.points("ApproximateNumberOfMessagesVisible", {"QueueName": "dead"}, "AWS/SQS", "Maximum"))

    def test_subscriptions(self) -> None:
        self.deployed({"Role": role(), "Fn": function(CODE, FunctionName="f"), "Group": of("AWS::Logs::LogGroup", {"LogGroupName": "g"}),
                       "Permission": of("AWS::Lambda::Permission", {"Action": "lambda:InvokeFunction", "FunctionName": ref("Fn"),
                                                                    "Principal": "logs.amazonaws.com"}),
                       "Subscription": of("AWS::Logs::SubscriptionFilter", {"FilterName": "s", "LogGroupName": ref("Group"), "FilterPattern": "",
                                                                            "DestinationArn": att("Fn", "Arn")}, DependsOn="Permission")})
        client("logs").create_log_stream(logGroupName="g", logStreamName="s")
        dimensions = {"LogGroupName": "g", "DestinationType": "Lambda", "FilterName": "s"}
        self.write("one", "two")
        self.assertEqual(self.total("ForwardedLogEvents", dimensions, "AWS/Logs"), 2)
        client("lambda").delete_function(FunctionName="f")
        self.write("three")
        self.assertEqual(self.total("DeliveryErrors", dimensions, "AWS/Logs"), 1)

    def test_rules(self) -> None:
        client("events").put_rule(Name="r", EventPattern='{"source": ["me"]}')
        client("events").put_targets(Rule="r", Targets=[{"Id": "f", "Arn": "arn:aws:lambda:us-east-1:123456789012:function:nobody"}])
        client("events").put_events(Entries=[{"Source": "me", "DetailType": "d", "Detail": "{}"}])
        wait_until(lambda: self.total("FailedInvocations", {"RuleName": "r"}, "AWS/Events") == 1)


if __name__ == "__main__":
    unittest.main()
