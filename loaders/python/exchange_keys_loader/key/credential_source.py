"""Decides where the key is, from the environment or an argument: exactly one of file, secret and variables."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..contract.key_document import LONGEST_VALUE, PLACEHOLDER, PRINTABLE
from ..contract.names import is_version_id
from ..shared.errors import LoaderError
from ..shared.secret import Secret
from ..shared.settings import LoaderVariables, Variables, setting_malformed
from ..shared.text import quoted
from .given_source import GivenKey
from .key_from_document import placeholder

_SECRET_ID = re.compile("(?:arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:)?[A-Za-z0-9/_+=.@-]{1,512}")
_QUOTES = ('"', "'", "`")


@dataclass(frozen=True)
class CredentialSource:
    """Where the key is: exactly one of the three. ``label`` is how messages name it."""

    label: str
    file: str | None = None
    secret_id: str | None = None
    given: GivenKey | None = None


def source_from_environment(variables: Variables, names: LoaderVariables) -> CredentialSource:
    """The source that the environment names. An empty variable counts as not set."""
    file, secret_id = variables.text(names.secret_file), variables.text(names.secret_id)
    values = [names.api_key, names.api_secret, names.api_passphrase]
    by_value = [name for name in values if variables.secret(name) is not None]
    present = [name for name in (names.secret_file, names.secret_id) if variables.text(name)] + by_value
    if not present:
        raise _missing(variables, names)
    if [file is not None, secret_id is not None, bool(by_value)].count(True) > 1:
        raise LoaderError(
            "CREDENTIALS_AMBIGUOUS",
            f"{', '.join(present)} are set, and only one source can be right; leave only one of {names.secret_file},"
            f" {names.secret_id}, or {names.api_key} with {names.api_secret}",
        )
    if file is not None:
        return _file_source(names.secret_file, file)
    if secret_id is not None:
        return _secret_source(names.secret_id, secret_id)
    return _given_source(
        names.api_key,
        names.api_secret,
        names.api_passphrase,
        names.key_version,
        variables.secret(names.api_key),
        variables.secret(names.api_secret),
        variables.secret(names.api_passphrase),
        variables.text(names.key_version),
    )


def source_from_arguments(file: str | None, secret_id: str | None, given: GivenKey | None) -> CredentialSource:
    """The source that the program names."""
    arguments = (("secret_file", file), ("secret_id", secret_id), ("given", given))
    named = [name for name, value in arguments if value is not None]
    if len(named) > 1:
        raise LoaderError("CREDENTIALS_AMBIGUOUS", f"arguments {', '.join(named)} are given; give exactly one of them")
    if file is not None:
        return _file_source("argument secret_file", file)
    if secret_id is not None:
        return _secret_source("argument secret_id", secret_id)
    assert given is not None
    return _given_source(
        "given.api_key",
        "given.api_secret",
        "given.passphrase",
        "given.key_version",
        given.api_key,
        given.api_secret,
        given.passphrase,
        given.key_version,
    )


def _missing(variables: Variables, names: LoaderVariables) -> LoaderError:
    empty = [
        name
        for name in (names.secret_file, names.secret_id, names.api_key, names.api_secret)
        if variables.is_empty(name)
    ]
    hint = f" (set, but empty: {', '.join(empty)})" if empty else ""
    return LoaderError(
        "CREDENTIALS_MISSING",
        f"no credentials: none of {names.secret_file}, {names.secret_id}, {names.api_key} with {names.api_secret} is set"
        f"{hint}; set one of them, or load the key once and pass the holder on: variables with a key are deleted when they"
        " have been read",
    )


def _file_source(setting: str, path: str) -> CredentialSource:
    # A document in place of its path, by an injection of the wrong thing: what it is must not be shown.
    if not path or len(path) > LONGEST_VALUE or path.startswith("{") or "\0" in path:
        raise setting_malformed(setting, "write the path of the file with the key document")
    return CredentialSource(f"file {quoted(path)} ({setting})", file=path)


def _secret_source(setting: str, secret_id: str) -> CredentialSource:
    if _SECRET_ID.fullmatch(secret_id):
        return CredentialSource(f"secret '{secret_id}' ({setting})", secret_id=secret_id)
    raise setting_malformed(
        setting,
        "write the name of the secret, for example 'exchange-keys/prod/prod-trader-bot-a', or its ARN with nothing after it",
    )


def _given_source(
    key_setting: str,
    secret_setting: str,
    passphrase_setting: str,
    version_setting: str,
    api_key: Secret | None,
    api_secret: Secret | None,
    passphrase: Secret | None,
    version: str | None,
) -> CredentialSource:
    label = f"{key_setting} and {secret_setting}"
    absent = [
        name for name, value in ((key_setting, api_key), (secret_setting, api_secret)) if not value or not value.reveal()
    ]
    if absent or api_key is None or api_secret is None:
        raise LoaderError(
            "CREDENTIALS_INCOMPLETE",
            f"{' and '.join(absent)} not set, and a part of the key is; set both {label}, or neither",
        )
    passphrase = passphrase if passphrase is not None and passphrase.reveal() else None
    if Secret(PLACEHOLDER) in (api_key, api_secret, passphrase):
        raise placeholder(label)
    _check_value(key_setting, api_key)
    _check_value(secret_setting, api_secret)
    if passphrase is not None:
        _check_value(passphrase_setting, passphrase)
    if version and not is_version_id(version):
        raise setting_malformed(
            version_setting, "write the version id of the secret, 32 to 64 letters, digits and hyphens"
        )
    return CredentialSource(label, given=GivenKey(api_key, api_secret, passphrase, version or None))


def _check_value(name: str, value: Secret) -> None:
    """What a header can carry, and none of what pasting adds."""
    problem = _problem_of(value)
    if problem is not None:
        raise LoaderError(
            "CREDENTIALS_MALFORMED", f"{name} {problem}; set it to the bare value, which is not shown here"
        )


def _problem_of(value: Secret) -> str | None:
    if len(value.reveal()) > LONGEST_VALUE:
        return f"is longer than {LONGEST_VALUE} characters"
    if value.reveal().startswith("{"):
        return "is a JSON document instead of one value of it"
    if not PRINTABLE.fullmatch(value.reveal()):
        return "has blanks, line breaks or characters that are not printable ASCII"
    if value.reveal().startswith(_QUOTES) or value.reveal().endswith(_QUOTES):
        return "begins or ends with a quote"
    return None
