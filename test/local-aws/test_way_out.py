"""What a function can reach: ports by its security groups, IPv6 by its subnet, names by DNS Firewall."""
from __future__ import annotations

import json
import socket
import threading
import unittest
from typing import Any

from support import LocalAwsTest, client, hook
from templates import att, default_route, eip, function, network, of, ref, role, zonal_nat

CODE = """
const dns = require('dns');
const net = require('net');
const attempt = ({ host, port }) => new Promise((resolve) => {
  const socket = net.connect({ host, port });
  const end = (value) => { clearTimeout(timer); socket.destroy(); resolve(value); };
  const timer = setTimeout(end, 600, 'silence');
  socket.once('data', (data) => end(String(data))).once('error', ({ code }) => end(code));
});
const lookup = (name) => new Promise((resolve) => dns.lookup(name, (error, address) => resolve(error?.code ?? address)));
exports.handler = async (event) => {
  if (event.port) return attempt(event);
  const [found] = await dns.promises.lookup(event.host, { all: true }).catch((error) => [{ address: error.code }]);
  return [await lookup(event.host), found.address];
};
"""
CLOSED = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "0.0.0.0/0"}
PLAIN, IPV6, NAME = ("1.1.1.1", 80), ("2606:4700:4700::1111", 443), ("example.com", 443)


class Greeter:
    """Tells everybody who connects from which address that is."""

    def __init__(self, address: str, family: socket.AddressFamily) -> None:
        self.listener = socket.socket(family)
        self.listener.bind((address, 0))
        self.listener.listen()
        shown = f"[{address}]" if ":" in address else address
        self.name = f"{shown}:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        while True:
            try:
                connection, peer = self.listener.accept()
            except OSError:
                return
            with connection:
                connection.sendall(peer[0].encode())


class WayOut(LocalAwsTest):
    @classmethod
    def setUpClass(cls) -> None:
        cls.servers = [Greeter("127.0.0.9", socket.AF_INET), Greeter("::1", socket.AF_INET6)]

    @classmethod
    def tearDownClass(cls) -> None:
        for server in cls.servers:
            server.listener.close()

    def setUp(self) -> None:
        super().setUp()
        for host, port in (PLAIN, NAME, ("1.1.1.1", 443)):
            hook("network/internet", host=host, port=port, server=self.servers[0].name)
        hook("network/internet", host=IPV6[0], port=IPV6[1], server=self.servers[1].name)

    def inside(self, *more_rules: dict[str, Any]) -> None:
        group = of("AWS::EC2::SecurityGroup", {"GroupDescription": "d", "VpcId": ref("Vpc"), "SecurityGroupEgress": [CLOSED, *more_rules]})
        self.deployed({**network(), "Role": role(), "Group": group, "Eip": eip(), "Nat": zonal_nat(att("Eip", "AllocationId")),
                       "Route": default_route(), "Fn": function(CODE, FunctionName="f", VpcConfig={
                           "SubnetIds": [ref("Private")], "SecurityGroupIds": [att("Group", "GroupId")]})})

    def resolve(self, host: str) -> list[str]:
        return json.loads(client("lambda").invoke(FunctionName="f", Payload=json.dumps({"host": host}))["Payload"].read())

    def reach(self, place: tuple[str, int]) -> str:
        return json.loads(client("lambda").invoke(FunctionName="f", Payload=json.dumps(dict(zip(("host", "port"), place))))["Payload"].read())

    def rule(self, port: int, **cidrs: Any) -> None:
        client("ec2").authorize_security_group_egress(GroupId=self.physical("Group"), IpPermissions=[
            {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **cidrs}])

    def test_ports_of_the_security_group(self) -> None:
        self.inside()
        address = self.physical("Eip")
        self.assertEqual(self.reach(("1.1.1.1", 443)), address)
        self.assertEqual(self.reach(PLAIN), "silence")
        self.rule(80, IpRanges=[{"CidrIp": "10.0.0.0/8"}])
        self.assertEqual(self.reach(PLAIN), "silence")
        self.rule(80, IpRanges=[{"CidrIp": "0.0.0.0/0"}])
        self.assertEqual(self.reach(PLAIN), address)

    def test_a_server_on_this_machine_listens_on_443(self) -> None:
        self.inside()
        host, port = self.servers[0].name.split(":")
        self.assertEqual(self.reach((host, int(port))), self.physical("Eip"))
        client("ec2").revoke_security_group_egress(GroupId=self.physical("Group"), IpPermissions=[
            {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}])
        self.assertEqual(self.reach((host, int(port))), "silence")

    def test_nobody_else_is_there(self) -> None:
        self.inside()
        self.assertEqual(self.reach(("192.0.2.1", 443)), "silence")
        self.assertEqual(self.reach(("other.example", 443)), "ENOTFOUND")
        self.assertEqual(self.resolve("other.example"), ["ENOTFOUND"] * 2)
        self.assertEqual(self.resolve("192.0.2.1"), ["192.0.2.1"] * 2)
        self.assertIn(self.resolve("localhost")[0], ("127.0.0.1", "::1"))

    def test_outside_a_vpc_nothing_is_held_back_but_ipv6(self) -> None:
        self.deployed({"Role": role(), "Fn": function(CODE, FunctionName="f")})
        self.assertRegex(self.reach(PLAIN), r"^127\.200\.")
        self.assertRegex(self.reach(NAME), r"^127\.200\.")
        self.assertEqual(self.reach(IPV6), "ENETUNREACH")

    def test_ipv6(self) -> None:
        self.inside()
        ec2, subnet, table = client("ec2"), self.physical("Private"), self.physical("Table")
        vpc_id = self.physical("Vpc")
        self.assertEqual(self.reach(IPV6), "ENETUNREACH")
        block = ec2.associate_vpc_cidr_block(VpcId=vpc_id, AmazonProvidedIpv6CidrBlock=True)["Ipv6CidrBlockAssociation"]["Ipv6CidrBlock"]
        ec2.associate_subnet_cidr_block(SubnetId=subnet, Ipv6CidrBlock=block.replace("/56", "/64"))
        self.rule(443, Ipv6Ranges=[{"CidrIpv6": "::/0"}])
        gateway = ec2.create_egress_only_internet_gateway(VpcId=vpc_id)["EgressOnlyInternetGateway"]["EgressOnlyInternetGatewayId"]
        client("lambda").update_function_configuration(FunctionName="f", VpcConfig={
            "SubnetIds": [subnet], "SecurityGroupIds": [self.physical("Group")], "Ipv6AllowedForDualStack": True})
        self.assertEqual(self.reach(IPV6), "ENETUNREACH")
        ec2.create_route(RouteTableId=table, DestinationIpv6CidrBlock="::/0", EgressOnlyInternetGatewayId=gateway)
        self.assertEqual(self.reach(IPV6), "::1")

    def test_dns_firewall(self) -> None:
        self.inside()
        self.assertEqual(self.reach(NAME), self.physical("Eip"))

        def firewall(*allowed: str) -> dict[str, Any]:
            rules = [{"Priority": 1, "Action": "ALLOW", "FirewallDomainListId": ref("Allowed")},
                     {"Priority": 2, "Action": "BLOCK", "BlockResponse": "NXDOMAIN", "FirewallDomainListId": ref("All")}]
            return {"Allowed": of("AWS::Route53Resolver::FirewallDomainList", {"Domains": [*allowed, "api.other"]}),
                    "All": of("AWS::Route53Resolver::FirewallDomainList", {"Domains": ["*."]}),
                    "Group": of("AWS::Route53Resolver::FirewallRuleGroup", {"FirewallRules": rules}),
                    "Of": of("AWS::Route53Resolver::FirewallRuleGroupAssociation", {
                        "FirewallRuleGroupId": ref("Group"), "VpcId": self.physical("Vpc"), "Priority": 101})}
        self.assertRegex(" ".join(self.resolve(NAME[0])), r"^(198\.18\.\d+\.\d+) \1$")
        self.deployed(firewall(), name="firewall")
        self.assertEqual(self.reach(NAME), "ENOTFOUND")
        self.assertEqual(self.resolve(NAME[0]), ["ENOTFOUND"] * 2)
        self.deployed(firewall("*.example.com"), name="firewall")
        self.assertEqual(self.reach(NAME), "ENOTFOUND")
        self.deployed(firewall("example.com"), name="firewall")
        self.assertEqual(self.reach(NAME), self.physical("Eip"))
        resolver = client("route53resolver")
        self.deployed(firewall(), name="firewall")
        (association,) = resolver.list_firewall_rule_group_associations()["FirewallRuleGroupAssociations"]
        resolver.disassociate_firewall_rule_group(FirewallRuleGroupAssociationId=association["Id"])
        self.assertEqual(self.reach(NAME), self.physical("Eip"))
        again = {name: association[name] for name in ("FirewallRuleGroupId", "VpcId")}
        resolver.associate_firewall_rule_group(CreatorRequestId="by-hand", Name="by-hand", Priority=101, **again)
        self.assertEqual(self.reach(NAME), "ENOTFOUND")


if __name__ == "__main__":
    unittest.main()
