"""Whether Route 53 Resolver resolves a name for a VPC: the rules of DNS Firewall, the lowest priority first."""
from __future__ import annotations

from typing import Any


def blocked(account: str, region: str, vpc_id: str, name: str) -> bool:
    from .services.route53resolver import records
    associations = [a for a in records(account, region, "FirewallRuleGroupAssociation").values() if a["VpcId"] == vpc_id]
    for association in sorted(associations, key=priority):
        group = records(account, region, "FirewallRuleGroup").get(association["FirewallRuleGroupId"], {})
        for rule in sorted(group.get("FirewallRules") or [], key=priority):
            domains = records(account, region, "FirewallDomainList").get(rule.get("FirewallDomainListId"), {}).get("Domains") or []
            if any(covers(domain, name) for domain in domains):
                return bool(rule["Action"] == "BLOCK")
    return False


def priority(record: dict[str, Any]) -> int:
    return int(record["Priority"])


def covers(domain: str, name: str) -> bool:
    """`*.example.com.` is every name below it, `*.` every name."""
    wanted, given = domain.lower().rstrip("."), name.lower().rstrip(".")
    if not wanted.startswith("*"):
        return given == wanted
    return given.endswith(wanted[1:])
