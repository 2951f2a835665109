"""What a client is told by its arguments and the environment: the exchange, the key's permissions, the endpoints."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import Any, Mapping, Sequence

from ..contract.base_url import parse_base_url
from ..contract.endpoints import Endpoints
from ..contract.names import loader_prefix
from ..contract.permissions import PERMISSIONS
from ..key.held_key import HeldKey
from ..shared.aws import aws_client, failure_of
from ..shared.errors import LoaderError
from ..shared.quiet import quiet
from ..shared.settings import LoaderVariables, Variables, setting_malformed
from ..shared.text import quoted
from .exchange_configuration import ExchangeConfiguration, parse_exchange_configuration, read_exchange_configuration

_LONGEST_FILE = 1024 * 1024


@dataclass(frozen=True)
class ClientSettings:
    exchange: ExchangeConfiguration
    endpoints: Endpoints
    permissions: Sequence[str]
    echo_url: str | None
    echo_setting: str


def client_settings(
    key: HeldKey,
    variables: Variables,
    configuration: Mapping[str, Any] | None,
    endpoints: Mapping[str, str] | None,
    permissions: Sequence[str] | None,
    ssm: Any,
) -> ClientSettings:
    names = LoaderVariables(loader_prefix(key.exchange))
    if key.key_name is None:
        raise LoaderError(
            "KEY_NAME_UNKNOWN",
            f"nothing says the key's name, which every request record needs; set {names.key_name}",
        )
    exchange = _exchange(names, variables, configuration, ssm)
    if exchange.name != key.exchange:
        raise LoaderError(
            "KEY_OF_OTHER_EXCHANGE",
            f"the key is of exchange '{key.exchange}', and the configuration is that of '{exchange.name}'; give the client"
            " the configuration of the key's exchange",
        )
    base_url = variables.text(names.api_base_url)
    if base_url is not None:
        try:
            exchange = replace(exchange, base_url=parse_base_url(base_url))
        except LoaderError as error:
            refusal = LoaderError(error.code, f"{names.api_base_url}: {error.message}")
        else:
            refusal = None
        if refusal is not None:
            raise refusal
    return ClientSettings(
        exchange=exchange,
        endpoints=exchange.endpoints if endpoints is None else Endpoints(endpoints),
        permissions=_permissions(names, variables, permissions),
        echo_url=variables.text(names.echo_url),
        echo_setting=names.echo_url,
    )


def _exchange(
    names: LoaderVariables, variables: Variables, configuration: Mapping[str, Any] | None, ssm: Any
) -> ExchangeConfiguration:
    if configuration is not None:
        return read_exchange_configuration(configuration, "argument configuration")
    file, parameter = variables.text(names.exchange_file), variables.text(names.exchange_parameter)
    if file is not None and parameter is not None:
        raise setting_malformed(
            names.exchange_file, f"{names.exchange_parameter} is set, too; leave one of them, so that it is sure which holds"
        )
    if file is not None:
        label = f"file {quoted(file)} ({names.exchange_file})"
        return parse_exchange_configuration(_file_text(file, label), label)
    if parameter is not None:
        label = f"parameter {quoted(parameter)} ({names.exchange_parameter})"
        return parse_exchange_configuration(_parameter_text(parameter, label, ssm), label)
    raise LoaderError(
        "EXCHANGE_CONFIGURATION_UNREADABLE",
        f"nothing says how to speak to the exchange; set {names.exchange_parameter} or {names.exchange_file}, or give"
        " argument configuration",
    )


def _file_text(path: str, label: str) -> str:
    try:
        if os.path.getsize(path) > _LONGEST_FILE:
            problem = f"it is larger than {_LONGEST_FILE} bytes"
        else:
            with open(path, encoding="utf-8") as file:
                return file.read(_LONGEST_FILE)
    except (OSError, ValueError) as error:
        problem = type(error).__name__
    raise LoaderError(
        "EXCHANGE_CONFIGURATION_UNREADABLE", f"{label}: it cannot be read ({problem}); check the path and the mount"
    )


def _parameter_text(name: str, label: str, ssm: Any) -> str:
    client = ssm if ssm is not None else aws_client("ssm", label)
    try:
        with quiet():
            return str(client.get_parameter(Name=name)["Parameter"]["Value"])
    except Exception as error:
        failure = failure_of(error)
    raise LoaderError(
        "EXCHANGE_CONFIGURATION_UNREADABLE",
        f"{label}: Systems Manager does not give it ({failure.name}); check name, region, network and the rights of the"
        " workload's role",
    )


def _permissions(names: LoaderVariables, variables: Variables, given: Sequence[str] | None) -> Sequence[str]:
    text = variables.text(names.key_permissions)
    if given is None and text is None:
        raise LoaderError(
            "KEY_PERMISSIONS_UNKNOWN",
            f"nothing says what the key may do; set {names.key_permissions}, for example 'read,trade'",
        )
    permissions = list(given) if given is not None else (text or "").split(",")
    unknown = [one for one in permissions if one not in PERMISSIONS]
    if unknown or not permissions or len(set(permissions)) < len(permissions):
        said_by = "argument permissions" if given is not None else names.key_permissions
        raise setting_malformed(
            said_by, f"write some of {', '.join(PERMISSIONS)}, each once, with commas between", ",".join(map(str, permissions))
        )
    return permissions
