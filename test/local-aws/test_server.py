"""The process: its start, its end, its errors."""
from __future__ import annotations

import io
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
import zipfile

import boto3
import templates
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError
from support import SERVER, LocalAwsTest, client, hook, reset, shared_endpoint, start_server, stop_server, wait_until
from templates import eip, of

DEADLINE = 20


class Server(LocalAwsTest):
    def test_taken_port(self) -> None:
        port = shared_endpoint().rsplit(":", 1)[1]
        done = subprocess.run([sys.executable, str(SERVER), "--port", port], capture_output=True, text=True, timeout=DEADLINE)
        self.assertEqual(done.returncode, 98)
        self.assertEqual(done.stderr, f"port {port} on 127.0.0.1 is already in use; choose another with --port or leave it out to take a free one\n")

    def test_wrong_and_missing_moto(self) -> None:
        for code in ("__version__ = '4.0.0'\n", "raise ImportError('not here')\n"):
            with tempfile.TemporaryDirectory() as directory:
                package = pathlib.Path(directory, "moto")
                package.mkdir()
                (package / "__init__.py").write_text(code)
                (package / "server.py").write_text("")
                done = subprocess.run([sys.executable, str(SERVER)], capture_output=True, text=True, timeout=DEADLINE,
                                      env={**os.environ, "PYTHONPATH": directory})
            self.assertEqual(done.returncode, 97)
            self.assertEqual(len(done.stderr.splitlines()), 1)
            self.assertIn("local-aws needs moto[server]==5.2.1", done.stderr)
            self.assertIn("pip install", done.stderr)

    def test_region_that_cannot_be_reached(self) -> None:
        there, gone = client("ssm"), client("ssm", "eu-west-1")
        for kind, error in (("refused", ConnectionClosedError), ("unavailable", ClientError)):
            hook("region/outage", region="eu-west-1", kind=kind)
            self.assertRaises(error, gone.describe_parameters)
            there.describe_parameters()
        hook("region/outage", region="eu-west-1", kind="silent")
        impatient = boto3.client("ssm", "eu-west-1", endpoint_url=shared_endpoint(), aws_access_key_id="test", aws_secret_access_key="test",
                                 config=Config(retries={"total_max_attempts": 1}, read_timeout=0.5))
        self.assertRaises(ReadTimeoutError, impatient.describe_parameters)
        hook("region/outage", region="eu-west-1", kind="none")
        gone.describe_parameters()
        hook("region/outage", region="eu-west-1", kind="refused")
        reset()
        gone.describe_parameters()

    def test_parameters_below_a_path_come_in_pages(self) -> None:
        ssm, names = client("ssm"), [f"/a/network/{number:02}" for number in range(12)]
        for name in [*names, "/a/network/deep/er", "/a/networks", "/b/network/1"]:
            ssm.put_parameter(Name=name, Value=name, Type="String")

        def listed(**how: bool) -> list[str]:
            pages = list(ssm.get_paginator("get_parameters_by_path").paginate(Path="/a/network/", **how))
            self.assertEqual(len(pages), 2)
            return sorted(parameter["Name"] for page in pages for parameter in page["Parameters"])
        self.assertEqual(listed(), names)
        self.assertEqual(listed(Recursive=True), [*names, "/a/network/deep/er"])

    def test_terminates_cleanly_and_leaves_no_files(self) -> None:
        with tempfile.TemporaryDirectory() as project:
            process, ready = start_server("--project", project)
            self.assertEqual((ready["ready"], ready["endpoint"]), (True, f"http://127.0.0.1:{ready['port']}"))
            self.assertEqual(stop_server(process), 0)
            self.assertEqual([str(p) for p in pathlib.Path(project).rglob("local-aws-*")], [])

    def test_ends_with_running_functions(self) -> None:
        project = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, project)
        process, ready = start_server("--project", project)
        lam = client("lambda", endpoint=ready["endpoint"])
        trust = templates.role()["Properties"]["AssumeRolePolicyDocument"]
        arn = client("iam", endpoint=ready["endpoint"]).create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as target:
            target.writestr("index.js", "require('fs').writeFileSync(process.env.PID_FILE, String(process.pid)); for (;;) {}")
        with tempfile.TemporaryDirectory() as directory:
            pid_file = pathlib.Path(directory, "pid")
            lam.create_function(FunctionName="f", Runtime="nodejs22.x", Handler="index.handler", Role=arn, Timeout=60,
                                Code={"ZipFile": archive.getvalue()}, Environment={"Variables": {"PID_FILE": str(pid_file)}})
            lam.invoke(FunctionName="f", InvocationType="Event")
            pid = int(wait_until(lambda: pid_file.exists() and pid_file.read_text()))
            self.assertEqual(stop_server(process), 0)
        wait_until(lambda: not pathlib.Path(f"/proc/{pid}/stat").exists() or " Z " in pathlib.Path(f"/proc/{pid}/stat").read_text())

    def test_ends_with_its_parent(self) -> None:
        parent = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        process, _ = start_server("--parent-pid", str(parent.pid))
        parent.send_signal(signal.SIGKILL)
        parent.wait(DEADLINE)
        self.assertEqual(process.wait(DEADLINE), 0)
        stop_server(process)

    def test_reset_forgets_our_own_records_too(self) -> None:
        first = client("ec2").allocate_address(Domain="vpc", IpamPoolId="p")["PublicIp"]
        self.deployed({"Eip": eip(), "List": of("AWS::Route53Resolver::FirewallDomainList", {"Domains": ["a"]})})
        reset()
        self.assertEqual(client("cloudformation").list_stacks()["StackSummaries"], [])
        self.assertEqual(client("route53resolver").list_firewall_domain_lists()["FirewallDomainLists"], [])
        self.assertEqual(client("ec2").allocate_address(Domain="vpc", IpamPoolId="other")["PublicIp"], first)

    def test_unknown_operations_are_client_errors(self) -> None:
        self.assert_refused("UnsupportedOperation", client("cloudformation").detect_stack_drift, StackName="app")
        self.assert_refused("UnsupportedOperation", client("route53resolver").get_firewall_config, ResourceId="vpc-12345678")

    def test_regions_are_separate(self) -> None:
        self.deploy({"Eip": eip()}, region="eu-west-1")
        self.assertEqual(client("ec2").describe_addresses()["Addresses"], [])
        self.assertEqual(len(client("ec2", "eu-west-1").describe_addresses()["Addresses"]), 1)


if __name__ == "__main__":
    unittest.main()
