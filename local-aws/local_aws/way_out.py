"""What a function can connect to: its address, its security groups, IPv6, and the names that resolve for it."""
from __future__ import annotations

import json
from typing import Any

from . import dns_firewall, internet, network

EVERYWHERE_IPV6 = "::/0"


def of(function: Any) -> str:
    """For runner.cjs. `open` are the CIDRs and ports that security groups let out by TCP; outside a VPC nothing is held back."""
    names, subnet = internet.names(), first_subnet(function)
    if subnet is not None:
        place = (function.account_id, function.region, subnet.vpc_id)
        names = {name: address for name, address in names.items() if not dns_firewall.blocked(*place, name)}
    return json.dumps({"source": network.source_address(function), "ipv6": subnet is not None and has_ipv6(function, subnet),
                       "open": [["0.0.0.0/0", 0, 65535]] if subnet is None else let_out(function), "names": names,
                       "servers": internet.servers()})


def first_subnet(function: Any) -> Any:
    subnets = (function.vpc_config or {}).get("SubnetIds") or []
    return backend_of(function).get_subnet(subnets[0]) if subnets else None


def backend_of(function: Any) -> Any:
    from moto.ec2.models import ec2_backends
    return ec2_backends[function.account_id][function.region]


def let_out(function: Any) -> list[list[Any]]:
    groups = [backend_of(function).get_security_group_from_id(name) for name in function.vpc_config.get("SecurityGroupIds") or []]
    rules = [rule for group in groups if group for rule in group.egress_rules if rule.ip_protocol in ("tcp", "-1")]
    return [[rule.cidr_ipv4 or rule.cidr_ipv6, *((0, 65535) if rule.ip_protocol == "-1" else (rule.from_port, rule.to_port))]
            for rule in rules if rule.cidr_ipv4 or rule.cidr_ipv6]


def has_ipv6(function: Any, subnet: Any) -> bool:
    """The function has to want it, the subnet to have a range, and its route table a way to the internet."""
    table = network.route_table(backend_of(function), subnet)
    routes = [route for route in table.routes if route.destination_ipv6_cidr_block == EVERYWHERE_IPV6] if table else []
    return bool(function.vpc_config.get("Ipv6AllowedForDualStack") and subnet.ipv6_cidr_block_association_set
                and any(route.egress_only_igw or str(route.gateway_id or "").startswith("igw-") for route in routes))
