"""DynamoDB: conditions, transactions, streams and their records; event source mappings that batch, repeat, split and give up."""
from __future__ import annotations

import concurrent.futures
import json
import time
import unittest
from typing import Any

from botocore.exceptions import ClientError
from support import LocalAwsTest, client, hook, wait_until
from templates import att, function, of, ref, role

TABLE = "seen"
# Says what it got; fails as the items tell it to.
CODE = """exports.handler = async (event) => {
  const records = event.Records.map((r) => ({ id: r.dynamodb.Keys.pk.S, n: r.dynamodb.SequenceNumber, old: r.dynamodb.OldImage, new: r.dynamodb.NewImage,
    name: r.eventName, source: r.eventSource, arn: r.eventSourceARN, region: r.awsRegion, who: r.userIdentity, at: r.dynamodb.ApproximateCreationDateTime }));
  console.log('GOT ' + JSON.stringify(records));
  if (records.some((r) => r.id.startsWith('throw'))) throw new Error('told to fail');
  if (records.some((r) => r.id.startsWith('odd'))) return { batchItemFailures: [{ itemIdentifier: '' }] };
  return { batchItemFailures: records.filter((r) => r.id.startsWith('bad')).map((r) => ({ itemIdentifier: r.n })) };
};"""


def table(**properties: Any) -> dict[str, Any]:
    return of("AWS::DynamoDB::Table", {
        "TableName": TABLE, "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}], "StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"}, **properties})


def mapping(**properties: Any) -> dict[str, Any]:
    return of("AWS::Lambda::EventSourceMapping", {"FunctionName": ref("Fn"), "EventSourceArn": att("Table", "StreamArn"),
                                                  "StartingPosition": "TRIM_HORIZON", **properties})


class TableTest(LocalAwsTest):
    def setUp(self) -> None:
        super().setUp()
        self.db = client("dynamodb")

    def put(self, pk: str, **more: Any) -> None:
        self.db.put_item(TableName=TABLE, Item={"pk": {"S": pk}, **more})

    def records(self) -> list[dict[str, Any]]:
        streams = client("dynamodbstreams")
        arn = self.db.describe_table(TableName=TABLE)["Table"]["LatestStreamArn"]
        shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
        iterator = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
        return streams.get_records(ShardIterator=iterator)["Records"]

    def changes(self) -> list[tuple[Any, ...]]:
        return [(r["eventName"], r["dynamodb"].get("OldImage"), r["dynamodb"].get("NewImage")) for r in self.records()]


class Records(TableTest):
    def setUp(self) -> None:
        super().setUp()
        self.deployed({"Table": table(TimeToLiveSpecification={"AttributeName": "ttl", "Enabled": True})})

    def update(self, expression: str, pk: str = "a", **more: Any) -> dict[str, Any]:
        return self.db.update_item(TableName=TABLE, Key={"pk": {"S": pk}}, UpdateExpression=expression, **more)

    def test_insert_modify_remove(self) -> None:
        self.put("a", n={"N": "1"})
        self.put("a", n={"N": "2"})
        self.put("a", n={"N": "2"})  # changes nothing
        self.db.delete_item(TableName=TABLE, Key={"pk": {"S": "a"}})
        self.db.delete_item(TableName=TABLE, Key={"pk": {"S": "a"}})
        one, two = ({"pk": {"S": "a"}, "n": {"N": n}} for n in "12")
        self.assertEqual(self.changes(), [("INSERT", None, one), ("MODIFY", one, two), ("REMOVE", two, None)])
        numbers = [int(r["dynamodb"]["SequenceNumber"]) for r in self.records()]
        self.assertEqual(numbers, sorted(set(numbers)))
        self.assertEqual({r["awsRegion"] for r in self.records()}, {"us-east-1"})

    def test_update_of_a_new_item_is_one_record(self) -> None:
        values = {":s": {"SS": ["x"]}, ":n": {"N": "1"}}
        new = self.update("ADD addresses :s, hits :n SET nested = :m", ExpressionAttributeValues={**values, ":m": {"M": {"l": {"L": [{"N": "1"}]}}}},
                          ReturnValues="ALL_NEW")["Attributes"]
        self.assertEqual(new, {"pk": {"S": "a"}, "addresses": {"SS": ["x"]}, "hits": {"N": "1"}, "nested": {"M": {"l": {"L": [{"N": "1"}]}}}})
        newer = self.update("ADD addresses :s, hits :n", ExpressionAttributeValues={**values, ":s": {"SS": ["x", "y"]}}, ReturnValues="ALL_NEW")["Attributes"]
        self.assertEqual((sorted(newer["addresses"]["SS"]), newer["hits"]), (["x", "y"], {"N": "2"}))
        self.update("ADD addresses :s", ExpressionAttributeValues={":s": {"SS": ["y"]}})  # changes nothing
        self.update("SET nested.l = list_append(nested.l, :l)", ExpressionAttributeValues={":l": {"L": [{"S": "z"}]}})
        changes = self.changes()
        self.assertEqual([name for name, _, _ in changes], ["INSERT", "MODIFY", "MODIFY"])
        self.assertEqual((changes[0][1], changes[0][2]), (None, new))
        self.assertEqual((changes[1][1], sorted(changes[1][2]["addresses"]["SS"])), (new, ["x", "y"]))
        self.assertEqual(changes[2][2]["nested"], {"M": {"l": {"L": [{"N": "1"}, {"S": "z"}]}}})

    def test_every_type(self) -> None:
        item = {"pk": {"S": "a"}, "b": {"B": b"\x00\xff"}, "bs": {"BS": [b"\x01", b"\x02"]}, "ns": {"NS": ["1", "2"]}, "nul": {"NULL": True},
                "l": {"L": [{"B": b"\x05"}, {"M": {"q": {"BOOL": False}}}]}, "ss": {"SS": ["only"]}}
        self.db.put_item(TableName=TABLE, Item=item)
        rest = self.update("DELETE ss :s REMOVE nul", ExpressionAttributeValues={":s": {"SS": ["only"]}}, ReturnValues="ALL_NEW")["Attributes"]
        self.assertEqual(rest, {name: value for name, value in item.items() if name not in ("ss", "nul")})  # an empty set is none
        self.assertEqual(self.changes(), [("INSERT", None, item), ("MODIFY", item, rest)])

    def test_failed_update_leaves_nothing(self) -> None:
        self.put("a", word={"S": "w"})
        for pk in ("a", "new"):
            with self.assertRaises(ClientError):
                self.update("SET other = :o ADD word :o", pk=pk, ExpressionAttributeValues={":o": {"S": "x"}})
        self.assertEqual(self.db.scan(TableName=TABLE)["Items"], [{"pk": {"S": "a"}, "word": {"S": "w"}}])
        self.assertEqual(len(self.records()), 1)

    def test_lease(self) -> None:
        """Taken when free or expired, and only then."""
        def take(now: int) -> None:
            self.db.put_item(TableName=TABLE, Item={"pk": {"S": "lease"}, "expiresAt": {"N": str(now + 10)}},
                             ConditionExpression="attribute_not_exists(pk) OR expiresAt < :now", ExpressionAttributeValues={":now": {"N": str(now)}})
        take(100)
        self.assert_refused("ConditionalCheckFailedException", lambda: take(109))
        take(111)
        self.assertEqual([name for name, _, _ in self.changes()], ["INSERT", "MODIFY"])

    def test_one_of_many_at_the_same_time_wins(self) -> None:
        def first(number: int) -> bool:
            try:
                self.db.put_item(TableName=TABLE, Item={"pk": {"S": f"k{number % 10}"}, "by": {"N": str(number)}},
                                 ConditionExpression="attribute_not_exists(pk)")
                return True
            except self.db.exceptions.ConditionalCheckFailedException:
                return False
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            self.assertEqual(sum(pool.map(first, range(200))), 10)
            list(pool.map(lambda _: self.update("ADD hits :n", pk="sum", ExpressionAttributeValues={":n": {"N": "1"}}), range(100)))
        self.assertEqual(self.db.get_item(TableName=TABLE, Key={"pk": {"S": "sum"}})["Item"]["hits"], {"N": "100"})
        self.assertEqual(len(self.records()), 110)

    def test_transaction(self) -> None:
        def write(*items: dict[str, Any]) -> None:
            self.db.transact_write_items(TransactItems=list(items))
        put = {"Put": {"TableName": TABLE, "Item": {"pk": {"S": "a"}}, "ConditionExpression": "attribute_not_exists(pk)"}}
        add = {"Update": {"TableName": TABLE, "Key": {"pk": {"S": "b"}}, "UpdateExpression": "ADD n :n", "ExpressionAttributeValues": {":n": {"N": "1"}}}}
        write(put, add)
        with self.assertRaises(self.db.exceptions.TransactionCanceledException) as caught:
            write(add, put)
        self.assertEqual([r["Code"] for r in caught.exception.response["CancellationReasons"]], ["None", "ConditionalCheckFailed"])
        self.assertEqual(self.db.get_item(TableName=TABLE, Key={"pk": {"S": "b"}})["Item"]["n"], {"N": "1"})
        write(add)
        self.assertEqual([(name, (new or {})["pk"]["S"]) for name, _, new in self.changes()], [("INSERT", "a"), ("INSERT", "b"), ("MODIFY", "b")])
        keys = {TABLE: {"Keys": [{"pk": {"S": k}} for k in "abc"]}}
        self.assertEqual(len(self.db.batch_get_item(RequestItems=keys)["Responses"][TABLE]), 2)

    def test_transaction_sent_again(self) -> None:
        def add(amount: str) -> None:
            self.db.transact_write_items(ClientRequestToken="token", TransactItems=[{"Update": {
                "TableName": TABLE, "Key": {"pk": {"S": "a"}}, "UpdateExpression": "ADD n :n", "ExpressionAttributeValues": {":n": {"N": amount}}}}])
        add("1")
        add("1")
        self.assertEqual(self.db.get_item(TableName=TABLE, Key={"pk": {"S": "a"}})["Item"]["n"], {"N": "1"})
        self.assert_refused("IdempotentParameterMismatchException", lambda: add("2"))

    def test_expiry(self) -> None:
        now = int(time.time())
        for pk, ttl in (("past", {"N": str(now - 5)}), ("future", {"N": str(now + 500)}), ("text", {"S": "0"}), ("ancient", {"N": "1"})):
            self.put(pk, ttl=ttl)
        self.put("none")
        self.assertEqual(hook("dynamodb/expire", region="us-east-1", table=TABLE), {"expired": 1})
        self.assertEqual(hook("dynamodb/expire", region="us-east-1", table=TABLE, at=now + 501), {"expired": 1})
        removed = [r for r in self.records() if r["eventName"] == "REMOVE"]
        self.assertEqual([r["dynamodb"]["Keys"]["pk"]["S"] for r in removed], ["past", "future"])
        self.assertEqual({json.dumps(r["userIdentity"], sort_keys=True) for r in removed},
                         {'{"PrincipalId": "dynamodb.amazonaws.com", "Type": "Service"}'})
        self.db.delete_item(TableName=TABLE, Key={"pk": {"S": "none"}})
        self.assertNotIn("userIdentity", self.records()[-1])


class Tables(TableTest):
    def test_properties(self) -> None:
        key = of("AWS::KMS::Key", {"KeyPolicy": {}})
        properties = table(DeletionProtectionEnabled=True, SSESpecification={"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": att("Key", "Arn")},
                           Tags=[{"Key": "a", "Value": "1"}])
        del properties["Properties"]["TableName"]
        outputs = {"Arn": {"Value": att("Table", "StreamArn")}, "Name": {"Value": ref("Table")}}
        values = self.deployed({"Key": key, "Table": properties}, outputs)
        self.assertRegex(values["Name"], r"^app-Table-[A-Z0-9]{12}$")
        described = self.db.describe_table(TableName=values["Name"])["Table"]
        self.assertEqual(values["Arn"], described["LatestStreamArn"])
        self.assertEqual((described["DeletionProtectionEnabled"], described["SSEDescription"]["SSEType"]), (True, "KMS"))
        self.assertEqual(self.delete(), "DELETE_FAILED")
        properties["Properties"].update(DeletionProtectionEnabled=False, Tags=[{"Key": "a", "Value": "2"}])
        del properties["Properties"]["StreamSpecification"], properties["Properties"]["SSESpecification"]
        self.deployed({"Key": key, "Table": properties}, {"Name": {"Value": ref("Table")}}, name="other")
        name = self.physical("Table", "other")
        self.assertNotIn("SSEDescription", self.db.describe_table(TableName=name)["Table"])
        properties["Properties"]["StreamSpecification"] = {"StreamViewType": "KEYS_ONLY"}
        first = self.deployed({"Key": key, "Table": properties}, outputs, name="other")["Arn"]
        properties["Properties"]["StreamSpecification"] = {"StreamViewType": "NEW_IMAGE"}
        properties["Properties"]["Tags"][0]["Value"] = "3"
        second = self.deployed({"Key": key, "Table": properties}, outputs, name="other")["Arn"]
        self.assertNotEqual(first, second)
        self.assertEqual(self.db.list_tags_of_resource(ResourceArn=second.partition("/stream")[0])["Tags"], [{"Key": "a", "Value": "3"}])
        self.assertEqual(self.delete("other"), "DELETE_COMPLETE")


class MappingsTest(TableTest):
    def resources(self, **properties: Any) -> dict[str, Any]:
        return {"Role": role(), "Queue": of("AWS::SQS::Queue", {"QueueName": "dead"}), "Fn": function(CODE, FunctionName="reader"),
                "Table": table(TimeToLiveSpecification={"AttributeName": "ttl", "Enabled": True}), "Source": mapping(**properties)}

    def got(self) -> list[list[dict[str, Any]]]:
        """What the function has got, batch by batch."""
        try:
            lines = client("logs").filter_log_events(logGroupName="/aws/lambda/reader", filterPattern="GOT")["events"]
        except client("logs").exceptions.ResourceNotFoundException:
            return []
        return [json.loads(line["message"][4:]) for line in lines]

    def ids(self) -> list[str]:
        return [" ".join(record["id"] for record in batch) for batch in self.got()]

    def dead(self) -> list[dict[str, Any]]:
        url = client("sqs").get_queue_url(QueueName="dead")["QueueUrl"]
        return [json.loads(m["Body"]) for m in client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])]

    def started_with(self, *ids: str, **properties: Any) -> None:
        """The items are there before the mapping is."""
        hook("lambda/stream-retries", delaySeconds=0)
        resources = self.resources(**properties)
        source = resources.pop("Source")
        self.deployed(resources)
        for pk in ids:
            self.put(pk)
        self.deployed({**resources, "Source": source})


class Reading(MappingsTest):
    def test_records_as_the_function_sees_them(self) -> None:
        self.deployed(self.resources(BatchSize=1))
        self.put("a", n={"N": "1"}, ttl={"N": "2000000000"}, binary={"L": [{"B": b"\x00\xff"}]})
        self.put("a", n={"N": "2"}, ttl={"N": "2000000000"})
        hook("dynamodb/expire", region="us-east-1", table=TABLE, at=2000000001)
        one, two, three = [batch[0] for batch in wait_until(lambda: self.got() if len(self.got()) == 3 else None)]
        self.assertEqual([r["name"] for r in (one, two, three)], ["INSERT", "MODIFY", "REMOVE"])
        self.assertEqual((one["new"]["n"], two["old"]["n"], two["new"]["n"], three["old"]["n"]), ({"N": "1"}, {"N": "1"}, {"N": "2"}, {"N": "2"}))
        self.assertEqual(one["new"]["binary"], {"L": [{"B": "AP8="}]})
        self.assertEqual((one.get("who"), three["who"]), (None, {"principalId": "dynamodb.amazonaws.com", "type": "Service"}))
        stream = self.db.describe_table(TableName=TABLE)["Table"]["LatestStreamArn"]
        self.assertEqual((one["source"], one["arn"], one["region"]), ("aws:dynamodb", stream, "us-east-1"))
        self.assertLess(abs(one["at"] - time.time()), 60)

    def test_batches_in_order_from_the_beginning(self) -> None:
        self.started_with(*"abcdefg", BatchSize="3")
        self.assertEqual(wait_until(lambda: self.ids() if len(self.ids()) == 3 else None), ["a b c", "d e f", "g"])

    def test_age_of_what_is_read_is_a_metric(self) -> None:
        self.started_with("a")
        wait_until(self.ids)
        wanted = {"Namespace": "AWS/Lambda", "MetricName": "IteratorAge", "Dimensions": [{"Name": "FunctionName", "Value": "reader"}], "Period": 60,
                  "StartTime": time.time() - 120, "EndTime": time.time() + 120, "Statistics": ["Maximum"], "Unit": "Milliseconds"}
        found = wait_until(lambda: client("cloudwatch").get_metric_statistics(**wanted)["Datapoints"])
        self.assertLess(found[0]["Maximum"], 60_000)

    def test_latest_begins_after_what_was_there(self) -> None:
        self.started_with("old", StartingPosition="LATEST")
        self.put("new")
        self.assertEqual(wait_until(self.ids), ["new"])

    def test_window_gathers(self) -> None:
        self.deployed(self.resources(MaximumBatchingWindowInSeconds=1))
        for pk in "abc":
            self.put(pk)
        self.assertEqual(wait_until(self.ids), ["a b c"])

    def test_filter(self) -> None:
        pattern = {"eventName": ["INSERT"], "dynamodb": {"NewImage": {"kind": {"S": [{"prefix": "find"}]}, "muted": {"S": [{"exists": False}]}}}}
        self.deployed(self.resources(FilterCriteria={"Filters": [{"Pattern": json.dumps(pattern)}]}))
        self.put("a", kind={"S": "other"})
        self.put("b", kind={"S": "finding"}, muted={"S": "yes"})
        self.put("c", kind={"S": "finding"})
        self.put("c", kind={"S": "findings"})
        self.put("d", kind={"S": "finding"})
        wait_until(lambda: "d" in " ".join(self.ids()))
        self.assertEqual(" ".join(self.ids()), "c d")

    def test_disabled_and_enabled_again(self) -> None:
        self.deployed(self.resources(Enabled=False))
        self.put("a")
        self.assertEqual(client("lambda").list_event_source_mappings()["EventSourceMappings"][0]["State"], "Disabled")
        self.deployed(self.resources())
        self.assertEqual(wait_until(self.ids), ["a"])


class Repeating(MappingsTest):
    def test_partial_failure_blocks_and_goes_to_the_destination(self) -> None:
        self.started_with("a", "bad", "c", "d", BatchSize=3, MaximumRetryAttempts=2, FunctionResponseTypes=["ReportBatchItemFailures"],
                          DestinationConfig={"OnFailure": {"Destination": att("Queue", "Arn")}})
        dead = wait_until(self.dead)[0]
        wait_until(lambda: self.ids()[-1] == "d")
        self.assertEqual(self.ids(), ["a bad c", "bad c", "bad c", "d"])
        numbers = [record["n"] for record in self.got()[1]]
        self.assertEqual(dead["version"], "1.0")
        self.assertEqual((dead["requestContext"]["condition"], dead["requestContext"]["approximateInvokeCount"]), ("RetryAttemptsExhausted", 3))
        self.assertRegex(dead["requestContext"]["functionArn"], ":function:reader$")
        info = dead["DDBStreamBatchInfo"]
        self.assertEqual((info["batchSize"], info["startSequenceNumber"], info["endSequenceNumber"]), (2, numbers[0], numbers[-1]))
        self.assertEqual(info["streamArn"], self.db.describe_table(TableName=TABLE)["Table"]["LatestStreamArn"])
        self.assertNotIn("Records", json.dumps(dead))

    def test_without_the_response_type_the_answer_means_nothing(self) -> None:
        self.started_with("bad", "b", BatchSize=1)
        self.assertEqual(wait_until(lambda: self.ids() if len(self.ids()) == 2 else None), ["bad", "b"])

    def test_bisect_isolates_the_record(self) -> None:
        self.started_with("a", "b", "throw", "d", BatchSize=4, MaximumRetryAttempts=1, BisectBatchOnFunctionError=True,
                          DestinationConfig={"OnFailure": {"Destination": att("Queue", "Arn")}})
        self.assertEqual(wait_until(self.dead)[0]["DDBStreamBatchInfo"]["batchSize"], 1)
        wait_until(lambda: self.ids()[-1] == "d")
        self.assertEqual(self.ids(), ["a b throw d", "a b", "throw d", "throw", "throw", "d"])

    def test_an_answer_about_nothing_is_a_failure_of_all(self) -> None:
        self.started_with("a", "odd", BatchSize=2, MaximumRetryAttempts=0, FunctionResponseTypes=["ReportBatchItemFailures"],
                          DestinationConfig={"OnFailure": {"Destination": att("Queue", "Arn")}})
        self.assertEqual(wait_until(self.dead)[0]["DDBStreamBatchInfo"]["batchSize"], 2)

    def test_age(self) -> None:
        hook("lambda/async-retries", delaySeconds=0)
        self.started_with("throw", "b", BatchSize=1, MaximumRecordAgeInSeconds=60, DestinationConfig={"OnFailure": {"Destination": att("Queue", "Arn")}})
        wait_until(lambda: len(self.ids()) > 3)  # again and again
        hook("lambda/stream-retries", olderSeconds=61)
        dead = wait_until(lambda: sorted(self.dead(), key=lambda d: d["DDBStreamBatchInfo"]["startSequenceNumber"]))
        self.assertEqual(dead[0]["requestContext"]["condition"], "RecordAgeExceeded")
        self.assertGreater(dead[0]["requestContext"]["approximateInvokeCount"], 3)
        self.assertNotIn("b", self.ids())

    def test_throttled_is_no_attempt(self) -> None:
        resources = self.resources(MaximumRetryAttempts=0)
        resources["Fn"]["Properties"]["ReservedConcurrentExecutions"] = 0
        hook("lambda/stream-retries", delaySeconds=0)
        self.deployed(resources)
        self.put("a")
        time.sleep(0.5)
        self.assertEqual(self.ids(), [])
        client("lambda").delete_function_concurrency(FunctionName="reader")
        self.assertEqual(wait_until(self.ids), ["a"])


# What a detector does: notes what it sees for the first time, in the table whose stream is read.
DETECTOR = """const { gunzipSync } = require('zlib');
exports.handler = async (event) => {
  const { logEvents } = JSON.parse(gunzipSync(Buffer.from(event.awslogs.data, 'base64')));
  for (const { id, message } of logEvents) {
    const body = { TableName: 'seen', Item: { pk: { S: JSON.parse(message).ip }, event: { S: id } }, ConditionExpression: 'attribute_not_exists(pk)' };
    const response = await fetch(process.env.AWS_ENDPOINT_URL, { method: 'POST', body: JSON.stringify(body), headers: {
      'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'DynamoDB_20120810.PutItem',
      authorization: `AWS4-HMAC-SHA256 Credential=${process.env.AWS_ACCESS_KEY_ID}/20260101/us-east-1/dynamodb/aws4_request` } });
    const text = await response.text();
    if (!response.ok && !text.includes('ConditionalCheckFailed')) throw new Error(text);
  }
};"""


class Chain(MappingsTest):
    def test_from_the_log_to_the_reader_of_the_stream(self) -> None:
        self.deployed({
            **self.resources(FunctionResponseTypes=["ReportBatchItemFailures"]), "Detector": function(DETECTOR, FunctionName="detector"),
            "Group": of("AWS::Logs::LogGroup", {"LogGroupName": "/app"}),
            "Permission": of("AWS::Lambda::Permission", {"Action": "lambda:InvokeFunction", "FunctionName": ref("Detector"),
                                                         "Principal": "logs.amazonaws.com", "SourceArn": att("Group", "Arn")}),
            "Sub": of("AWS::Logs::SubscriptionFilter", {"LogGroupName": ref("Group"), "FilterPattern": '"exchange.request"',
                                                        "DestinationArn": att("Detector", "Arn")}, DependsOn="Permission")})
        logs = client("logs")
        logs.create_log_stream(logGroupName="/app", logStreamName="s")
        lines = [json.dumps({"event": event, "ip": ip}) for event, ip in
                 (("exchange.request", "192.0.2.1"), ("other", "192.0.2.9"), ("exchange.request", "192.0.2.2"), ("exchange.request", "192.0.2.1"))]
        logs.put_log_events(logGroupName="/app", logStreamName="s", logEvents=[{"timestamp": int(time.time() * 1000), "message": m} for m in lines])
        wait_until(lambda: " ".join(self.ids()) == "192.0.2.1 192.0.2.2")
        hook("logs/redeliver", region="us-east-1", logGroup="/app")
        wait_until(lambda: len([e for e in hook("journal", event="lambda.invoked")["entries"] if e["function"] == "detector"]) == 2)
        self.put("end")
        wait_until(lambda: "end" in " ".join(self.ids()))
        self.assertEqual(" ".join(self.ids()), "192.0.2.1 192.0.2.2 end")  # nothing new is no record
        self.assertEqual([e for e in hook("journal", event="lambda.invoked")["entries"] if e["failed"]], [])


class Mappings(MappingsTest):
    def test_properties_and_their_removal(self) -> None:
        given = {"BatchSize": 5, "MaximumBatchingWindowInSeconds": "2", "MaximumRetryAttempts": "3", "MaximumRecordAgeInSeconds": 600,
                 "BisectBatchOnFunctionError": "true", "FunctionResponseTypes": ["ReportBatchItemFailures"],
                 "FilterCriteria": {"Filters": [{"Pattern": '{"eventName":["INSERT"]}'}]}}
        self.deployed(self.resources(**given, DestinationConfig={"OnFailure": {"Destination": att("Queue", "Arn")}}))
        shown = client("lambda").get_event_source_mapping(UUID=self.physical("Source"))
        self.assertEqual((shown["MaximumBatchingWindowInSeconds"], shown["MaximumRetryAttempts"], shown["BisectBatchOnFunctionError"]), (2, 3, True))
        self.assertRegex(shown["DestinationConfig"]["OnFailure"]["Destination"], ":dead$")
        self.deployed(self.resources())
        shown = client("lambda").get_event_source_mapping(UUID=self.physical("Source"))
        self.assertEqual((shown["MaximumRetryAttempts"], shown["FunctionResponseTypes"], shown["DestinationConfig"]), (-1, [], {}))
        self.put("a")
        wait_until(self.ids)
        self.assertEqual(self.delete(), "DELETE_COMPLETE")
        self.assertEqual(client("lambda").list_event_source_mappings()["EventSourceMappings"], [])

    def test_refusals(self) -> None:
        self.deployed(self.resources())
        arn = self.db.describe_table(TableName=TABLE)["Table"]["LatestStreamArn"]
        create, wanted = client("lambda").create_event_source_mapping, {"FunctionName": "reader", "EventSourceArn": arn, "StartingPosition": "LATEST"}
        self.assert_refused("ResourceConflictException", create, **wanted)
        for wrong in ({"StartingPosition": "AT_TIMESTAMP"}, {"BatchSize": 10_001}, {"MaximumRecordAgeInSeconds": 5},
                      {"FilterCriteria": {"Filters": [{"Pattern": "{"}]}}, {"MaximumBatchingWindowInSeconds": 301}):
            with self.subTest(wrong):
                try:
                    create(**{**wanted, **wrong})
                    self.fail("accepted")
                except ClientError as error:
                    self.assertEqual(error.response["Error"]["Code"], "InvalidParameterValueException")
        self.assert_refused("ResourceNotFoundException", create, **{**wanted, "EventSourceArn": f"{arn}0"})

    def test_alias_is_followed(self) -> None:
        resources = self.resources()
        resources["Version"] = of("AWS::Lambda::Version", {"FunctionName": ref("Fn")})
        resources["Alias"] = of("AWS::Lambda::Alias", {"FunctionName": ref("Fn"), "Name": "live", "FunctionVersion": att("Version", "Version")})
        resources["Source"]["Properties"]["FunctionName"] = ref("Alias")
        self.deployed(resources)
        self.assertRegex(client("lambda").list_event_source_mappings()["EventSourceMappings"][0]["FunctionArn"], ":function:reader:live$")
        self.put("a")
        self.assertEqual(wait_until(self.ids), ["a"])


if __name__ == "__main__":
    unittest.main()
