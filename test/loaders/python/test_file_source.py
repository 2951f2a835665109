"""A key in a real file: links that are swapped, permissions, halves of documents, and what is told about them."""

from __future__ import annotations

import json
import os
import unittest
from pathlib import Path
from tempfile import TemporaryDirectory

from documents import VERSION_1, VERSION_2, document, secrets_of
from fakes import Held
from support import refusal

from exchange_keys_loader.key.expected_key import expected_key
from exchange_keys_loader.key.file_source import LONGEST_FILE, FileSource


class FileSourceTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.path = self.folder / "key.json"
        expected = expected_key("XXKK", "dev-trader-bot-a", "XXKK_KEY_NAME", None)
        self.source = FileSource(f"file '{self.path}'", str(self.path), expected)

    def write(self, text: str, mode: int = 0o400, path: Path | None = None) -> None:
        path = path or self.path
        new = path.with_suffix(".new")
        new.write_text(text)
        new.chmod(mode)
        new.replace(path)

    def put(self, number: int, version: str) -> None:
        self.write(json.dumps(document(number, versionId=version)))

    def test_modes(self) -> None:
        for mode in (0o400, 0o600, 0o440, 0o640, 0o700):
            with self.subTest(mode=oct(mode)):
                self.write(json.dumps(document(versionId=VERSION_1)), mode)
                self.assertEqual(self.source.read().key_version, VERSION_1)
        for mode in (0o644, 0o444, 0o460, 0o404, 0o401, 0o402, 0o660, 0o777):
            with self.subTest(mode=oct(mode)):
                self.write(json.dumps(document()), mode)
                error = refusal(self, "SECRET_FILE_EXPOSED", self.source.read, *secrets_of(document()))
                self.assertIn(f"{mode:04o}", error.message)
                self.assertIn("chmod 0440", error.message)

    def test_what_cannot_be_read(self) -> None:
        refusal(self, "SECRET_FILE_UNREADABLE", self.source.read)
        self.path.mkdir()
        refusal(self, "SECRET_FILE_UNREADABLE", self.source.read)
        self.path.rmdir()
        os.mkfifo(self.path, 0o400)
        refusal(self, "SECRET_FILE_UNREADABLE", self.source.read)
        self.path.unlink()
        self.path.symlink_to(self.path)
        refusal(self, "SECRET_FILE_UNREADABLE", self.source.read)

    def test_what_is_in_it(self) -> None:
        self.write("x" * (LONGEST_FILE + 1))
        refusal(self, "SECRET_FILE_TOO_LARGE", self.source.read)
        for text in ("", "{", "\ufeff" + json.dumps(document()), json.dumps(document())[:-20], "[]", '"x"'):
            with self.subTest(text=text[:5]):
                self.write(text)
                refusal(self, "KEY_DOCUMENT_MALFORMED", self.source.read, *secrets_of(document()))
        self.path.unlink()
        self.path.write_bytes(b"\xff" + json.dumps(document()).encode())
        self.path.chmod(0o400)
        refusal(self, "KEY_DOCUMENT_MALFORMED", self.source.read, *secrets_of(document()))
        self.path.unlink()
        self.write('{"schema":1,"placeholder":true}')
        refusal(self, "CREDENTIALS_PLACEHOLDER", self.source.read)

    def test_another_key(self) -> None:
        self.write(json.dumps(document(name="prod-trader-bot-a")))
        refusal(self, "KEY_OF_OTHER_ENVIRONMENT", self.source.read, *secrets_of(document()))
        self.write(json.dumps(document(name="dev-trader-bot-b")))
        refusal(self, "KEY_OF_OTHER_WORKLOAD", self.source.read, *secrets_of(document()))
        self.write(json.dumps(document(exchange="other")))
        refusal(self, "KEY_OF_OTHER_EXCHANGE", self.source.read, *secrets_of(document()))

    def test_links_swapped_as_kubernetes_does(self) -> None:
        for number, version in ((1, VERSION_1), (2, VERSION_2)):
            data = self.folder / f"..data-{number}"
            data.mkdir()
            self.write(json.dumps(document(number, versionId=version)), path=data / "key.json")
        link = self.folder / "..data"
        link.symlink_to("..data-1")
        self.path.symlink_to("..data/key.json")
        self.assertEqual(self.source.read().key_version, VERSION_1)
        self.assertFalse(self.source.looks_changed())
        new = self.folder / "..data-new"
        new.symlink_to("..data-2")
        new.replace(link)
        self.assertTrue(self.source.looks_changed())
        self.assertEqual(self.source.read().key_version, VERSION_2)
        self.assertFalse(self.source.looks_changed())

    def test_a_file_that_kept_its_time_or_was_opened_to_others_is_looked_at_again(self) -> None:
        self.put(1, VERSION_1)
        self.source.read()
        before = self.path.stat()
        self.path.chmod(0o600)
        self.path.write_text(self.path.read_text())
        self.path.chmod(0o400)
        os.utime(self.path, ns=(before.st_atime_ns, before.st_mtime_ns))
        self.assertTrue(self.source.looks_changed())
        self.source.read()
        self.path.chmod(0o444)
        self.assertTrue(self.source.looks_changed())
        refusal(self, "SECRET_FILE_EXPOSED", self.source.read)

    def test_a_bad_file_keeps_the_key_and_is_told_once(self) -> None:
        self.put(1, VERSION_1)
        held = Held(self.source, self.source.read())
        self.addCleanup(held.holder.close)
        rounds = [("{", 0o400), ("{", 0o400), (json.dumps(document(2)), 0o644), (json.dumps(document(2, name="dev-x-a")), 0o400)]
        for text, mode in rounds:
            self.write(text, mode)
            held.clock.at += 5_000
            held.holder.do_what_is_due()
            self.assertEqual(held.holder.current.key_version, VERSION_1)
        told = ["KEY_DOCUMENT_MALFORMED", "SECRET_FILE_EXPOSED", "KEY_OF_OTHER_WORKLOAD"]
        self.assertEqual(held.log.codes, told)
        self.put(2, VERSION_2)
        held.clock.at += 5_000
        held.holder.do_what_is_due()
        self.assertEqual(held.holder.current.key_version, VERSION_2)
        self.assertEqual(held.log.codes, [*told, "KEY_READ_AGAIN", "KEY_ROTATED"])
        self.assertNotIn("made-up", repr(held.log.lines) + repr(held.records))

    def test_an_unchanged_file_is_looked_at_and_not_read(self) -> None:
        self.put(1, VERSION_1)
        held = Held(self.source, self.source.read())
        self.addCleanup(held.holder.close)
        held.clock.at += 5_000
        content = self.source._text
        self.source._text = lambda: self.fail("it was read")  # type: ignore[method-assign]
        self.assertEqual(held.holder.do_what_is_due(), 5_000)
        self.source._text = content  # type: ignore[method-assign]


if __name__ == "__main__":
    unittest.main()
