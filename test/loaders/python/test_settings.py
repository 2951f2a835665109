"""What a client is told by its environment, and the package itself."""

from __future__ import annotations

import json
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

from fakes import FakeClock, Log, held_key
from support import PACKAGE, ROOT, read_json, refusal

from exchange_keys_loader.contract.base_url import parse_base_url
from exchange_keys_loader.request.client_settings import ClientSettings, client_settings
from exchange_keys_loader.request.source_address import SourceAddress, address_source
from exchange_keys_loader.shared.outputs import Notices
from exchange_keys_loader.shared.settings import Variables
from exchange_keys_loader.shared.text import quoted

_SIGNING = read_json("examples", "signing-templates", "bybit.json")
_OPERATION = {"method": "GET", "path": "/v1/account"}
CONFIGURATION: dict[str, Any] = {
    "name": "xxkk",
    "baseUrl": "https://api.xxkk.example",
    "signing": _SIGNING,
    "envelope": {"codePath": "code", "successCodes": ["0"]},
    "operations": {
        "probe": _OPERATION,
        "inspect": {**_OPERATION, "response": {"permissions": "p", "allowlist": "a"}},
    },
    "permissions": {"read": ["Read"]},
    "errors": [{"code": "1", "errorClass": "AMBIGUOUS_AUTH"}],
    "endpoints": {"GET /v1/account": "read"},
}


class ParameterStore:
    """What is used of a client of boto3."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def get_parameter(self, Name: str) -> Any:  # noqa: N803
        if isinstance(self.value, Exception):
            raise self.value
        return {"Parameter": {"Name": Name, "Value": self.value}}


class ClientSettingsTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = Path(folder.name) / "xxkk.json"

    def settings(self, ssm: Any = None, key: Any = None, **variables: str) -> ClientSettings:
        given = {"XXKK_KEY_PERMISSIONS": "read,trade", **{f"XXKK_{name}": value for name, value in variables.items()}}
        return client_settings(key or held_key("v1"), Variables(given), None, None, None, None, ssm)

    def test_from_a_file_and_from_a_parameter(self) -> None:
        self.file.write_text(json.dumps(CONFIGURATION))
        for settings in (
            self.settings(EXCHANGE_FILE=str(self.file)),
            self.settings(ParameterStore(json.dumps(CONFIGURATION)), EXCHANGE_PARAMETER="/exchange-keys/dev/exchange/xxkk"),
        ):
            self.assertEqual(settings.exchange.base_url.origin, "https://api.xxkk.example")
            self.assertEqual(settings.endpoints.find("GET", "/v1/account").category, "read")
            self.assertEqual(settings.permissions, ["read", "trade"])
        moved = self.settings(EXCHANGE_FILE=str(self.file), API_BASE_URL="http://127.0.0.1:8080/base/")
        self.assertEqual((moved.exchange.base_url.origin, moved.exchange.base_url.path), ("http://127.0.0.1:8080", "/base"))

    def test_what_cannot_be_read(self) -> None:
        unreadable = "EXCHANGE_CONFIGURATION_UNREADABLE"
        refusal(self, unreadable, self.settings)
        refusal(self, unreadable, lambda: self.settings(EXCHANGE_FILE=str(self.file)))
        denied = Exception("AccessDenied for made-up-secret")
        refusal(self, unreadable, lambda: self.settings(ParameterStore(denied), EXCHANGE_PARAMETER="/x"), "made-up-secret")
        both = {"EXCHANGE_FILE": str(self.file), "EXCHANGE_PARAMETER": "/x"}
        refusal(self, "LOADER_SETTING_MALFORMED", lambda: self.settings(**both))

    def test_configurations_that_cannot_be_used(self) -> None:
        changes: list[dict[str, Any]] = [
            {"name": "xxkk\n"},
            {"name": None},
            {"baseUrl": "http://api.xxkk.example"},
            {"baseUrl": "https://user:made-up-secret@api.xxkk.example"},
            {"apiSecret": "made-up-secret"},
            {"headers": {"X-API-KEY": "{key}"}},
            {"signing": {**_SIGNING, "headers": {"X": "{apiSecret}"}}},
            {"signing": {**_SIGNING, "hash": "made-up-secret"}},
            {"endpoints": {"GET /v1/{a}": "read", "GET /v1/{b}": "read"}},
            {"endpoints": {"GET v1": "read"}},
            {"endpoints": {"GET /v1/a": "made-up-secret"}},
            {"errors": [{"errorClass": "KEY_UNKNOWN"}]},
            {"errors": [{"messageContains": "made-up-secret", "errorClass": "KEY_UNKNOWN"}]},
            {"errors": [{"code": "1", "errorClass": "WRONG"}]},
            {"permissions": {"read": ["a b"]}},
        ]
        for change in changes:
            self.file.write_text(json.dumps({**CONFIGURATION, **change}))
            with self.subTest(change=change):
                load = lambda: self.settings(EXCHANGE_FILE=str(self.file))  # noqa: E731
                refusal(self, "EXCHANGE_CONFIGURATION_INVALID", load, "made-up-secret")
        for text in ("", "{", "[]", "null"):
            self.file.write_text(text)
            refusal(self, "EXCHANGE_CONFIGURATION_INVALID", lambda: self.settings(EXCHANGE_FILE=str(self.file)))

    def test_other_settings(self) -> None:
        self.file.write_text(json.dumps(CONFIGURATION))
        file = str(self.file)
        refusal(self, "KEY_NAME_UNKNOWN", lambda: self.settings(key=held_key("v1", key_name=None), EXCHANGE_FILE=file))
        refusal(self, "KEY_PERMISSIONS_UNKNOWN", lambda: self.settings(EXCHANGE_FILE=file, KEY_PERMISSIONS=""))
        for text in ("admin", "read,", "READ", "read, trade"):
            unknown = lambda: self.settings(EXCHANGE_FILE=file, KEY_PERMISSIONS=text)  # noqa: B023, E731
            refusal(self, "PERMISSION_UNKNOWN", unknown)
        refusal(self, "PERMISSION_TWICE", lambda: self.settings(EXCHANGE_FILE=file, KEY_PERMISSIONS="read,read"))
        refusal(self, "EXCHANGE_BASE_URL", lambda: self.settings(EXCHANGE_FILE=file, API_BASE_URL="http://xxkk.example"))
        self.file.write_text(json.dumps({**CONFIGURATION, "name": "other"}))
        refusal(self, "KEY_OF_OTHER_EXCHANGE", lambda: self.settings(EXCHANGE_FILE=file))

    def test_every_signing_template_that_users_copy(self) -> None:
        for path in sorted((ROOT / "examples" / "signing-templates").glob("*.json")):
            self.file.write_text(json.dumps({**CONFIGURATION, "signing": json.loads(path.read_text())}))
            with self.subTest(template=path.stem):
                self.assertIsNotNone(self.settings(EXCHANGE_FILE=str(self.file)).exchange.signer)


class BaseUrlTest(unittest.TestCase):
    def test_urls(self) -> None:
        for text, host in (
            ("https://API.xxkk.example/", "api.xxkk.example"),
            ("https://api.xxkk.example:443", "api.xxkk.example"),
            ("http://127.0.0.1:8080", "127.0.0.1:8080"),
            ("https://[::1]:8443/a", "[::1]:8443"),
            ("http://localhost", "localhost"),
        ):
            self.assertEqual(parse_base_url(text).host, host)
        for text in (
            "https://api.xxkk.example:8443",
            "http://api.xxkk.example",
            "https://a@b",
            "https://a?b",
            "https://a/#b",
            "https://010.0.0.1",
            "https://1.2.3",
            "https://[0:0:0:0:0:0:0:1]",
            "ftp://localhost",
            "https://a..b",
            "https://api.xxkk.example\n",
            "https://127.0.0.1:99999",
            "",
        ):
            with self.subTest(text=text):
                refusal(self, "EXCHANGE_BASE_URL", lambda: parse_base_url(text))  # noqa: B023


class SourceAddressTest(unittest.TestCase):
    def serve(self, body: bytes, status: int = 200) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(status)
                self.send_header("Location", "/other")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_about: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return f"http://127.0.0.1:{server.server_port}"

    def address(self, url: str | None, source_ip: str | None = None) -> tuple[str | None, list[str]]:
        log = Log()
        addresses = SourceAddress(address_source(source_ip, url, "XXKK_ECHO_URL"), FakeClock(), Notices(log))
        return addresses.current(), log.codes

    def test_answers(self) -> None:
        self.assertEqual(self.address(self.serve(b"203.0.113.10\n")), ("203.0.113.10", []))
        self.assertEqual(self.address(self.serve(b"2001:db8::1")), ("2001:db8::1", []))
        unknown = (None, ["SOURCE_ADDRESS_UNKNOWN"])
        for body, status in ((b"<html>", 200), (b"", 200), (b"203.0.113.10", 503), (b"203.0.113.10", 302), (b"\xff", 200)):
            self.assertEqual(self.address(self.serve(body, status)), unknown)
        self.assertEqual(self.address(None), unknown)
        self.assertEqual(self.address("http://127.0.0.1:1"), unknown)
        self.assertEqual(self.address(None, "203.0.113.10"), ("203.0.113.10", []))

    def test_settings(self) -> None:
        refusal(self, "LOADER_SETTING_MALFORMED", lambda: address_source("203.0.113.0/24", None, ""))
        refusal(self, "EXCHANGE_BASE_URL", lambda: address_source(None, "http://echo.example", "XXKK_ECHO_URL"))


class PackageTest(unittest.TestCase):
    def test_the_schema_is_the_repositorys(self) -> None:
        own = (PACKAGE / "exchange_keys_loader" / "exchange-configuration.schema.json").read_bytes()
        self.assertEqual(own, (ROOT / "schema" / "exchange-configuration.schema.json").read_bytes())

    def test_the_licence_is_the_repositorys(self) -> None:
        self.assertEqual((PACKAGE / "LICENSE").read_bytes(), (ROOT / "LICENSE").read_bytes())

    def test_the_version_is_the_repositorys(self) -> None:
        version = read_json("package.json")["version"]
        self.assertIn(f'version = "{version}"', (PACKAGE / "pyproject.toml").read_text())

    def test_values_in_messages(self) -> None:
        self.assertEqual(quoted("10.0.0.1\n\u20ac🙂"), "'10.0.0.1\\u000a\\u20ac\\ud83d\\ude42'")
        self.assertEqual(len(quoted("x" * 1000)), 85)


if __name__ == "__main__":
    unittest.main()
