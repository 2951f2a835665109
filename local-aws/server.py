#!/usr/bin/env python3
"""Starts a local AWS on 127.0.0.1: `python3 local-aws/server.py [--port N]`; prints one JSON line when it is ready."""
from __future__ import annotations

import argparse
import os
import shutil
import sys

MOTO_VERSION = "5.2.1"
EXIT_MOTO_MISSING = 97
EXIT_PORT_TAKEN = 98


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="A local AWS for cdk deploy, in memory, on 127.0.0.1.")
    parser.add_argument("--port", type=int, default=0, help="0 (the default) takes a free one")
    parser.add_argument("--node", default=shutil.which("node") or "node", help="the Node.js that runs Lambda functions")
    parser.add_argument("--project", default=os.getcwd(),
                        help="directory whose node_modules stands in for the SDK of the Lambda runtime")
    parser.add_argument("--parent-pid", type=int, default=0, help="stop when this process is gone")
    parser.add_argument("--address-quota", type=int, default=0, help="Elastic IP addresses per region; 0 = no limit")
    return parser.parse_args()


def require_moto() -> None:
    """The emulation replaces parts of moto at run time, so it works with exactly one version of it."""
    try:
        import moto
        import moto.server  # noqa: F401  (fails without the [server] extra)
        found = moto.__version__
    except ImportError as error:
        found = f"none ({error})"
    if found != MOTO_VERSION:
        need = f"moto[server]=={MOTO_VERSION}"
        print(f"local-aws needs {need}, found {found}; install it with: python3 -m pip install '{need}'", file=sys.stderr)
        sys.exit(EXIT_MOTO_MISSING)


def main() -> None:
    args = arguments()
    require_moto()
    from local_aws.http import PortTaken, serve
    from local_aws.settings import Settings
    try:
        serve(Settings(port=args.port, node=args.node, project=args.project, parent_pid=args.parent_pid,
                       address_quota=args.address_quota))
    except PortTaken as taken:
        print(taken, file=sys.stderr)
        sys.exit(EXIT_PORT_TAKEN)


if __name__ == "__main__":
    main()
