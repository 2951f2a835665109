"""What somebody does to DNS Firewall by hand: takes a rule group away from a VPC, and gives it one."""
from __future__ import annotations

import json
from typing import Any

from moto.route53resolver.responses import Route53ResolverResponse

from ..patching import replace
from .route53resolver import entered, inner_records, records

KIND = "FirewallRuleGroupAssociation"


@replace(Route53ResolverResponse)
def disassociate_firewall_rule_group(self: Any) -> str:
    association = inner_records(self, KIND, "FirewallRuleGroupAssociationId")
    records(self.current_account, self.region, KIND).pop(association["Id"])
    return json.dumps({KIND: {**association, "Status": "DELETING"}})


@replace(Route53ResolverResponse)
def associate_firewall_rule_group(self: Any) -> str:
    inner_records(self, "FirewallRuleGroup", "FirewallRuleGroupId")
    given = {name: self._get_param(name) for name in ("FirewallRuleGroupId", "VpcId", "Priority", "MutationProtection") if self._get_param(name)}
    association = entered(self.current_account, self.region, KIND, self._get_param("CreatorRequestId") or "", self._get_param("Name"))
    association.update(given)
    return json.dumps({KIND: association})
