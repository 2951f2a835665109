"""One server for the whole test run, and the test case that talks to it."""
from __future__ import annotations

import atexit
import functools
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.request
from collections.abc import Callable
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

SERVER = pathlib.Path(__file__).resolve().parents[2] / "local-aws" / "server.py"
REGION = "us-east-1"
START_SECONDS = 60.0
WAIT_SECONDS = 15.0


def start_server(*arguments: str) -> tuple[subprocess.Popen[str], dict[str, Any]]:
    process = subprocess.Popen([sys.executable, str(SERVER), *arguments], stdout=subprocess.PIPE, text=True,
                               stderr=None if os.environ.get("LOCAL_AWS_LOG") else subprocess.DEVNULL)
    assert process.stdout is not None
    deadline = threading.Timer(START_SECONDS, process.kill)
    deadline.start()
    line = process.stdout.readline()  # ends with the process
    deadline.cancel()
    if not line:
        raise AssertionError(f"local-aws exited with {process.wait(START_SECONDS)}")
    return process, json.loads(line)


def stop_server(process: subprocess.Popen[str]) -> int:
    process.terminate()
    code = process.wait(10)
    if process.stdout:
        process.stdout.close()
    return code


@functools.cache
def shared_endpoint() -> str:
    project = tempfile.mkdtemp(prefix="local-aws-test-")
    process, ready = start_server("--project", project)
    atexit.register(shutil.rmtree, project, ignore_errors=True)
    atexit.register(stop_server, process)
    return ready["endpoint"]


@functools.cache
def client(service: str, region: str = REGION, endpoint: str | None = None) -> Any:
    return boto3.client(service, region_name=region, endpoint_url=endpoint or shared_endpoint(), aws_access_key_id="test",
                        aws_secret_access_key="test", config=Config(retries={"total_max_attempts": 1}, read_timeout=60))


def reset() -> None:
    request = urllib.request.Request(f"{shared_endpoint()}/moto-api/reset", method="POST")
    urllib.request.urlopen(request, timeout=30).read()


def hook(name: str, /, **body: Any) -> Any:
    """Calls a test hook of the server."""
    request = urllib.request.Request(f"{shared_endpoint()}/_local/{name}", data=json.dumps(body).encode(), method="POST")
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response)


def wait_until(condition: Callable[[], Any], seconds: float = WAIT_SECONDS) -> Any:
    """The first true value; a failure when there is none in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds} s: {condition}")


class LocalAwsTest(unittest.TestCase):
    """Starts each test with an empty AWS."""

    def setUp(self) -> None:
        reset()

    def deploy(self, resources: dict[str, Any], outputs: dict[str, Any] | None = None, name: str = "app", region: str = REGION,
               **template: Any) -> dict[str, Any]:
        """Creates or updates a stack and returns its description, whatever has become of it."""
        cloudformation = client("cloudformation", region)
        body = {"Resources": resources, "Outputs": outputs or {}, **template}
        try:
            existing = cloudformation.describe_stacks(StackName=name)["Stacks"]
        except ClientError:
            existing = []
        operation = cloudformation.update_stack if existing else cloudformation.create_stack
        operation(StackName=name, TemplateBody=json.dumps(body), Capabilities=["CAPABILITY_NAMED_IAM"])
        return self.settled(name, region)

    def settled(self, name: str, region: str = REGION) -> dict[str, Any]:
        def description() -> dict[str, Any] | None:
            stack = client("cloudformation", region).describe_stacks(StackName=name)["Stacks"][0]
            return None if stack["StackStatus"].endswith("_IN_PROGRESS") else stack
        return wait_until(description)

    def deployed(self, *args: Any, **kwargs: Any) -> dict[str, str]:
        """Deploys, expects success, and returns the outputs."""
        stack = self.deploy(*args, **kwargs)
        self.assertIn(stack["StackStatus"], ("CREATE_COMPLETE", "UPDATE_COMPLETE"), self.reasons(kwargs.get("name", "app"), kwargs.get("region", REGION)))
        return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}

    def reasons(self, name: str = "app", region: str = REGION) -> list[str]:
        events = client("cloudformation", region).describe_stack_events(StackName=name)["StackEvents"]
        return [f"{e['LogicalResourceId']}: {e['ResourceStatusReason']}" for e in reversed(events)
                if e.get("ResourceStatusReason") not in (None, "User Initiated", "Resource creation Initiated")]

    def statuses(self, logical_id: str, stack: str = "app") -> list[str]:
        events = client("cloudformation").describe_stack_events(StackName=stack)["StackEvents"]
        return [e["ResourceStatus"] for e in reversed(events) if e["LogicalResourceId"] == logical_id]

    def delete(self, name: str = "app", region: str = REGION) -> str:
        cloudformation = client("cloudformation", region)
        stack_id = cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackId"]
        cloudformation.delete_stack(StackName=name)
        return self.settled(stack_id, region)["StackStatus"]

    def physical(self, logical_id: str, stack: str = "app") -> str:
        found = client("cloudformation").describe_stack_resource(StackName=stack, LogicalResourceId=logical_id)
        return found["StackResourceDetail"]["PhysicalResourceId"]

    def assert_refused(self, code: str, operation: Callable[..., Any], **parameters: Any) -> str:
        with self.assertRaises(ClientError) as caught:
            operation(**parameters)
        self.assertEqual(caught.exception.response["Error"]["Code"], code)
        self.assertLess(caught.exception.response["ResponseMetadata"]["HTTPStatusCode"], 500)
        return caught.exception.response["Error"]["Message"]
