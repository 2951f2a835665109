"""What both clients have in common: what they are made of, and messages that are sent by other means."""

from __future__ import annotations

import os
import weakref
from typing import Any, Literal, Mapping, Sequence

from ..contract.error_class import ErrorClass, Outcome
from ..contract.refresh_policy import refresh_after
from ..key.held_key import HeldKey
from ..key.key_holder import KeyHolder
from ..shared.clock import Clock, SystemClock
from ..shared.errors import LoaderError
from ..shared.outputs import LoaderLogger, Notices, RecordSink, stdout_sink
from ..shared.settings import Variables, setting_malformed
from .attempt import Attempts
from .client_settings import client_settings
from .exchange_clock import ExchangeClock
from .message import checked_message, checked_outcome
from .records import Records
from .source_address import AddressSource, SourceAddress, address_source

_ANSWER_BYTES = 1_048_576


class ClientBase:
    def __init__(
        self,
        key: KeyHolder,
        *,
        configuration: Mapping[str, Any] | None = None,
        endpoints: Mapping[str, str] | None = None,
        permissions: Sequence[str] | None = None,
        base_url: str | None = None,
        source_ip: str | AddressSource | None = None,
        environ: Mapping[str, str] | None = None,
        ssm: Any = None,
        aggregate: bool = False,
        max_answer_bytes: int = _ANSWER_BYTES,
        records: RecordSink = stdout_sink,
        logger: LoaderLogger | None = None,
        clock: Clock | None = None,
    ) -> None:
        """
        :param configuration: the exchange's, in place of ``XXKK_EXCHANGE_PARAMETER`` or ``XXKK_EXCHANGE_FILE``.
        :param endpoints: the table of endpoints, in place of the configuration's.
        :param permissions: what the key may do, in place of ``XXKK_KEY_PERMISSIONS``.
        :param base_url: where the API is, in place of ``XXKK_API_BASE_URL`` and the configuration's.
        :param source_ip: the address that requests leave from, or a function that finds it, in place of asking ``XXKK_ECHO_URL``.
        :param aggregate: equal successes are counted and written at the end of each minute.
        :param records: where request records go, a line each; they must reach the workload's log group as they are.
        """
        variables = Variables(environ)
        environ = None  # tools that show locals of frames would print it
        if type(max_answer_bytes) is not int or not 0 < max_answer_bytes < 2**31:
            raise setting_malformed("argument max_answer_bytes", "write a whole number above 0", str(max_answer_bytes))
        settings = client_settings(key.current, variables, configuration, endpoints, permissions, base_url, ssm)
        clock, notices = clock or SystemClock(), Notices(logger)
        source = address_source(source_ip, settings.echo_url, settings.echo_setting)
        addresses = SourceAddress(source, clock, notices)
        written = Records(records, notices, clock, aggregate)
        self._attempts = Attempts(key, settings, written, addresses, clock, ExchangeClock(clock), max_answer_bytes)
        self._is_closed = False
        _clients.add(self)

    def after_fork(self) -> None:
        """In a child: locks may be held by threads that stayed in the parent."""
        self._attempts.after_fork()

    def require(self, category: str, endpoint: str, *, method: str = "WS") -> None:
        """Refuses, and records the refusal, if the key may not send such a message: before one on a WebSocket.

        :raises LoaderError: ``PERMISSION_NOT_HELD``, ``RECORD_MALFORMED``, ``LOADER_CLOSED``.
        """
        self._refuse_closed()
        self._attempts.require(checked_message(category, method, endpoint))

    def record(
        self,
        category: str,
        endpoint: str,
        outcome: Outcome | str,
        *,
        method: str = "WS",
        key: HeldKey | None = None,
        status: int = 0,
        exchange_code: str | None = None,
        sent_at: float | None = None,
        latency_ms: float = 0,
    ) -> None:
        """Records a message that was sent by other means than ``request``, on a WebSocket for one.

        :param key: the one that the connection was authenticated with; default: the present one.
        :raises LoaderError: ``PERMISSION_NOT_HELD``, after the record was written, if the key may not send it;
            ``RECORD_MALFORMED``, ``LOADER_CLOSED``.
        """
        self._refuse_closed()
        message = checked_message(category, method, endpoint)
        at = self._attempts.clock.now() if sent_at is None else sent_at
        checked = checked_outcome(str(outcome), status, at, latency_ms)
        self._attempts.record_message(message, key, at, status, latency_ms, checked, exchange_code)

    def _end(self) -> None:
        self._is_closed = True
        self._attempts.records.flush()

    def _refuse_closed(self) -> None:
        if self._is_closed:
            raise LoaderError("LOADER_CLOSED", "the client of the exchange is closed; make another one")


_clients: weakref.WeakSet[ClientBase] = weakref.WeakSet()


def _after_fork() -> None:
    for client in list(_clients):
        client.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def remedy_of(error_class: ErrorClass | None) -> Literal["key", "clock"] | None:
    """What could make the same request succeed."""
    if error_class is None:
        return None
    # What was refused for its time was not carried out, so this may be repeated whatever it does.
    if error_class is ErrorClass.CLOCK_SKEW:
        return "clock"
    return None if refresh_after(error_class) == "never" else "key"
