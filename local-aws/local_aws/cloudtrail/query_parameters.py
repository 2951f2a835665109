"""Parameters of EC2 as CloudTrail writes them. Older operations have camelCase and sets of items; newer ones the request as it was
sent, in an object of its own, with a number on each element of a list."""
from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from typing import Any

REMOVED = "<sensitiveDataRemoved>"
NAMESPACE = "http://ec2.amazonaws.com/doc/2016-11-15/"
SENSITIVE = {"clientsecret", "customergatewayconfiguration", "keymaterial", "maccredentials", "passworddata", "presharedkey",
             "presignedurl", "uploadpolicysignature", "userdata"}
NEWER = re.compile(r"(AddressTransfers?|FlowLogs|NatGateway(s|Address)?|VpcEndpoints?)$")


def is_newer(name: str) -> bool:
    return bool(NEWER.search(name))


def tree(form: dict[str, str]) -> dict[str, Any]:
    """`A.1.B=x` as {"A": {"1": {"B": "x"}}}."""
    root: dict[str, Any] = {}
    for key, value in form.items():
        *above, last = key.split(".")
        node = root
        for part in above:
            node = node.setdefault(part, {})
        node[last] = REMOVED if last.lower() in SENSITIVE else value
    return root


def elements(node: Any) -> list[Any] | None:
    """Of a list, whose members have numbers for names."""
    if isinstance(node, dict) and node and all(name.isdigit() for name in node):
        return [node[name] for name in sorted(node, key=int)]
    return None


def older(node: dict[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for name, value in node.items():
        camel, found = name[0].lower() + name[1:], elements(value)
        if found is None:
            shown[camel] = older(value) if isinstance(value, dict) else typed(value)
        elif camel == "tag":
            shown["tags"] = [older(item) for item in found]
        else:
            shown[f"{camel}Set"] = {"items": [older(item) if isinstance(item, dict) else {camel: item} for item in found]}
    return shown


def newer(node: dict[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for name, value in node.items():
        found = elements(value)
        if found is None:
            shown[name] = newer(value) if isinstance(value, dict) else typed(value)
            continue
        numbered = [{**newer(item), "tag": number} if isinstance(item, dict) else {"content": item, "tag": number}
                    for number, item in enumerate(found, 1)]
        shown[name] = numbered[0] if len(numbered) == 1 else numbered
    return shown


def typed(value: str) -> Any:
    return {"true": True, "false": False}.get(value, value)


def request(name: str, form: dict[str, str]) -> Any:
    given = tree({key: value for key, value in form.items() if key not in ("Action", "Version")})
    return {f"{name}Request": newer(given)} if is_newer(name) else older(given) or None


def local(element: ElementTree.Element) -> str:
    return element.tag.rsplit("}", 1)[-1]


def content(element: ElementTree.Element, as_items: bool) -> Any:
    children = list(element)
    if local(element).lower() in SENSITIVE:
        return REMOVED
    if not children:
        return typed((element.text or "").strip()) or {}
    if as_items and all(local(child) == "item" for child in children):
        return {"items": [content(child, as_items) for child in children]}
    shown: dict[str, Any] = {}
    for child in children:
        name, value = "_return" if local(child) == "return" else local(child), content(child, as_items)
        if name in shown:
            shown[name] = [*(shown[name] if isinstance(shown[name], list) else [shown[name]]), value]
        else:
            shown[name] = value
    return shown


def response(name: str, body: bytes) -> Any:
    answer = content(ElementTree.fromstring(body), not is_newer(name))
    if is_newer(name):
        return {f"{name}Response": {"xmlns": NAMESPACE, **answer}}
    return answer if answer.keys() - {"requestId"} else {**answer, "_return": True}  # moto leaves it out of some answers


def error(body: bytes) -> tuple[str, str]:
    try:
        found = {local(element): element.text or "" for element in ElementTree.fromstring(body).iter()}
    except ElementTree.ParseError:
        found = {}
    return found.get("Code", "InternalError"), found.get("Message", "")
