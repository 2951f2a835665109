"""Secrets Manager's rules for tokens, quotas, lists, replicas, policies and callers at the same time."""
from __future__ import annotations

import json
import threading
import unittest
import urllib.error
import uuid
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError
from support import LocalAwsTest, client, hook
from test_secrets import SecretsTest
from templates import of, policy


def token() -> str:
    return str(uuid.uuid4())


class Tokens(SecretsTest):
    def test_length(self) -> None:
        self.make()
        for bad in ("x" * 31, "x" * 65):
            for operation in (self.sm.put_secret_value, self.sm.update_secret, self.sm.rotate_secret):
                given = {} if operation == self.sm.rotate_secret else {"SecretString": "v"}
                with self.assertRaises(Exception):  # the client refuses the short one itself
                    operation(SecretId="s", ClientRequestToken=bad, **given)
        self.assertEqual(len(self.stages()), 1)

    def test_same_token_on_a_pending_version(self) -> None:
        self.make()
        pending = self.put("key", stages=["AWSPENDING"])
        self.put("key", pending, ["AWSPENDING"])
        self.assert_refused("ResourceExistsException", self.sm.put_secret_value, SecretId="s", ClientRequestToken=pending,
                            SecretString="other", VersionStages=["AWSPENDING"])
        self.assertEqual(self.sm.get_secret_value(SecretId="s", VersionId=pending)["SecretString"], "key")

    def test_repeated_put_does_not_move_labels(self) -> None:
        self.make()
        old = self.put("one")
        new = self.put("two")
        self.put("one", old)
        self.assertEqual(self.stages()[new], ["AWSCURRENT"])

    def test_update_with_a_token_in_use(self) -> None:
        first = self.make()
        self.assert_refused("ResourceExistsException", self.sm.update_secret, SecretId="s", SecretString="old", ClientRequestToken=first)

    def test_create_is_idempotent_by_token(self) -> None:
        same = token()
        one = self.sm.create_secret(Name="s", SecretString="v", ClientRequestToken=same)
        self.assertEqual(self.sm.create_secret(Name="s", SecretString="v", ClientRequestToken=same)["ARN"], one["ARN"])
        self.assert_refused("ResourceExistsException", self.sm.create_secret, Name="s", SecretString="w", ClientRequestToken=same)
        self.assert_refused("ResourceExistsException", self.sm.create_secret, Name="s")

    def test_first_version_is_current(self) -> None:
        self.sm.create_secret(Name="s")
        self.assert_refused("ResourceNotFoundException", self.sm.get_secret_value, SecretId="s")
        self.put("candidate", stages=["XKCANDIDATE"])
        self.assertEqual(list(self.stages().values()), [["AWSCURRENT", "XKCANDIDATE"]])


class Versions(SecretsTest):
    def test_by_id_label_and_both(self) -> None:
        first, second = self.promoted()
        self.assertEqual(self.sm.get_secret_value(SecretId="s", VersionId=first, VersionStage="AWSPREVIOUS")["SecretString"], "old")
        self.assert_refused("InvalidRequestException", self.sm.get_secret_value, SecretId="s", VersionId=first, VersionStage="AWSCURRENT")
        self.assert_refused("ResourceNotFoundException", self.sm.get_secret_value, SecretId="s", VersionId=token())
        self.assertEqual(self.sm.get_secret_value(SecretId="s", VersionId=second)["VersionStages"], ["AWSPENDING", "AWSCURRENT"])

    def test_quota_of_labels(self) -> None:
        first = self.make()
        for number in range(10):
            self.put(f"v{number}", stages=[f"xk:revoke:{number}"])
        second = self.put("next")
        for number in range(8):
            self.move(f"extra{number}", second)
        self.assertEqual(sum(map(len, self.stages().values())), 20)
        before = self.stages()
        self.assert_refused("LimitExceededException", self.sm.update_secret_version_stage, SecretId="s", VersionStage="one-more",
                            MoveToVersionId=first)
        self.assert_refused("LimitExceededException", self.sm.put_secret_value, SecretId="s", SecretString="x", VersionStages=["one-more"],
                            ClientRequestToken=token())
        self.assertEqual(self.stages(), before)
        self.move("extra0", away_from=second)
        self.move("one-more", first)
        self.put("a plain put only moves labels")
        self.assertEqual(sum(map(len, self.stages().values())), 20)

    def test_labels_are_compared_and_swapped(self) -> None:
        first, second = self.promoted()
        move = {"SecretId": "s", "VersionStage": "AWSPENDING", "MoveToVersionId": first}
        self.assert_refused("InvalidParameterException", self.sm.update_secret_version_stage, **move)
        self.assert_refused("InvalidParameterException", self.sm.update_secret_version_stage, **move, RemoveFromVersionId=first)
        self.assert_refused("InvalidParameterException", self.sm.update_secret_version_stage, SecretId="s", VersionStage="NOBODY",
                            RemoveFromVersionId=first)
        self.assert_refused("InvalidParameterException", self.sm.update_secret_version_stage, SecretId="s", VersionStage="AWSCURRENT",
                            RemoveFromVersionId=second)
        self.move("AWSPENDING", first, second)
        self.assertEqual(self.stages(), {first: ["AWSPENDING", "AWSPREVIOUS"], second: ["AWSCURRENT"]})

    def test_roll_back(self) -> None:
        first, second = self.promoted()
        self.move("AWSCURRENT", first, second)
        self.assertEqual(self.stages(), {first: ["AWSCURRENT"], second: ["AWSPENDING", "AWSPREVIOUS"]})

    def test_deprecated_versions(self) -> None:
        first = self.make()
        self.put("two")
        self.put("three")
        self.assertNotIn(first, [v["VersionId"] for v in self.sm.list_secret_version_ids(SecretId="s")["Versions"]])
        self.sm.get_secret_value(SecretId="s", VersionId=first)
        listed = {v["VersionId"]: v for v in self.sm.list_secret_version_ids(SecretId="s", IncludeDeprecated=True)["Versions"]}
        self.assertEqual(len(listed), 3)
        self.assertNotIn("VersionStages", listed[first])
        self.assertEqual(listed[first]["LastAccessedDate"].strftime("%H:%M:%S"), "00:00:00")
        self.assertEqual([v for v in listed.values() if "LastAccessedDate" in v], [listed[first]])
        self.assertTrue(all(v["CreatedDate"] for v in listed.values()))
        page = self.sm.list_secret_version_ids(SecretId="s", IncludeDeprecated=True, MaxResults=2)
        rest = self.sm.list_secret_version_ids(SecretId="s", IncludeDeprecated=True, MaxResults=2, NextToken=page["NextToken"])
        self.assertEqual((len(page["Versions"]), len(rest["Versions"]), "NextToken" in rest), (2, 1, False))


class Lists(SecretsTest):
    def setUp(self) -> None:
        super().setUp()
        self.sm.create_secret(Name="xk/dev/bybit", SecretString="v", Description="trading keys", KmsKeyId="alias/x",
                              Tags=[{"Key": "xk:tier", "Value": "high"}])
        self.sm.create_secret(Name="xk/dev/okx", SecretString="v", Tags=[{"Key": "xk:tier", "Value": "low"}])
        self.sm.create_secret(Name="other", SecretString="v")

    def names(self, *filters: tuple[str, str]) -> list[str]:
        given = [{"Key": key, "Values": [value]} for key, value in filters]
        return sorted(s["Name"] for s in self.sm.list_secrets(Filters=given)["SecretList"])

    def test_filters(self) -> None:
        self.assertEqual(self.names(("name", "xk/dev/")), ["xk/dev/bybit", "xk/dev/okx"])
        self.assertEqual(self.names(("tag-key", "xk:tier"), ("tag-value", "low")), ["xk/dev/okx"])
        self.assertEqual(self.names(("description", "trading")), ["xk/dev/bybit"])
        self.assertEqual(self.names(("all", "other")), ["other"])
        self.assertEqual(self.names(("name", "nobody")), [])

    def test_entries(self) -> None:
        entry = next(s for s in self.sm.list_secrets()["SecretList"] if s["Name"] == "xk/dev/bybit")
        self.assertEqual((entry["Description"], entry["KmsKeyId"], entry["Tags"]),
                         ("trading keys", "alias/x", [{"Key": "xk:tier", "Value": "high"}]))
        self.assertEqual(list(entry["SecretVersionsToStages"].values()), [["AWSCURRENT"]])
        self.assertTrue(entry["CreatedDate"] <= entry["LastChangedDate"])
        for absent in ("DeletedDate", "RotationEnabled", "NextRotationDate", "LastRotatedDate"):
            self.assertNotIn(absent, entry)
        self.sm.delete_secret(SecretId="other")
        self.assertNotIn("other", self.names())

    def test_pages(self) -> None:
        for number in range(120):
            self.sm.create_secret(Name=f"many/{number:03}", SecretString="v")
        pages = list(self.sm.get_paginator("list_secrets").paginate(Filters=[{"Key": "name", "Values": ["many/"]}], PaginationConfig={"PageSize": 50}))
        self.assertEqual([len(p["SecretList"]) for p in pages], [50, 50, 20])
        self.assertEqual(len({s["ARN"] for p in pages for s in p["SecretList"]}), 120)
        self.assertEqual(len(self.sm.list_secrets()["SecretList"]), 100)
        self.assert_refused("InvalidNextTokenException", self.sm.list_secrets, NextToken="made-up")
        with self.assertRaises(Exception):
            self.sm.list_secrets(MaxResults=101)


class Replicas(SecretsTest):
    def make_replicated(self) -> str:
        made = self.sm.create_secret(Name="s", SecretString="old", AddReplicaRegions=[{"Region": "eu-west-1", "KmsKeyId": "alias/eu"}])
        return made["VersionId"]

    def status(self) -> list[tuple[str, str]]:
        return [(r["Region"], r["Status"]) for r in self.sm.describe_secret(SecretId="s")["ReplicationStatus"]]

    def remote(self) -> str:
        return client("secretsmanager", "eu-west-1").get_secret_value(SecretId="s")["SecretString"]

    def test_in_step(self) -> None:
        self.make_replicated()
        self.put("new")
        self.assertEqual((self.status(), self.remote()), ([("eu-west-1", "InSync")], "new"))
        described = client("secretsmanager", "eu-west-1").describe_secret(SecretId="s")
        self.assertEqual((described["PrimaryRegion"], described["KmsKeyId"]), ("us-east-1", "alias/eu"))
        self.assertNotIn("ReplicationStatus", described)
        self.assert_refused("InvalidParameterException", client("secretsmanager", "eu-west-1").put_secret_value, SecretId="s", SecretString="x")

    def test_held_back(self) -> None:
        self.make_replicated()
        where = {"region": "us-east-1", "secretId": "s", "replicaRegion": "eu-west-1"}
        hook("secretsmanager/replica", **where, status="InProgress")
        new = self.put("new")
        self.assertEqual((self.status(), self.remote()), ([("eu-west-1", "InProgress")], "old"))
        self.assertNotIn(new, client("secretsmanager", "eu-west-1").describe_secret(SecretId="s")["VersionIdsToStages"])
        hook("secretsmanager/replica", **where, status="Failed", statusMessage="no key")
        self.assertEqual(self.sm.describe_secret(SecretId="s")["ReplicationStatus"][0]["StatusMessage"], "no key")
        hook("secretsmanager/replica", **where, status="InSync")
        self.assertEqual((self.status(), self.remote()), ([("eu-west-1", "InSync")], "new"))

    def test_added_removed_and_in_the_way(self) -> None:
        self.make()
        client("secretsmanager", "eu-west-2").create_secret(Name="s", SecretString="mine")
        added = self.sm.replicate_secret_to_regions(SecretId="s", AddReplicaRegions=[{"Region": "eu-west-1"}, {"Region": "eu-west-2"}])
        self.assertEqual([r["Status"] for r in added["ReplicationStatus"]], ["InSync", "Failed"])
        self.assert_refused("InvalidParameterException", self.sm.replicate_secret_to_regions, SecretId="s",
                            AddReplicaRegions=[{"Region": "eu-west-1"}])
        self.assert_refused("InvalidParameterException", self.sm.delete_secret, SecretId="s")
        self.sm.remove_regions_from_replication(SecretId="s", RemoveReplicaRegions=["eu-west-1", "eu-west-2"])
        self.sm.delete_secret(SecretId="s")

    def test_unknown_hook_and_replica(self) -> None:
        self.make()
        for name, body in (("nothing", {}), ("secretsmanager/replica", {"region": "us-east-1", "secretId": "s", "replicaRegion": "eu-west-1",
                                                                       "status": "InSync"}), ("secretsmanager/replica", {})):
            with self.assertRaises(urllib.error.HTTPError) as caught:
                hook(name, **body)
            self.assertIn(caught.exception.code, (400, 404))
            caught.exception.close()

    def test_in_a_stack(self) -> None:
        def secret(*regions: str) -> dict[str, Any]:
            return {"Secret": of("AWS::SecretsManager::Secret", {"Name": "s", "SecretString": "v", "ReplicaRegions": [{"Region": r} for r in regions]})}
        self.deployed(secret("eu-west-1"))
        self.deployed(secret("eu-west-2"))
        self.assertEqual(self.status(), [("eu-west-2", "InSync")])
        self.assertEqual(self.delete(), "DELETE_COMPLETE")
        self.assertEqual(client("secretsmanager", "eu-west-2").list_secrets()["SecretList"], [])


class Policies(SecretsTest):
    def test_public_policies(self) -> None:
        self.make()
        public = policy("secretsmanager:GetSecretValue", Principal="*")
        narrowed = policy("secretsmanager:GetSecretValue", Principal={"AWS": "*"}, Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}})
        labelled = policy("secretsmanager:GetSecretValue", Principal="*", Condition={"StringEquals": {"secretsmanager:VersionStage": "AWSCURRENT"}})
        denying = policy("secretsmanager:*", Principal="*", Effect="Deny")
        for document, public_one in ((public, True), (labelled, True), (narrowed, False), (denying, False)):
            given = {"SecretId": "s", "ResourcePolicy": json.dumps(document), "BlockPublicPolicy": True}
            if public_one:
                self.assert_refused("PublicPolicyException", self.sm.put_resource_policy, **given)
            else:
                self.sm.put_resource_policy(**given)
            passed = self.sm.validate_resource_policy(ResourcePolicy=json.dumps(document))["PolicyValidationPassed"]
            self.assertEqual(passed, not public_one)
        self.sm.put_resource_policy(SecretId="s", ResourcePolicy=json.dumps(public))
        self.assert_refused("MalformedPolicyDocumentException", self.sm.put_resource_policy, SecretId="s", ResourcePolicy="{")

    def test_in_a_stack(self) -> None:
        resources = {"Secret": of("AWS::SecretsManager::Secret", {"Name": "s", "SecretString": "v"}),
                     "Policy": of("AWS::SecretsManager::ResourcePolicy", {"SecretId": {"Ref": "Secret"}, "BlockPublicPolicy": True,
                                                                          "ResourcePolicy": policy(Principal="*")})}
        self.assertEqual(self.deploy(resources)["StackStatus"], "ROLLBACK_COMPLETE")
        self.assertTrue(any("PublicPolicyException" in reason for reason in self.reasons()))


class AtTheSameTime(SecretsTest):
    def at_once(self, *calls: Callable[[], Any]) -> list[str]:
        results: list[str] = []
        barrier = threading.Barrier(len(calls))

        def run(call: Callable[[], Any]) -> None:
            barrier.wait(10)
            try:
                call()
                results.append("ok")
            except ClientError as error:
                results.append(error.response["Error"]["Code"])
        threads = [threading.Thread(target=run, args=(call,)) for call in calls]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        return sorted(results)

    def holders(self, stage: str) -> int:
        return sum(stage in stages for stages in self.stages().values())

    def test_puts(self) -> None:
        self.make()
        self.assertEqual(set(self.at_once(*[lambda n=n: self.put(f"v{n}") for n in range(12)])), {"ok"})  # type: ignore[misc]
        self.assertEqual((self.holders("AWSCURRENT"), self.holders("AWSPREVIOUS")), (1, 1))

    def test_one_of_two_promotions_wins(self) -> None:
        first = self.make()
        one, two = self.put("one", stages=["A"]), self.put("two", stages=["B"])
        results = self.at_once(lambda: self.move("AWSCURRENT", one, first), lambda: self.move("AWSCURRENT", two, first))
        self.assertEqual(results, ["InvalidParameterException", "ok"])
        self.assertEqual((self.holders("AWSCURRENT"), self.stages()[first]), (1, ["AWSPREVIOUS"]))

    def test_one_token_gets_one_value(self) -> None:
        self.make()
        same = token()
        results = self.at_once(*[lambda n=n: self.put(f"key{n}", same, ["AWSPENDING"]) for n in range(4)])  # type: ignore[misc]
        self.assertEqual(results, ["ResourceExistsException"] * 3 + ["ok"])


class Names(LocalAwsTest):
    def test_invalid_name(self) -> None:
        self.assert_refused("ValidationException", client("secretsmanager").create_secret, Name="a b", SecretString="v")


if __name__ == "__main__":
    unittest.main()
