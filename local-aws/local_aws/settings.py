"""What the command line decided; one value for the whole process."""
from __future__ import annotations

import dataclasses
import os
import pathlib

HOST = "127.0.0.1"


@dataclasses.dataclass
class Settings:
    port: int = 0
    node: str = "node"
    project: str = "."
    parent_pid: int = 0
    address_quota: int = 0

    @property
    def endpoint(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def work_directory(self) -> pathlib.Path:
        """Where Lambda code is unpacked: inside the project, so that Node's upward look-up finds its node_modules."""
        return pathlib.Path(self.project).resolve() / "node_modules" / ".cache" / f"local-aws-{os.getpid()}"


_current = Settings()


def use(settings: Settings) -> None:
    global _current
    _current = settings


def current() -> Settings:
    return _current
