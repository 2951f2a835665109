"""What a client is told by its arguments and the environment: the exchange, the key's permissions, the endpoints."""

from __future__ import annotations

import errno
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
            f"nothing says the name of the key, which every request record needs; set {names.key_name},"
            " or argument key_name of load_key",
        )
    exchange = _exchange(names, variables, configuration, ssm)
    if exchange.name != key.exchange:
        raise LoaderError(
            "KEY_OF_OTHER_EXCHANGE",
            f"the configuration is of exchange '{exchange.name}', and the key is of exchange '{key.exchange}'; give the"
            " workload the configuration of its key's exchange",
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
            names.exchange_parameter, f"unset it, or {names.exchange_file}, which is set as well", parameter
        )
    if file is not None:
        label = f"file {quoted(file)} ({names.exchange_file})"
        return parse_exchange_configuration(_file_text(file, label), label)
    if parameter is not None:
        label = f"parameter {quoted(parameter)} ({names.exchange_parameter})"
        return parse_exchange_configuration(_parameter_text(parameter, label, ssm), label)
    raise LoaderError(
        "EXCHANGE_CONFIGURATION_UNREADABLE",
        f"no configuration of the exchange: neither {names.exchange_file} nor {names.exchange_parameter} is set; set one of"
        " them, or give argument configuration",
    )


def _file_text(path: str, label: str) -> str:
    try:
        if os.path.getsize(path) > _LONGEST_FILE:
            problem = "EFBIG"
        else:
            with open(path, encoding="utf-8") as file:
                return file.read(_LONGEST_FILE)
    except OSError as error:
        problem = errno.errorcode.get(error.errno or 0, "unknown error")
    except ValueError as error:
        problem = type(error).__name__
    raise LoaderError(
        "EXCHANGE_CONFIGURATION_UNREADABLE",
        f"{label}: the configuration cannot be read ({problem}); check the path and who may read it",
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
        f"{label}: the configuration cannot be read ({failure.name}); check name, region and network, and that the"
        " workload's role may read it",
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
