"""Which key a workload must get, and the refusal of every other: a key of another environment, workload or exchange is never used."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..contract.names import KeyName, key_of_secret, loader_prefix, parse_key_name
from ..shared.errors import LoaderError
from ..shared.settings import setting_malformed

_ARN = re.compile("arn:[a-z-]+:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:(.+)")


@dataclass(frozen=True)
class ExpectedKey:
    """What is known of the key before it is read."""

    names: tuple[tuple[KeyName, str], ...]
    """Every name that something says, and what says it."""
    prefix: str
    """Of the exchange's variables, ``XXKK``."""


def expected_key(prefix: str, key_name: str | None, said_by: str, secret_id: str | None) -> ExpectedKey:
    """Everything that says which key it must be; they must all agree with the key."""
    implied = None if secret_id is None else key_of_secret_id(secret_id)
    said = []
    if key_name is not None:
        said.append((key_name_setting(said_by, key_name), said_by))
    if implied is not None:
        said.append((implied, "the secret's name"))
    return ExpectedKey(tuple(said), prefix)


def key_name_setting(setting: str, value: str) -> KeyName:
    name = parse_key_name(value)
    if name is not None:
        return name
    raise setting_malformed(setting, "write <environment>-<purpose>-<instance>, for example 'prod-trader-bot-a'", value)


def key_of_secret_id(secret_id: str) -> KeyName | None:
    """The key that a secret's name or ARN tells; None for a secret that is not named as ours are."""
    match = _ARN.fullmatch(secret_id)
    if match is None:
        return key_of_secret(secret_id)
    # A complete ARN ends in a hyphen and six characters, which instances of keys are too short to look like.
    name = match.group(1)
    suffix = re.search("-[A-Za-z0-9]{6}$", name)
    return key_of_secret(name[: suffix.start()] if suffix else name)


def refuse_other_key(source: str, name: KeyName, exchange: str, expected: ExpectedKey) -> None:
    """Lets only the expected key pass."""
    for wanted, said_by in expected.names:
        if name.environment != wanted.environment:
            raise LoaderError(
                "KEY_OF_OTHER_ENVIRONMENT",
                f"{source}: the key is '{name.text}' of environment '{name.environment}', and {said_by} says"
                f" '{wanted.text}'; give the workload the key of its own environment",
            )
        if name.text != wanted.text:
            raise LoaderError(
                "KEY_OF_OTHER_WORKLOAD",
                f"{source}: the key is '{name.text}', and {said_by} says '{wanted.text}'; give the workload its own key,"
                f" or correct {said_by}",
            )
    prefix = loader_prefix(exchange)
    if prefix != expected.prefix:
        raise LoaderError(
            "KEY_OF_OTHER_EXCHANGE",
            f"{source}: the key is of exchange '{exchange}', and prefix '{expected.prefix}' is another one's; give the"
            f" workload a key of its exchange, or the prefix '{prefix}'",
        )
