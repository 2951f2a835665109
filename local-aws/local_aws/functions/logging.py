"""LoggingConfig: where a function logs, and as text or as JSON."""
from __future__ import annotations

import datetime
import json
from typing import Any

TEXT, JSON = "Text", "JSON"


def configuration(function: Any) -> dict[str, Any]:
    given = function.logging_config or {}
    shown = {"LogFormat": given.get("LogFormat", TEXT), "LogGroup": function.logs_group_name}
    if shown["LogFormat"] == JSON:
        shown.update(ApplicationLogLevel=given.get("ApplicationLogLevel", "INFO"), SystemLogLevel=given.get("SystemLogLevel", "INFO"))
    return shown


def is_json(function: Any) -> bool:
    return (function.logging_config or {}).get("LogFormat") == JSON


def report(function: Any, request_id: str, output: str, duration: float, failed: bool) -> str:
    """What an invocation leaves in the log: its output, between the lines of the platform."""
    if is_json(function):
        return json_report(function, request_id, output, duration, failed)
    lines = f"START RequestId: {request_id} Version: {function.version}\n{output}"
    end = "" if lines.endswith("\n") else "\n"
    return (f"{lines}{end}END RequestId: {request_id}\nREPORT RequestId: {request_id}\tDuration: {duration:.2f} ms\t"
            f"Memory Size: {function.memory_size} MB")


def json_report(function: Any, request_id: str, output: str, duration: float, failed: bool) -> str:
    time = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def platform(kind: str, **record: Any) -> str:
        return json.dumps({"time": time, "type": f"platform.{kind}", "record": {"requestId": request_id, **record}})

    def line(text: str) -> str:
        """JSON stays as it was written, anything else becomes a message."""
        try:
            if isinstance(json.loads(text), dict):
                return text
        except ValueError:
            pass
        return json.dumps({"timestamp": time, "level": "INFO", "requestId": request_id, "message": text})

    detailed = configuration(function)["SystemLogLevel"] != "WARN"
    start = [platform("start", version=str(function.version))] if detailed else []
    metrics = {"durationMs": round(duration, 3), "memorySizeMB": int(function.memory_size)}
    end = [platform("report", status="error" if failed else "success", metrics=metrics)] if detailed else []
    return "\n".join(start + [line(text) for text in output.splitlines() if text] + end)
