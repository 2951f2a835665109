"""Route 53 Resolver DNS Firewall: the four resource types, kept as records, and the operations that read them."""
from __future__ import annotations

import datetime
import json
import uuid
from typing import Any

from moto.route53resolver.responses import Route53ResolverResponse

from .. import state
from ..cloudformation.resource_types import Context, Deployed, Handler, ResourceFailure, pick, resource
from ..errors import AwsError
from ..patching import replace

Records = dict[str, dict[str, Any]]
PREFIXES = {"FirewallDomainList": "rslvr-fdl", "FirewallRuleGroup": "rslvr-frg", "FirewallRuleGroupAssociation": "rslvr-frgassoc",
            "FirewallConfig": "rslvr-fc"}

_records: dict[tuple[str, str, str], Records] = {}


@state.on_reset
def _clear() -> None:
    _records.clear()


def records(account: str, region: str, kind: str) -> Records:
    return _records.setdefault((account, region, kind), {})


def entered(account: str, region: str, kind: str, creator: str, name: str) -> dict[str, Any]:
    """A new record."""
    record_id = f"{PREFIXES[kind]}-{uuid.uuid4().hex[:16]}"
    record = {"Id": record_id, "Arn": f"arn:aws:route53resolver:{region}:{account}:{kind[0].lower()}{kind[1:]}/{record_id}", "Name": name,
              "Status": "COMPLETE", "CreationTime": datetime.datetime.now(datetime.timezone.utc).isoformat(), "CreatorRequestId": creator,
              "OwnerId": account, "ShareStatus": "NOT_SHARED"}
    records(account, region, kind)[record_id] = record
    return record


class Kept(Handler):
    """A resource that is nothing but its record."""

    kind = ""
    members: tuple[str, ...] = ()

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        self.check(context, properties)
        record = entered(context.account, context.region, self.kind, context.logical_id, properties.get("Name", ""))
        attributes = {**record, **self.attributes(properties)}
        record.update(self.details(properties))
        return Deployed(record["Id"], attributes)

    def check(self, context: Context, properties: dict[str, Any]) -> None:
        """Raises ResourceFailure when something it refers to is missing."""

    def details(self, properties: dict[str, Any]) -> dict[str, Any]:
        return pick(properties, *self.members)

    def attributes(self, properties: dict[str, Any]) -> dict[str, Any]:
        return {}

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        self.check(context, new)
        records(context.account, context.region, self.kind)[deployed.ref].update(self.details(new))
        return Deployed(deployed.ref, {**deployed.attributes, **self.attributes(new)})

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        records(context.account, context.region, self.kind).pop(deployed.ref, None)


@resource("AWS::Route53Resolver::FirewallDomainList")
class DomainList(Kept):
    kind = "FirewallDomainList"
    replace_on = ("Name",)
    members = ("Domains",)

    def details(self, properties: dict[str, Any]) -> dict[str, Any]:
        domains = [d if d.endswith(".") else f"{d}." for d in properties.get("Domains") or []]
        return {"Domains": domains, "DomainCount": len(domains)}

    def attributes(self, properties: dict[str, Any]) -> dict[str, Any]:
        return {"DomainCount": len(properties.get("Domains") or [])}


@resource("AWS::Route53Resolver::FirewallRuleGroup")
class RuleGroup(Kept):
    kind = "FirewallRuleGroup"
    replace_on = ("Name",)

    def check(self, context: Context, properties: dict[str, Any]) -> None:
        known = records(context.account, context.region, "FirewallDomainList")
        rules = properties.get("FirewallRules") or []
        if len({rule["Priority"] for rule in rules}) < len(rules):
            raise ResourceFailure("[RSLVR-02002] The priorities of the rules of a rule group must be unique")
        for rule in rules:
            wanted = rule.get("FirewallDomainListId")
            if wanted and wanted not in known and not wanted.startswith("rslvr-fdl-aws"):
                raise ResourceFailure(f"[RSLVR-00701] The specified firewall domain list with the ID '{wanted}' doesn't exist.")

    def details(self, properties: dict[str, Any]) -> dict[str, Any]:
        rules = [{**rule, "Name": rule.get("Name", f"rule-{rule['Priority']}")} for rule in properties.get("FirewallRules") or []]
        return {"FirewallRules": rules, "RuleCount": len(rules)}

    def attributes(self, properties: dict[str, Any]) -> dict[str, Any]:
        return {"RuleCount": len(properties.get("FirewallRules") or [])}


@resource("AWS::Route53Resolver::FirewallRuleGroupAssociation")
class RuleGroupAssociation(Kept):
    kind = "FirewallRuleGroupAssociation"
    replace_on = ("FirewallRuleGroupId", "VpcId")
    members = ("FirewallRuleGroupId", "VpcId", "Priority", "MutationProtection", "Name")

    def check(self, context: Context, properties: dict[str, Any]) -> None:
        wanted = properties["FirewallRuleGroupId"]
        if wanted not in records(context.account, context.region, "FirewallRuleGroup"):
            raise ResourceFailure(f"[RSLVR-00801] The specified firewall rule group with the ID '{wanted}' doesn't exist.")


@resource("AWS::Route53Resolver::FirewallConfig")
class Config(Kept):
    kind = "FirewallConfig"
    replace_on = ("ResourceId",)
    members = ("ResourceId", "FirewallFailOpen")


def reading(kind: str, member: str, hidden: tuple[str, ...] = ()) -> Any:
    def operation(self: Any) -> str:
        found = list(records(self.current_account, self.region, kind).values())
        for name in ("VpcId", "FirewallRuleGroupId"):
            wanted = self._get_param(name)
            if wanted and kind == "FirewallRuleGroupAssociation":
                found = [record for record in found if record.get(name) == wanted]
        return json.dumps({member: [{k: v for k, v in record.items() if k not in hidden} for record in found]})
    return operation


def inner_records(request: Any, kind: str, id_member: str) -> dict[str, Any]:
    wanted = request._get_param(id_member)
    found = records(request.current_account, request.region, kind).get(wanted)
    if found is None:
        raise AwsError("ResourceNotFoundException", f"[RSLVR-00701] '{wanted}' doesn't exist.")
    return found


Route53ResolverResponse.list_firewall_domain_lists = reading("FirewallDomainList", "FirewallDomainLists", ("Domains",))
Route53ResolverResponse.list_firewall_rule_groups = reading("FirewallRuleGroup", "FirewallRuleGroups", ("FirewallRules",))
Route53ResolverResponse.list_firewall_rule_group_associations = reading("FirewallRuleGroupAssociation", "FirewallRuleGroupAssociations")
Route53ResolverResponse.list_firewall_configs = reading("FirewallConfig", "FirewallConfigs")


@replace(Route53ResolverResponse)
def list_firewall_domains(self: Any) -> str:
    return json.dumps({"Domains": inner_records(self, "FirewallDomainList", "FirewallDomainListId")["Domains"]})


@replace(Route53ResolverResponse)
def list_firewall_rules(self: Any) -> str:
    group = inner_records(self, "FirewallRuleGroup", "FirewallRuleGroupId")
    rules = [{**rule, "FirewallRuleGroupId": group["Id"], "Priority": int(rule["Priority"])} for rule in group["FirewallRules"]]
    return json.dumps({"FirewallRules": sorted(rules, key=lambda rule: rule["Priority"])})
