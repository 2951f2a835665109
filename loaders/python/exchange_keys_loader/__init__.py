"""Gets an exchange API key that rotates to a Python workload, keeps it fresh, and signs requests with it."""

from .contract.error_class import ErrorClass, Outcome
from .contract.trading_gate import TradingGateState, read_trading_gate
from .key.given_source import GivenKey
from .key.held_key import HeldKey
from .key.key_holder import KeyHolder
from .key.load_key import load_key
from .key.rotation import Rotation, VersionInfo
from .request.async_client import AsyncExchangeClient
from .request.client import ExchangeClient
from .request.response import ExchangeResponse
from .shared.errors import LoaderError
from .shared.secret import Secret

__all__ = [
    "AsyncExchangeClient",
    "ErrorClass",
    "ExchangeClient",
    "ExchangeResponse",
    "GivenKey",
    "HeldKey",
    "KeyHolder",
    "LoaderError",
    "Outcome",
    "Rotation",
    "Secret",
    "TradingGateState",
    "VersionInfo",
    "load_key",
    "read_trading_gate",
]
