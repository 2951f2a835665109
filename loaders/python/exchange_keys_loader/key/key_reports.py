"""Says in the request log which version of which key is held. Silence is how an old key is known to be drained."""

from __future__ import annotations

from ..contract.key_report import key_report_line
from ..shared.clock import Clock
from ..shared.outputs import Notices, RecordSink, handed
from .held_key import HeldKey


class KeyReports:
    def __init__(self, records: RecordSink, clock: Clock, notices: Notices) -> None:
        self._records = records
        self._clock = clock
        self._notices = notices

    def report(self, key: HeldKey) -> None:
        """Writes one line; a key without a name cannot be reported."""
        if key.key_name is None:
            return
        line = key_report_line(
            timestamp=int(self._clock.now()),
            key_name=key.key_name,
            key_id=key.fingerprint,
            key_version=key.key_version,
            exchange=key.exchange,
            source=key.source,
        )
        try:
            handed(self._records, line)
        except Exception:
            self._notices.warn_once(
                "records",
                "RECORD_SINK_FAILED",
                "the record sink failed, so the watch does not learn which key is held; correct argument records",
            )
        else:
            self._notices.settle("records")
