"""The repository's loopback exchange as a process of its own, with its control."""

from __future__ import annotations

import json
import queue
import shutil
import subprocess
import threading
import unittest
import urllib.request
from typing import Any

from support import ROOT

_NODE = shutil.which("node")
_PATIENCE_S = 30
ENDPOINTS = {
    "GET /v1/account": "read",
    "GET /v1/positions": "read",
    "POST /v1/orders": "trade",
    "POST /v1/withdrawals": "withdraw",
}


class LoopbackExchange:
    def __init__(self) -> None:
        if _NODE is None or not (ROOT / "node_modules" / "tsx").exists():
            raise unittest.SkipTest("the loopback exchange needs node and node_modules")
        command = [_NODE, "--import", "tsx", "test/support/exchange/main.ts"]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        try:
            self._say("{}")
            started = json.loads(self._first_line())
        except BaseException:
            self.stop()
            raise
        self.url: str = started["url"]
        self._control: str = started["controlUrl"]

    def control(self, method: str, *arguments: object) -> Any:
        request = urllib.request.Request(f"{self._control}/{method}", json.dumps(arguments).encode(), method="POST")
        with urllib.request.urlopen(request, timeout=_PATIENCE_S) as response:
            return json.load(response)["result"]

    def key(self, *permissions: str, ips: list[str] | None = None, **more: object) -> dict[str, str]:
        made: dict[str, str] = self.control(
            "createKeyByHand",
            {"account": "sub-1", "label": "test", "permissions": permissions, "ips": ips or ["127.0.0.1"], **more},
        )
        return made

    def calls(self, operation: str) -> list[dict[str, Any]]:
        journal: list[dict[str, Any]] = self.control("journal", {"operation": operation})
        return journal

    def configuration(self) -> dict[str, Any]:
        assert _NODE is not None
        dumped = subprocess.run(
            [_NODE, "--import", "tsx", "test/loaders/python/xxkk-configuration.ts", self.url],
            cwd=ROOT,
            check=True,
            capture_output=True,
            timeout=_PATIENCE_S,
        )
        return {**json.loads(dumped.stdout), "endpoints": ENDPOINTS}

    def stop(self) -> None:
        process = self._process
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()

    def _say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def _first_line(self) -> str:
        """A pipe has no time limit of its own."""
        lines: queue.Queue[str] = queue.Queue()
        stdout = self._process.stdout
        assert stdout is not None
        threading.Thread(target=lambda: lines.put(stdout.readline()), daemon=True).start()
        return lines.get(timeout=_PATIENCE_S)
