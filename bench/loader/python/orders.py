"""Orders through the client against a session of requests with the same bytes, over loopback."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import sys
import time
from typing import Any, Callable

import requests
from turns import Side, answer, take_turns

from exchange_keys_loader import ExchangeClient, GivenKey, KeyHolder, Secret, load_key

PATH = "/v1/orders"


class Recorder(requests.adapters.HTTPAdapter):
    """Keeps what is sent through it."""

    sent: requests.PreparedRequest

    def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> requests.Response:
        self.sent = request
        return super().send(request, *args, **more)


def repeated(once: Callable[[], None]) -> Side:
    def side(operations: int) -> None:
        for _ in range(operations):
            once()

    return side


def main(job: dict[str, Any]) -> None:
    order = job["order"]
    api_key, api_secret = os.environ["XXKK_API_KEY"], os.environ["XXKK_API_SECRET"]
    given = GivenKey(Secret(api_key), Secret(api_secret), key_version=job["keyVersion"])
    key = load_key(given=given, key_name=job["keyName"], environ={}, records=lambda _line: None)

    def client(session: requests.Session | None = None, aggregate: bool = False) -> tuple[ExchangeClient, Side]:
        made = client_of(key, job["configuration"], session, aggregate)

        def once() -> None:
            response = made.request("POST", PATH, body=order)
            response.json()
            if response.outcome != "ok":
                raise RuntimeError(f"the order was answered with {response.exchange_code}")

        return made, repeated(once)

    recorder = Recorder()
    recording = requests.Session()
    recording.mount("http://", recorder)
    clients = [client(recording), client(), client(aggregate=True)]
    (_, record), (_, through_client), (_, aggregating) = clients
    plain, usual = requests.Session(), requests.Session()
    plain.trust_env = False  # neither proxies nor passwords are looked for, as in the client

    def bare() -> None:
        sent = recorder.sent
        succeeded(plain.request(sent.method, sent.url, data=sent.body, headers=sent.headers))

    def by_hand() -> None:
        body = json.dumps(order, separators=(",", ":"))
        timestamp = str(int(time.time() * 1000))
        text = f"{timestamp}POST{PATH}{body}"
        headers = {
            "Content-Type": "application/json",
            "X-API-KEY": api_key,
            "X-TIMESTAMP": timestamp,
            "X-RECV-WINDOW": "5000",
            "X-SIGNATURE": hmac.new(api_secret.encode(), text.encode(), hashlib.sha256).hexdigest(),
        }
        succeeded(usual.post(job["configuration"]["baseUrl"] + PATH, data=body, headers=headers, timeout=10))

    sides = {
        "bare": repeated(bare),
        "signed by hand": repeated(by_hand),
        "client": through_client,
        "client, aggregating": aggregating,
    }
    # the signature of what was sent is good for five seconds
    rounds = take_turns(sides, job["turns"], lambda: record(1))
    for made, _ in clients:
        made.close()
    key.close()
    answer({"rounds": rounds})


def client_of(key: KeyHolder, configuration: Any, session: Any, aggregate: bool) -> ExchangeClient:
    return ExchangeClient(
        key,
        session=session,
        configuration=configuration,
        permissions=["read", "trade"],
        source_ip="127.0.0.1",
        environ={},
        aggregate=aggregate,
        records=lambda _line: None,
    )


def succeeded(response: requests.Response) -> None:
    code = response.json()["code"]
    if code != 0:
        raise RuntimeError(f"the order was answered with {code}")


main(json.loads(sys.argv[1]))
