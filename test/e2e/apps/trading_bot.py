"""The Python twin of trading-bot.ts: loads its key, trades until it is told to rest, tells the test of every answer on descriptor 3."""

import json
import os
import sys
import threading
import time
from typing import Any

import placed
from exchange_keys_loader import ExchangeClient, LoaderError, load_key

PAUSE = 0.06
_events = os.fdopen(3, "w", buffering=1)
_lock = threading.Lock()


def tell(**event: Any) -> None:
    with _lock:
        _events.write(json.dumps(event) + "\n")


class Bot:
    def __init__(self, exchange: ExchangeClient) -> None:
        self.exchange = exchange
        self.is_trading = False
        self.trading: threading.Thread | None = None

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> None:
        asked = {"event": "answer", "what": f"{method} {path}"}
        try:
            answer = self.exchange.request(method, path, body=body)
            tell(**asked, outcome=str(answer.outcome.value), exchangeCode=answer.exchange_code)
        except LoaderError as error:
            tell(**asked, outcome="thrown", code=error.code, message=error.message)

    def trade(self) -> None:
        number = 0
        while self.is_trading:
            number += 1
            side = "Buy" if number % 2 else "Sell"
            client_order_id = f"{os.getpid()}-{time.time_ns()}-{number}"
            order = {"symbol": "BTC-USD", "side": side, "qty": "0.01", "clientOrderId": client_order_id}
            self.call("GET", "/v1/positions")
            self.call("POST", "/v1/orders", order)
            time.sleep(PAUSE)

    def start(self) -> None:
        self.is_trading = True
        self.trading = threading.Thread(target=self.trade)
        self.trading.start()

    def rest(self) -> None:
        self.is_trading = False
        if self.trading:
            self.trading.join()


def main() -> None:
    key = load_key(clock=placed.Clock())
    key.on_rotate(
        lambda rotation: tell(event="rotated", **{"from": rotation.previous.key_version, "to": rotation.current.key_version})
    )
    with ExchangeClient(key) as exchange:
        bot = Bot(exchange)
        tell(event="ready", version=key.current.key_version, source=str(key.current.source.value))
        for line in sys.stdin:
            command = json.loads(line)
            what = command.pop("do")
            if what == "trade":
                bot.start()
            elif what == "rest":
                bot.rest()
                tell(event="resting", version=key.current.key_version)
            elif what == "call":
                bot.call(**command)
            elif what == "show":
                print(key, key.current, repr(key.current), vars(key), file=sys.stderr)
                tell(event="shown")
            elif what == "stop":
                break
        bot.rest()
    key.close()


if __name__ == "__main__":
    main()
