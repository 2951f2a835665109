"""Runs one invocation of a Lambda function in a child `node` process (runner.cjs)."""
from __future__ import annotations

import dataclasses
import io
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import uuid
import zipfile
from typing import Any

from .. import settings, way_out
from ..cloudtrail import identities
from ..journal import log
from .concurrency import slot
from .logging import is_json, report

RUNNER = pathlib.Path(__file__).resolve().parents[2] / "runner.cjs"
TIMED_OUT = 124
GRACE_SECONDS = 5

_children: set[subprocess.Popen[str]] = set()


@dataclasses.dataclass
class Result:
    payload: str
    failed: bool
    logs: str


def invoke_function(function: Any, event: Any, response_file: pathlib.Path | None = None) -> Result:
    """`response_file` receives what the function sends to the ResponseURL of a custom resource. Raises Throttled."""
    with slot(function):
        return invoke_now(function, event, response_file)


def invoke_now(function: Any, event: Any, response_file: pathlib.Path | None) -> Result:
    function.logs_backend.ensure_log_group(function.logs_group_name)
    request_id = str(uuid.uuid4())
    if not str(function.run_time).startswith("nodejs"):
        outcome, output, duration = error("Runtime.Unsupported", f"local-aws runs nodejs functions only, not {function.run_time}"), "", 0.0
    else:
        outcome, output, duration = run(function, event, request_id, response_file)
    failed = "error" in outcome
    logs = report(function, request_id, output, duration, failed)
    function.save_logs(logs)
    log("lambda.invoked", function=function.function_name, ms=round(duration), failed=failed,
        **({"error": outcome["error"]} if failed else {}))
    return Result(json.dumps(outcome["error"] if failed else outcome.get("value")), failed, logs)


def error(kind: str, message: str) -> dict[str, Any]:
    return {"error": {"errorType": kind, "errorMessage": message}}


def run(function: Any, event: Any, request_id: str, response_file: pathlib.Path | None) -> tuple[dict[str, Any], str, float]:
    task = unpacked(function)
    timeout = int(function.timeout)
    with tempfile.TemporaryDirectory(prefix="local-aws-") as directory:
        result_file = pathlib.Path(directory) / "result.json"
        environment = {**function_environment(function, task),
                       **runner_environment(function, request_id, timeout, result_file, response_file)}
        started = time.time()
        output, exit_code = run_child(json.dumps(event), task, environment, timeout + GRACE_SECONDS)
        duration = (time.time() - started) * 1000
        if exit_code == TIMED_OUT:
            return error("Sandbox.Timedout", f"RequestId: {request_id} Error: Task timed out after {timeout}.00 seconds"), output, duration
        try:
            return json.loads(result_file.read_text()), output, duration
        except (OSError, ValueError):
            return error("Runtime.ExitError", f"RequestId: {request_id} Error: Runtime exited without providing a reason"), output, duration


def run_child(text: str, directory: pathlib.Path, environment: dict[str, str], seconds: float) -> tuple[str, int]:
    """The runner ends itself when the function's time is up; this is for one that cannot, in an endless loop for instance."""
    with subprocess.Popen([settings.current().node, str(RUNNER)], cwd=directory, env=environment, text=True, errors="replace",
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as child:
        _children.add(child)
        try:
            return child.communicate(text, timeout=seconds)[0], child.returncode
        except subprocess.TimeoutExpired:
            child.kill()
            return child.communicate()[0], TIMED_OUT
        finally:
            _children.discard(child)


def stop_all() -> None:
    for child in list(_children):
        child.kill()


def unpacked(function: Any) -> pathlib.Path:
    """The directory with the function's code; unpacked once for each version of the code."""
    name = function.code_sha_256.replace("/", "_").replace("+", "-")[:40]
    task = settings.current().work_directory / name
    if not task.exists():
        partial = task.with_name(f"{name}.{uuid.uuid4().hex}")
        partial.mkdir(parents=True)
        with zipfile.ZipFile(io.BytesIO(function.code_bytes)) as archive:
            archive.extractall(partial)
        try:
            partial.rename(task)
        except OSError:  # another invocation was faster
            shutil.rmtree(partial, ignore_errors=True)
    return task


def function_environment(function: Any, task: pathlib.Path) -> dict[str, str]:
    session = identities.of_function(function)
    return {
        "PATH": os.environ.get("PATH", ""), "HOME": tempfile.gettempdir(), "TZ": ":UTC", "LANG": "en_US.UTF-8",
        "AWS_ENDPOINT_URL": settings.current().endpoint, "AWS_REGION": function.region, "AWS_DEFAULT_REGION": function.region,
        "AWS_ACCESS_KEY_ID": session.key, "AWS_SECRET_ACCESS_KEY": session.secret, "AWS_SESSION_TOKEN": session.token,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.run_time}", "AWS_LAMBDA_FUNCTION_NAME": function.function_name,
        "AWS_LAMBDA_FUNCTION_VERSION": str(function.version), "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_size),
        "AWS_LAMBDA_LOG_GROUP_NAME": function.logs_group_name, "LAMBDA_TASK_ROOT": str(task),
        **({"AWS_LAMBDA_LOG_FORMAT": "JSON"} if is_json(function) else {}), "_HANDLER": function.handler or "index.handler", "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED": "true",
        **{name: str(value) for name, value in (function.environment_vars or {}).items()},
    }


def runner_environment(function: Any, request_id: str, timeout: int, result_file: pathlib.Path,
                       response_file: pathlib.Path | None) -> dict[str, str]:
    """For runner.cjs alone; it removes these before the handler is loaded."""
    return {
        "LOCAL_AWS_RESULT_FILE": str(result_file), "LOCAL_AWS_REQUEST_ID": request_id, "LOCAL_AWS_TIMEOUT_MS": str(timeout * 1000),
        "LOCAL_AWS_FUNCTION_ARN": function.function_arn, "LOCAL_AWS_RESPONSE_FILE": str(response_file or ""),
        "LOCAL_AWS_ENDPOINT_PORT": str(settings.current().port), "LOCAL_AWS_WAY_OUT": way_out.of(function),
    }
