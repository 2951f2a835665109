"""A Secrets Manager on loopback that speaks the service's JSON protocol, and misbehaves as a service can."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class FakeSecretsManager:
    def __init__(self) -> None:
        self.secret: dict[str, Any] = {}
        self.version = "11111111-2222-4333-8444-555555555555"
        self.mode = "ok"
        self.requests: list[dict[str, Any]] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                service._answer(self)

            def log_message(self, *_about: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def put(self, document: dict[str, Any] | str, version: str) -> None:
        self.secret = {"SecretString": document if isinstance(document, str) else json.dumps(document)}
        self.version = version

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        body = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
        self.requests.append({"target": handler.headers["X-Amz-Target"], **body})
        if self.mode == "slow":
            time.sleep(0.3)
        if self.mode == "drop":
            handler.close_connection = True
            return
        if self.mode in ("ok", "slow"):
            self._send(handler, 200, {"Name": body["SecretId"], "VersionId": self.version, **self.secret})
        elif self.mode == "down":
            self._send(handler, 503, {"__type": "ServiceUnavailable"})
        else:
            # what a service says may quote anything
            self._send(handler, 400, {"__type": self.mode, "message": json.dumps(self.secret)})

    def _send(self, handler: BaseHTTPRequestHandler, status: int, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "application/x-amz-json-1.1")
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)
