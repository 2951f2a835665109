"""The address a Lambda function connects from, and whether it can connect at all."""
from __future__ import annotations

from typing import Any

from . import loopback

EVERYWHERE = "0.0.0.0/0"


def source_address(function: Any) -> str | None:
    """None: the function is in a subnet without a way out."""
    subnets = (function.vpc_config or {}).get("SubnetIds") or []
    if not subnets:
        return loopback.function_address(function.function_arn)
    from moto.ec2.models import ec2_backends
    return exit_address(ec2_backends[function.account_id][function.region], subnets[0])


def exit_address(backend: Any, subnet_id: str) -> str | None:
    """That of the NAT gateway to which the subnet's route table sends everything."""
    subnet = backend.get_subnet(subnet_id)
    gateway = default_gateway(backend, subnet)
    if gateway is None or gateway.state != "available":
        return None
    if gateway.mode == "regional":
        return next((a.public_ip for a in gateway.addresses if a.zone == subnet.availability_zone), None)
    return gateway.addresses[0].public_ip if gateway.addresses else None


def default_gateway(backend: Any, subnet: Any) -> Any:
    """An internet gateway is no way out for a function: its network interfaces have no public address."""
    table = route_table(backend, subnet)
    route = next((r for r in table.routes if r.destination_cidr_block == EVERYWHERE), None) if table else None
    target = getattr(route, "nat_gateway", None)
    return backend.nat_gateways.get(target.id) if target else None


def route_table(backend: Any, subnet: Any) -> Any:
    tables = [table for table in backend.route_tables.values() if table.vpc_id == subnet.vpc_id]
    explicit = next((t for t in tables if subnet.id in t._associations.values()), None)
    return explicit or next((t for t in tables if t.main_association_id), None)
