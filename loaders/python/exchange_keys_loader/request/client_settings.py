"""What a client is told by its arguments and the environment: the exchange, the key's permissions, the endpoints."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import Any, Mapping, Sequence

from ..contract.base_url import parse_base_url
from ..contract.endpoints import Endpoints
from ..contract.names import loader_prefix
from ..contract.permissions import parse_permissions
from ..key.held_key import HeldKey
from ..shared.aws import aws_client, failure_of
from ..shared.errors import LoaderError, refused_as
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
    base_url: str | None,
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
    said_by, url = "argument base_url", base_url
    if url is None:
        said_by, url = names.api_base_url, variables.text(names.api_base_url)
    if url is not None:
        given = url
        exchange = replace(exchange, base_url=refused_as(said_by, lambda: parse_base_url(given)))
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
    if given is not None:
        return refused_as("argument permissions", lambda: parse_permissions(given))
    text = variables.text(names.key_permissions)
    if text is None:
        raise LoaderError(
            "KEY_PERMISSIONS_UNKNOWN",
            "nothing says what the key may do, so nothing could be refused before it is sent; set"
            f" {names.key_permissions}, for example to 'read,trade', or give argument permissions",
        )
    return refused_as(names.key_permissions, lambda: parse_permissions(text.split(",")))
