"""A program that begins: prints how long it took until the key was there, of wall clock since it was started and of CPU."""

from __future__ import annotations

import json
import os
import sys
import time

side, secret_id, file = sys.argv[1:]


def by_loader() -> str:
    from exchange_keys_loader import load_key

    chosen = {"secret_file": file} if file else {"secret_id": secret_id}
    return load_key(**chosen, environ={}, records=lambda _line: None).current.api_secret


def bare() -> str:
    if file:
        with open(file, encoding="utf-8") as opened:
            return json.load(opened)["apiSecret"]
    import boto3

    answered = boto3.client("secretsmanager").get_secret_value(SecretId=secret_id, VersionStage="AWSCURRENT")
    return json.loads(answered["SecretString"])["apiSecret"]


secret = by_loader() if side == "loader" else bare()
if not secret:
    raise RuntimeError("there is no key")
took = {"wallUs": time.time() * 1e6 - float(os.environ["BENCH_STARTED"]) * 1e3, "cpuUs": time.process_time() * 1e6}
print(f"\n{json.dumps(took)}", end="")
