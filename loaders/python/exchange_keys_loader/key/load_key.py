"""Finds the key that the environment names, reads it, refuses every other, and holds it."""

from __future__ import annotations

import sys
from typing import Any, Mapping

from ..contract.key_report import KeySource
from ..contract.refresh_policy import SHORTEST_OVERLAP_HOURS
from ..shared.clock import Clock, SystemClock
from ..shared.outputs import LoaderLogger, Notices, RecordSink, stdout_sink
from ..shared.settings import DEFAULT_PREFIX, LoaderVariables, Variables, overlap_hours as checked_overlap
from .credential_source import CredentialSource, source_from_arguments, source_from_environment
from .expected_key import ExpectedKey, expected_key
from .file_source import FileSource
from .first_read import first_read
from .given_source import GivenKey, GivenSource
from .held_key import HeldKey, is_unversioned
from .key_holder import HolderTools, KeyHolder
from .key_reports import KeyReports
from .key_source import KeyReader
from .secrets_manager_source import SecretsManagerSource


def load_key(
    prefix: str = DEFAULT_PREFIX,
    *,
    secret_file: str | None = None,
    secret_id: str | None = None,
    given: GivenKey | None = None,
    key_name: str | None = None,
    overlap_hours: int | None = None,
    environ: Mapping[str, str] | None = None,
    forget_variables: bool = True,
    secrets_manager: Any = None,
    records: RecordSink = stdout_sink,
    logger: LoaderLogger | None = None,
    clock: Clock | None = None,
) -> KeyHolder:
    """The key of this workload, when it is in memory.

    A service that does not answer is tried for 30 s, everything else that is wrong fails at once.

    :param prefix: of the environment variables; a key of an exchange whose name is another one's is refused.
    :param secret_file: path of a file with the key document, in place of what the environment says; so are ``secret_id``
        (name or ARN) and ``given`` (the values themselves, of a store that the loader does not know).
    :param key_name: the key that it must be; default: ``XXKK_KEY_NAME``, and what the secret's name implies.
    :param overlap_hours: overlap of the key's tier, 1 to 720; default: ``XXKK_KEY_OVERLAP_HOURS``, else 24.
    :param forget_variables: delete the variables with API key, secret and passphrase when they have been read, so that
        child processes do not get them. The system's own copy (``/proc/<pid>/environ``) stays as it was.
    :param secrets_manager: a client of boto3 in place of the loader's own.
    :param records: where key reports go, a line each; they must reach the workload's log group as they are.
    :raises LoaderError: with a code of docs/faq.md; no message holds a value of a key.
    """
    variables = Variables(environ)
    environ = None  # tools that show locals of frames would print it
    clock = clock or SystemClock()
    notices = Notices(logger)
    names = LoaderVariables(prefix)
    overlap = _overlap(overlap_hours, variables, names)
    explicit = secret_file is not None or secret_id is not None or given is not None
    credentials = (
        source_from_arguments(secret_file, secret_id, given) if explicit else source_from_environment(variables, names)
    )
    said_by = names.key_name if key_name is None else "argument key_name"
    wanted = variables.text(names.key_name) if key_name is None else key_name
    expected = expected_key(prefix, wanted, said_by, credentials.secret_id)
    source = _reader(credentials, expected, secrets_manager)
    key = first_read(source, overlap, clock, notices)
    if forget_variables and not explicit and credentials.given is not None:
        variables.forget(names.api_key, names.api_secret, names.api_passphrase)
    _tell_what_is_missing(source, key, names, notices)
    return KeyHolder(source, key, HolderTools(clock, overlap, notices, KeyReports(records, clock, notices)))


def _overlap(given: int | None, variables: Variables, names: LoaderVariables) -> int:
    if given is not None:
        return checked_overlap("argument overlap_hours", given)
    return checked_overlap(names.key_overlap_hours, variables.text(names.key_overlap_hours) or SHORTEST_OVERLAP_HOURS)


def _reader(credentials: CredentialSource, expected: ExpectedKey, secrets_manager: Any) -> KeyReader:
    label = credentials.label
    if credentials.file is not None:
        return FileSource(label, credentials.file, expected)
    if credentials.secret_id is not None:
        return SecretsManagerSource(label, credentials.secret_id, expected, secrets_manager)
    assert credentials.given is not None
    key_name = expected.names[0][0].text if expected.names else None
    # the other way round than the prefix is made of the exchange's name
    exchange = expected.prefix.lower().replace("_", "-")
    return GivenSource(label, credentials.given, key_name, exchange)


def _tell_what_is_missing(source: KeyReader, key: HeldKey, names: LoaderVariables, notices: Notices) -> None:
    if is_unversioned(key.key_version):
        of_environment = source.kind is KeySource.ENVIRONMENT
        remedy = f"set {names.key_version}" if of_environment else "put the key again with 'exchange-keys key put'"
        notices.warn(
            "KEY_VERSION_UNKNOWN",
            f"{source.label}: it does not say the key's version, so the watch takes it for an unknown one; {remedy}",
        )
    if key.key_name is None:
        notices.warn(
            "KEY_NAME_UNKNOWN",
            f"{source.label}: nothing says the key's name, so no key is reported; set {names.key_name}",
        )
    if source.kind is KeySource.FILE and sys.platform == "win32":
        notices.warn(
            "SECRET_FILE_UNCHECKED",
            f"{source.label}: Windows has no permission bits, so nobody checked who can read it; give it to the"
            " workload's user only",
        )
