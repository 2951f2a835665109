"""Who gets which loopback address. On Linux a socket can be bound to any address of 127.0.0.0/8, so each is a real one.

    127.0.0.0/16      left to the machine (127.0.0.1 is the endpoint)
    127.16.0.0/12     ordinary Elastic IP addresses
    127.128.0.0/10    blocks of IPAM pools, a /28 for each pool
    127.200.0.0/16    functions outside a VPC
"""
from __future__ import annotations

import hashlib
import ipaddress
import random
from collections.abc import Collection

from . import state

ELASTIC = ipaddress.ip_network("127.16.0.0/12")
POOLS = ipaddress.ip_network("127.128.0.0/10")
FUNCTIONS = ipaddress.ip_network("127.200.0.0/16")
POOL_PREFIX = 28

_pool_blocks: dict[tuple[str, str, str], ipaddress.IPv4Network] = {}


@state.on_reset
def _clear() -> None:
    _pool_blocks.clear()


def is_usable(address: str) -> bool:
    """Neither .0 nor .255: some tools take them for a network or a broadcast address."""
    return 0 < int(address.rsplit(".", 1)[1]) < 255


def elastic_address(taken: Collection[str]) -> str:
    while True:
        address = str(ELASTIC[random.randrange(ELASTIC.num_addresses)])
        if is_usable(address) and address not in taken:
            return address


def pool_block(account: str, region: str, pool_id: str) -> ipaddress.IPv4Network:
    key = (account, region, pool_id)
    if key not in _pool_blocks:
        first = int(POOLS.network_address) + len(_pool_blocks) * 2 ** (32 - POOL_PREFIX)
        _pool_blocks[key] = ipaddress.ip_network((first, POOL_PREFIX))
    return _pool_blocks[key]


def known_pool_block(account: str, region: str, pool_id: str) -> ipaddress.IPv4Network | None:
    """A pool exists from the first allocation out of it."""
    return _pool_blocks.get((account, region, pool_id))


def pool_address(block: ipaddress.IPv4Network, taken: Collection[str]) -> str | None:
    """The lowest one that is free."""
    return next((str(address) for address in block if str(address) not in taken), None)


def function_address(function_arn: str) -> str:
    """The same for a function at all times, whatever its version."""
    unqualified = ":".join(function_arn.split(":")[:7])
    number = int.from_bytes(hashlib.sha256(unqualified.encode()).digest()[:4], "big")
    return str(FUNCTIONS[256 * (number % 256) + 1 + (number // 256) % 254])
