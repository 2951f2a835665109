"""Makes a key of the text that a file or a secret holds. Messages name the source and fields, never values."""

from __future__ import annotations

from ..contract.key_document import KeyDocument, parse_key_document
from ..contract.key_report import KeySource
from ..contract.names import KeyName, is_exchange_name, is_version_id, parse_key_name
from ..shared.errors import LoaderError
from ..shared.secret import Secret
from .expected_key import ExpectedKey, refuse_other_key
from .held_key import HeldKey, fingerprint, unversioned


def key_from_document(
    text: Secret, source: KeySource, label: str, expected: ExpectedKey, version: str | None = None
) -> HeldKey:
    """The key in a document; ``version`` is what the source itself tells, which is surer than the document's."""
    try:
        document = parse_key_document(text)
    except LoaderError as error:
        refused = error.at(label)
    else:
        if document is None:
            raise placeholder(label)
        name = _name_of(document, label)
        refuse_other_key(label, name, document.exchange, expected)
        return HeldKey(
            api_key=document.api_key,
            api_secret=document.api_secret,
            passphrase=document.passphrase,
            key_id=document.key_id,
            key_name=name.text,
            key_version=version or document.version_id or unversioned(document.api_key),
            fingerprint=fingerprint(document.api_key),
            exchange=document.exchange,
            source=source,
        )
    raise refused


def placeholder(label: str) -> LoaderError:
    return LoaderError(
        "CREDENTIALS_PLACEHOLDER",
        f"{label}: it holds the placeholder of the deployment and no key yet; put the first key with 'exchange-keys key put'",
    )


def _name_of(document: KeyDocument, label: str) -> KeyName:
    """The fields that reports and decisions are made of must be what they say; what is there instead is not shown."""
    if not is_exchange_name(document.exchange):
        raise _malformed_field(label, "exchange")
    if document.version_id is not None and not is_version_id(document.version_id):
        raise _malformed_field(label, "versionId")
    name = parse_key_name(document.name)
    if name is None:
        raise _malformed_field(label, "name")
    return name


def _malformed_field(label: str, name: str) -> LoaderError:
    return LoaderError(
        "KEY_DOCUMENT_MALFORMED",
        f"{label}: the secret's value is not a key document: '{name}' does not have its form;"
        " put the key again with 'exchange-keys key put'",
    )
