"""A key document in a file that something else keeps up to date: a mount of Kubernetes, a tmpfs. Read through one descriptor."""

from __future__ import annotations

import errno
import os
import stat
import sys

from ..contract.key_report import KeySource
from ..shared.errors import LoaderError, shielded
from ..shared.secret import Secret
from ..shared.text import quoted
from .expected_key import ExpectedKey
from .held_key import HeldKey
from .key_from_document import key_from_document

LONGEST_FILE = 65_536
_EXPOSED = 0o027
"""Any permission for others, writing for the group."""
_TRIES = 3
"""How often a file that changes while it is read is read again at once."""
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


class FileSource:
    """Follows links: what counts is the file that the path finally names, also after the links were swapped."""

    kind = KeySource.FILE
    polled = True
    fixed: str | None = None

    def __init__(self, label: str, path: str, expected: ExpectedKey) -> None:
        self.label = label
        self._path = path
        self._expected = expected
        self._identity: tuple[int, ...] | None = None

    def read(self) -> HeldKey:
        self._identity = None
        text, identity = self._steady_text()
        key = key_from_document(text, self.kind, self.label, self._expected)
        self._identity = identity
        return key

    def looks_changed(self) -> bool:
        try:
            return _identity_of(os.stat(self._path)) != self._identity
        except OSError:
            return True  # gone, or out of reach: the read says which

    def after_fork(self) -> None:
        """There is nothing to drop."""

    def _steady_text(self) -> tuple[Secret, tuple[int, ...]]:
        """A writer that is not atomic changes the file under the reader: then what was read may be halves of two."""
        for left in range(_TRIES - 1, -1, -1):
            text, before, after = self._text()
            if before == after or left == 0:
                break
        return text, before

    @shielded
    def _text(self) -> tuple[Secret, tuple[int, ...], tuple[int, ...]]:
        descriptor = None
        try:
            descriptor = os.open(self._path, _FLAGS)
            before = os.fstat(descriptor)
            self._check(before)
            content = _first_bytes(descriptor, LONGEST_FILE + 1)
            after = os.fstat(descriptor)
        except OSError as error:
            raise self._unreadable(errno.errorcode.get(error.errno or 0, "unknown reason"))
        except ValueError:
            raise self._unreadable("its path has a null character")
        finally:
            if descriptor is not None:
                os.close(descriptor)
        if len(content) > LONGEST_FILE:
            raise self._too_large()
        try:
            return Secret(content.decode("utf-8")), _identity_of(before), _identity_of(after)
        except UnicodeDecodeError:
            raise LoaderError(
                "KEY_DOCUMENT_MALFORMED", f"{self.label}: it is not UTF-8; write the key document as it is in the secret"
            )

    def _check(self, status: os.stat_result) -> None:
        if stat.S_ISDIR(status.st_mode):
            raise self._unreadable("it is a directory")
        if not stat.S_ISREG(status.st_mode):
            raise self._unreadable("it is not a regular file")
        if status.st_size > LONGEST_FILE:
            raise self._too_large()
        # On Windows files have no permission bits.
        if sys.platform == "win32" or not status.st_mode & _EXPOSED:
            return
        mode = f"{stat.S_IMODE(status.st_mode) & 0o777:04o}"
        raise LoaderError(
            "SECRET_FILE_EXPOSED",
            f"{self.label}: {quoted(os.path.realpath(self._path))} has mode {mode}, which lets others in; 'chmod 0440' it,"
            " or 'chmod 0400', in Kubernetes with defaultMode: 0440 of the volume and fsGroup of the pod",
        )

    def _unreadable(self, problem: str) -> LoaderError:
        return LoaderError(
            "SECRET_FILE_UNREADABLE",
            f"{self.label}: it cannot be read ({problem}); check the path, the mount and the user that the workload runs as",
        )

    def _too_large(self) -> LoaderError:
        return LoaderError(
            "SECRET_FILE_TOO_LARGE",
            f"{self.label}: it has more than {LONGEST_FILE} bytes, and a key document has a few hundred; check the path",
        )


def _identity_of(status: os.stat_result) -> tuple[int, ...]:
    """``st_ctime_ns`` also tells of other permissions, and of a time of change that was set by hand."""
    return (status.st_dev, status.st_ino, status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_mode)


def _first_bytes(descriptor: int, length: int) -> bytes:
    content = b""
    while len(content) < length:
        part = os.read(descriptor, length - len(content))
        if not part:
            break
        content += part
    return content
