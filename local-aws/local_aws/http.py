"""The HTTP server: one process, a thread per request, stopped by SIGTERM, SIGINT or the parent's end."""
from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import threading
import time
import warnings
from typing import Any

from . import settings as settings_module
from .settings import HOST, Settings

PARENT_CHECK_SECONDS = 1.0


class PortTaken(Exception):
    """The wanted port belongs to somebody else."""

    def __init__(self, port: int) -> None:
        super().__init__(f"port {port} on {HOST} is already in use; choose another with --port or leave it out to take a free one")


def bind(port: int) -> socket.socket:
    """Binds before anything else is loaded: the port is ours from here on, and a taken one is noticed at once."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        raise PortTaken(port) from error
    listener.listen(128)
    return listener


def isolate_environment(port: int) -> None:
    """Nothing in this process may find its way to a real account."""
    for name in [n for n in os.environ if n.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(MOTO_PORT=str(port), AWS_EC2_METADATA_DISABLED="true", AWS_CONFIG_FILE=os.devnull,
                      AWS_SHARED_CREDENTIALS_FILE=os.devnull, AWS_ACCESS_KEY_ID="testing", AWS_SECRET_ACCESS_KEY="testing",
                      AWS_DEFAULT_REGION="us-east-1")
    warnings.filterwarnings("ignore", module=r"moto(\.|$)")


def make_server(listener: socket.socket) -> Any:
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import WSGIRequestHandler, make_server as make

    from .cloudtrail.recording import record_api_calls
    from .control import answer_hooks
    from .errors import answer_errors
    from .outages import cut_off

    class Quiet(WSGIRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_request(self, code: Any = "-", size: Any = "-") -> None:
            if str(code).startswith("5"):
                super().log_request(code, size)

    application = answer_hooks(cut_off(record_api_calls(answer_errors(DomainDispatcherApplication(create_backend_app)))))
    return make(HOST, listener.getsockname()[1], application, threaded=True, request_handler=Quiet, fd=listener.fileno())


def watch_parent(pid: int, stop: Any) -> None:
    while True:
        time.sleep(PARENT_CHECK_SECONDS)
        try:
            os.kill(pid, 0)
        except OSError:
            stop()
            return


def serve(settings: Settings) -> None:
    listener = bind(settings.port)
    settings.port = listener.getsockname()[1]
    settings_module.use(settings)
    isolate_environment(settings.port)
    from . import emulation
    emulation.install()
    server = make_server(listener)

    def stop(*_: Any) -> None:  # from a thread: shutdown() waits for serve_forever(), which a signal handler interrupts
        threading.Thread(target=server.shutdown, daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    emulation.start_background_work()
    if settings.parent_pid:
        threading.Thread(target=watch_parent, args=(settings.parent_pid, stop), daemon=True).start()
    print(json.dumps({"ready": True, "endpoint": settings.endpoint, "port": settings.port, "pid": os.getpid()}), flush=True)
    try:
        server.serve_forever()
    finally:
        emulation.stop_background_work()
        shutil.rmtree(settings.work_directory, ignore_errors=True)
