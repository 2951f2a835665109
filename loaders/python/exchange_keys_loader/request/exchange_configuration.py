"""An exchange as configuration: what a workload needs of it, checked before the first request."""

from __future__ import annotations

import importlib.resources
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Iterator, Mapping, Sequence

from ..contract.base_url import BaseUrl, parse_base_url
from ..contract.endpoints import Endpoints
from ..protocol.signing import Signer
from ..protocol.signing.check_names import header_name_problems
from ..protocol.signing.template_text import parse_text
from ..shared.errors import LoaderError
from ..shared.javascript import parse_json
from ..shared.text import listed, quoted

_HEADER_TOKENS = ("key", "secret", "passphrase")


@dataclass(frozen=True)
class ServerTime:
    """How the exchange is asked for its time."""

    method: str
    path: str
    query: Mapping[str, str]
    time_path: str
    time_format: str


@dataclass(frozen=True)
class ExchangeConfiguration:
    """What requests of a workload need. Holds no key material."""

    name: str
    base_url: BaseUrl
    signer: Signer | None
    """None where requests carry ``headers`` and are not signed."""
    headers: Mapping[str, str]
    envelope: Mapping[str, Any]
    errors: Sequence[Mapping[str, Any]]
    endpoints: Endpoints
    has_endpoints: bool
    server_time: ServerTime | None = field(default=None)


def parse_exchange_configuration(text: str, source: str) -> ExchangeConfiguration:
    """The configuration in a JSON text; ``source`` begins the message of a refusal."""
    try:
        value = parse_json(text)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise _invalid(source, ["it is not a JSON object"])
    return read_exchange_configuration(value, source)


def read_exchange_configuration(value: Mapping[str, Any], source: str) -> ExchangeConfiguration:
    """The configuration in a mapping.

    :raises LoaderError: ``EXCHANGE_CONFIGURATION_INVALID`` with everything that is wrong with it.
    """
    problems = list(_schema_problems(value))
    if problems:
        raise _invalid(source, problems)
    signing, headers = value.get("signing"), value.get("headers")
    if (signing is None) == (headers is None):
        problems.append(
            f"{'both' if signing else 'neither'} 'signing' {'and' if signing else 'nor'} 'headers'"
            f" {'are' if signing else 'is'} given; give 'signing' where requests are signed, else 'headers' with the API key"
        )
    signer = base_url = endpoints = None
    try:
        base_url = parse_base_url(value["baseUrl"])
    except LoaderError as error:
        problems.append(_told("baseUrl", error))
    try:
        endpoints = Endpoints(value.get("endpoints", {}))
    except LoaderError as error:
        problems.append(_told("endpoints", error))
    if signing is not None:
        try:
            signer = Signer(signing)
        except LoaderError as error:
            problems.append(_told("signing", error))
    problems.extend(_header_problems(headers or {}, headers is not None))
    problems.extend(_error_rule_problems(value))
    if problems or base_url is None or endpoints is None:
        raise _invalid(source, problems)
    return ExchangeConfiguration(
        name=value["name"],
        base_url=base_url,
        signer=signer,
        headers=headers or {},
        envelope=value["envelope"],
        errors=value["errors"],
        endpoints=endpoints,
        has_endpoints="endpoints" in value,
        server_time=_server_time(value["operations"].get("serverTime")),
    )


def _server_time(operation: Mapping[str, Any] | None) -> ServerTime | None:
    if operation is None:
        return None
    return ServerTime(
        operation["method"],
        operation["path"],
        operation.get("query", {}),
        operation["timePath"],
        operation.get("timeFormat", "unix-ms"),
    )


def _header_problems(headers: Mapping[str, str], given: bool) -> Iterator[str]:
    for problem in header_name_problems(headers):
        yield f"headers: {problem.message}"
    used: set[str] = set()
    for name, text in headers.items():
        pieces = parse_text(text)
        tokens = [text] if pieces is None else [piece.text for piece in pieces if piece.is_token]
        used.update(tokens)
        for token in tokens:
            if token not in _HEADER_TOKENS:
                yield f"headers.{name}: placeholder {quoted(f'{{{token}}}')} is unknown, allowed here are {{key}}, {{secret}}, {{passphrase}}"
    if given and "key" not in used:
        yield "headers: no header holds {key}; add the one that does"


def _error_rule_problems(value: Mapping[str, Any]) -> Iterator[str]:
    for index, rule in enumerate(value["errors"]):
        if "code" not in rule and "messageContains" not in rule:
            yield f"errors.{index}: it has no code: an HTTP status alone never decides what a refusal means; add the code of the answer"
        if "messageContains" in rule and "messagePath" not in value["envelope"]:
            yield f"errors.{index}: it looks at the message, and nothing says where that is; add 'messagePath' to the envelope"


def _told(path: str, error: LoaderError) -> str:
    return f"{path}: {error.message} [{error.code}]"


def _invalid(source: str, problems: Sequence[str]) -> LoaderError:
    return LoaderError(
        "EXCHANGE_CONFIGURATION_INVALID", listed(f"{source}: the exchange's configuration cannot be used", problems)
    )


def _schema_problems(value: Mapping[str, Any]) -> Iterator[str]:
    """What does not fit the schema, without the values that do not: somebody may have put a key there."""
    errors = sorted(_validator().iter_errors(value), key=lambda error: [str(part) for part in error.absolute_path])
    told = [f"{'.'.join(map(str, error.absolute_path)) or 'the whole'}: {_said(error)}" for error in errors]
    yield from dict.fromkeys(told)


def _said(error: Any) -> str:
    if error.validator in ("pattern", "propertyNames") and "patternErrorMessage" in error.schema:
        return str(error.schema["patternErrorMessage"])
    if error.validator == "required":
        missing = [name for name in error.validator_value if name not in error.instance]
        return f"{', '.join(map(quoted, missing))} is missing"
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        unknown = [name for name in error.instance if name not in error.schema.get("properties", {})]
        return f"{', '.join(map(quoted, unknown[:5]))} is not known here"
    if error.validator == "enum":
        return f"it is none of {', '.join(map(str, error.validator_value))}"
    return f"it does not fit '{error.validator}' {str(error.validator_value)[:80]}"


@lru_cache(maxsize=1)
def _validator() -> Any:
    import jsonschema  # here: it takes longer to import than all the rest, and who only loads a key needs none of it

    schema = importlib.resources.files("exchange_keys_loader").joinpath("exchange-configuration.schema.json")
    # A pattern's '$' is the end of the text for JSON Schema, and for Python also the line break before it.
    own = jsonschema.validators.extend(jsonschema.Draft7Validator, {"pattern": _pattern})
    return own(parse_json(schema.read_text("utf-8")))


def _pattern(_validator: Any, pattern: str, instance: Any, _schema: Any) -> Iterator[Any]:
    strict = rf"{pattern[:-1]}\Z" if pattern.endswith("$") else pattern
    # '--' in a class is a range that begins with a hyphen; Python warns that it may mean something else one day
    strict = strict.replace("--", r"\--")
    if isinstance(instance, str) and not re.search(strict, instance, re.ASCII):
        from jsonschema import ValidationError

        yield ValidationError("does not match")
