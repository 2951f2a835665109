"""NAT gateways and Elastic IP addresses: replacement, conflicts, regional gateways, IPAM pools, quota."""
from __future__ import annotations

import ipaddress
import socket
import unittest
from typing import Any

from support import LocalAwsTest, client, start_server, stop_server
from templates import att, default_route, eip, network, of, output, ref, regional_nat, zonal_nat

FIRST, SECOND = att("EipA", "AllocationId"), att("EipB", "AllocationId")


def with_nat(nat: dict[str, Any]) -> dict[str, Any]:
    return {**network(), "EipA": eip(), "EipB": eip(), "Nat": nat}


class NatGateways(LocalAwsTest):
    def nat(self) -> dict[str, Any]:
        found = client("ec2").describe_nat_gateways(Filters=[{"Name": "state", "Values": ["available"]}])["NatGateways"]
        self.assertEqual(len(found), 1, found)
        return found[0]

    def by_zone(self) -> list[tuple[str, str]]:
        return [(a["AvailabilityZone"], a["PublicIp"]) for a in self.nat()["NatGatewayAddresses"]]

    def addresses(self) -> dict[str, str | None]:
        return {a["PublicIp"]: a.get("AssociationId") for a in client("ec2").describe_addresses()["Addresses"]}

    def test_zonal(self) -> None:
        values = self.deployed(with_nat(zonal_nat(FIRST, Tags=[{"Key": "Name", "Value": "n"}])),
                               {"Id": output(att("Nat", "NatGatewayId")), "Ref": output(ref("Nat"))})
        nat, address = self.nat(), self.nat()["NatGatewayAddresses"][0]
        self.assertEqual((values["Id"], values["Ref"]), (nat["NatGatewayId"], nat["NatGatewayId"]))
        self.assertEqual((nat["AvailabilityMode"], nat["Tags"]), ("zonal", [{"Key": "Name", "Value": "n"}]))
        self.assertEqual(address["PublicIp"], self.physical("EipA"))
        self.assertEqual(self.addresses()[address["PublicIp"]], address["AssociationId"])

    def test_another_address_replaces_and_tags_do_not(self) -> None:
        self.deployed(with_nat(zonal_nat(FIRST)))
        before = self.nat()["NatGatewayId"]
        self.deployed(with_nat(zonal_nat(FIRST, Tags=[{"Key": "Name", "Value": "n"}], MaxDrainDurationSeconds=60, SecondaryAllocationIds=[SECOND])))
        self.assertEqual((self.nat()["NatGatewayId"], len(self.nat()["NatGatewayAddresses"])), (before, 2))
        self.deployed(with_nat(zonal_nat(FIRST)))
        self.assertEqual((self.nat()["NatGatewayId"], self.nat().get("Tags", [])), (before, []))
        self.deployed(with_nat(zonal_nat(SECOND)))
        self.assertNotEqual(self.nat()["NatGatewayId"], before)
        self.assertIsNone(self.addresses()[self.physical("EipA")])

    def test_address_in_use_cannot_move_to_another_gateway(self) -> None:
        """New first: the replacement wants the address that the old gateway still has."""
        self.deployed(with_nat(zonal_nat(FIRST)))
        before = self.nat()["NatGatewayId"]
        moved = with_nat(of("AWS::EC2::NatGateway", {"SubnetId": ref("Private"), "AllocationId": FIRST}, DependsOn="Attachment"))
        self.assertEqual(self.deploy(moved)["StackStatus"], "UPDATE_ROLLBACK_COMPLETE")
        self.assertIn("is already associated", " ".join(self.reasons()))
        self.assertIn("Resource.AlreadyAssociated", " ".join(self.reasons()))
        self.assertEqual(self.nat()["NatGatewayId"], before)

    def test_release_of_an_address_in_use(self) -> None:
        self.deployed(with_nat(zonal_nat(FIRST)))
        used = self.nat()["NatGatewayAddresses"][0]["AllocationId"]
        self.assert_refused("InvalidIPAddress.InUse", client("ec2").release_address, AllocationId=used)
        self.delete()
        self.assertEqual(self.addresses(), {})

    def test_addresses_of_a_gateway_cannot_be_taken_from_it(self) -> None:
        self.deployed(with_nat(zonal_nat(FIRST)))
        ec2, address = client("ec2"), self.nat()["NatGatewayAddresses"][0]
        interface = ec2.create_network_interface(SubnetId=self.physical("Private"))["NetworkInterface"]["NetworkInterfaceId"]
        to = {"AllocationId": address["AllocationId"], "NetworkInterfaceId": interface}
        self.assert_refused("AuthFailure", ec2.disassociate_address, AssociationId=address["AssociationId"])
        self.assert_refused("Resource.AlreadyAssociated", ec2.associate_address, **to)
        self.assert_refused("AuthFailure", ec2.associate_address, **to, AllowReassociation=True)
        self.assert_refused("InvalidParameterValue", ec2.disassociate_nat_gateway_address, NatGatewayId=self.nat()["NatGatewayId"],
                            AssociationIds=[address["AssociationId"]])
        self.assertEqual(self.nat()["NatGatewayAddresses"], [address])

    def test_address_moved_by_hand(self) -> None:
        """Without its gateway an address can be used by anything, and nothing leads to the gateway's subnet any more."""
        self.deployed({**with_nat(zonal_nat(FIRST)), "Route": default_route()})
        ec2, address = client("ec2"), self.nat()["NatGatewayAddresses"][0]
        ec2.delete_nat_gateway(NatGatewayId=self.physical("Nat"))
        routes = ec2.describe_route_tables(RouteTableIds=[self.physical("Table")])["RouteTables"][0]["Routes"]
        self.assertEqual({route["DestinationCidrBlock"]: route["State"] for route in routes}, {"10.0.0.0/16": "active", "0.0.0.0/0": "blackhole"})
        interface = ec2.create_network_interface(SubnetId=self.physical("Private"))["NetworkInterface"]["NetworkInterfaceId"]
        ec2.associate_address(AllocationId=address["AllocationId"], NetworkInterfaceId=interface)
        found = ec2.describe_addresses(AllocationIds=[address["AllocationId"]])["Addresses"][0]
        self.assertEqual(found["NetworkInterfaceId"], interface)
        self.assert_refused("Resource.AlreadyAssociated", ec2.create_nat_gateway, SubnetId=self.physical("Public"), AllocationId=address["AllocationId"])
        ec2.disassociate_address(AssociationId=found["AssociationId"])
        again = ec2.create_nat_gateway(SubnetId=self.physical("Public"), AllocationId=address["AllocationId"])["NatGateway"]["NatGatewayId"]
        ec2.replace_route(RouteTableId=self.physical("Table"), DestinationCidrBlock="0.0.0.0/0", NatGatewayId=again)
        routes = ec2.describe_route_tables(RouteTableIds=[self.physical("Table")])["RouteTables"][0]["Routes"]
        self.assertEqual([(route["NatGatewayId"], route["State"]) for route in routes if "NatGatewayId" in route], [(again, "active")])

    def test_regional_swapped_by_hand(self) -> None:
        self.deployed(with_nat(regional_nat({"us-east-1a": [FIRST], "us-east-1b": [SECOND]})))
        ec2, nat = client("ec2"), self.nat()
        before = nat["NatGatewayAddresses"]
        ec2.disassociate_nat_gateway_address(NatGatewayId=nat["NatGatewayId"], AssociationIds=[a["AssociationId"] for a in before])
        self.assertEqual(set(self.addresses().values()), {None})
        for own, other in zip(before, reversed(before)):
            ec2.associate_nat_gateway_address(NatGatewayId=nat["NatGatewayId"], AllocationIds=[own["AllocationId"]],
                                              AvailabilityZone=other["AvailabilityZone"])
        self.assertEqual(dict(self.by_zone()), {own["AvailabilityZone"]: other["PublicIp"] for own, other in zip(before, reversed(before))})

    def test_internet_gateway_must_be_attached(self) -> None:
        for nat in (zonal_nat(FIRST), regional_nat({"us-east-1a": [FIRST]})):
            resources = with_nat(nat)
            del resources["Attachment"], nat["DependsOn"]
            stack = self.deploy(resources)
            self.assertEqual(stack["StackStatus"], "ROLLBACK_COMPLETE")
            self.assertIn("Gateway.NotAttached", " ".join(self.reasons()))
            self.delete()

    def test_regional(self) -> None:
        values = self.deployed(with_nat(regional_nat({"us-east-1a": [FIRST], "us-east-1b": [SECOND]})), {"Id": output(att("Nat", "NatGatewayId"))})
        nat = self.nat()
        self.assertEqual((nat["NatGatewayId"], nat["AvailabilityMode"], nat["State"]), (values["Id"], "regional", "available"))
        self.assertEqual((nat["VpcId"], nat.get("SubnetId")), (self.physical("Vpc"), None))
        self.assertEqual(self.by_zone(), [("us-east-1a", self.physical("EipA")), ("us-east-1b", self.physical("EipB"))])
        self.assertEqual({a["Status"] for a in nat["NatGatewayAddresses"]}, {"succeeded"})

    def test_regional_changes_addresses_in_place(self) -> None:
        self.deployed(with_nat(regional_nat({"us-east-1a": [FIRST]})))
        before = self.nat()["NatGatewayId"]
        self.deployed(with_nat(regional_nat({"us-east-1a": [FIRST], "us-east-1b": [SECOND]})))
        self.assertEqual((self.nat()["NatGatewayId"], len(self.by_zone())), (before, 2))
        self.deployed(with_nat(regional_nat({"us-east-1b": [SECOND]})))
        self.assertEqual((self.nat()["NatGatewayId"], self.by_zone()), (before, [("us-east-1b", self.physical("EipB"))]))
        self.deployed(with_nat(zonal_nat(FIRST)))
        self.assertNotEqual(self.nat()["NatGatewayId"], before)

    def test_regional_by_zone_id(self) -> None:
        zone = client("ec2").describe_availability_zones(ZoneNames=["us-east-1b"])["AvailabilityZones"][0]["ZoneId"]
        nat = regional_nat({})
        nat["Properties"]["AvailabilityZoneAddresses"] = [{"AvailabilityZoneId": zone, "AllocationIds": [FIRST]}]
        self.deployed(with_nat(nat))
        self.assertEqual(self.by_zone(), [("us-east-1b", self.physical("EipA"))])

    def test_regional_refuses_an_allocation_id(self) -> None:
        stack = self.deploy(with_nat(regional_nat({"us-east-1a": [FIRST]}, AllocationId=SECOND)))
        self.assertEqual(stack["StackStatus"], "ROLLBACK_COMPLETE")
        self.assertIn("AllocationId cannot be specified when AvailabilityMode is regional", " ".join(self.reasons()))


class Addresses(LocalAwsTest):
    def test_ordinary_address_is_ours_and_bindable(self) -> None:
        address = client("ec2").allocate_address(Domain="vpc")["PublicIp"]
        self.assertIn(ipaddress.ip_address(address), ipaddress.ip_network("127.16.0.0/12"))
        with socket.socket() as server:
            server.bind((address, 0))

    def test_pool_gives_the_lowest_free_address_of_its_block(self) -> None:
        ec2 = client("ec2")
        given = [ec2.allocate_address(Domain="vpc", IpamPoolId="ipam-pool-1") for _ in range(3)]
        numbers = [int(ipaddress.ip_address(a["PublicIp"])) for a in given]
        self.assertEqual(numbers, [numbers[0], numbers[0] + 1, numbers[0] + 2])
        self.assertEqual(numbers[0] % 16, 0)
        ec2.release_address(AllocationId=given[1]["AllocationId"])
        again = ec2.allocate_address(Domain="vpc", IpamPoolId="ipam-pool-1")["PublicIp"]
        self.assertEqual(again, given[1]["PublicIp"])
        other = int(ipaddress.ip_address(ec2.allocate_address(Domain="vpc", IpamPoolId="ipam-pool-2")["PublicIp"]))
        self.assertNotEqual(other // 16, numbers[0] // 16)

    def test_pool_has_an_end(self) -> None:
        for _ in range(16):
            client("ec2").allocate_address(Domain="vpc", IpamPoolId="ipam-pool-1")
        self.assert_refused("InsufficientAddressCapacity", client("ec2").allocate_address, Domain="vpc", IpamPoolId="ipam-pool-1")

    def test_pool_tells_its_block(self) -> None:
        ec2 = client("ec2")
        self.assert_refused("InvalidIpamPoolId.NotFound", ec2.get_ipam_pool_cidrs, IpamPoolId="ipam-pool-1")
        given = ec2.allocate_address(Domain="vpc", IpamPoolId="ipam-pool-1")
        cidrs = ec2.get_ipam_pool_cidrs(IpamPoolId="ipam-pool-1")["IpamPoolCidrs"]
        self.assertEqual([c["Cidr"] for c in cidrs], [f"{given['PublicIp']}/28"])
        described = ec2.describe_addresses()["Addresses"][0]
        self.assertEqual((described["PublicIpv4Pool"], described["NetworkBorderGroup"]), ("ipam-pool-1", "us-east-1"))

    def test_no_transfers_are_offered(self) -> None:
        self.assertEqual(client("ec2").describe_address_transfers()["AddressTransfers"], [])

    def test_another_pool_replaces(self) -> None:
        def pooled(pool: str) -> dict[str, Any]:
            return {"Eip": of("AWS::EC2::EIP", {"IpamPoolId": pool})}
        self.deployed(pooled("ipam-pool-1"))
        before = self.physical("Eip")
        self.deployed(pooled("ipam-pool-2"))
        self.assertNotEqual(self.physical("Eip"), before)
        self.assertEqual([a["PublicIp"] for a in client("ec2").describe_addresses()["Addresses"]], [self.physical("Eip")])

    def test_tags_change_in_place(self) -> None:
        def tagged(**tags: str) -> dict[str, Any]:
            return {"Eip": of("AWS::EC2::EIP", {"Tags": [{"Key": k, "Value": v} for k, v in tags.items()]})}
        self.deployed(tagged(A="1", B="1"))
        before = self.physical("Eip")
        self.deployed(tagged(B="2", C="1"))
        address = client("ec2").describe_addresses()["Addresses"][0]
        self.assertEqual(address["PublicIp"], before)
        self.assertEqual({t["Key"]: t["Value"] for t in address["Tags"]}, {"B": "2", "C": "1"})

    def test_quota(self) -> None:
        process, ready = start_server("--address-quota", "2")
        try:
            ec2 = client("ec2", endpoint=ready["endpoint"])
            for _ in range(2):
                ec2.allocate_address(Domain="vpc")
            self.assert_refused("AddressLimitExceeded", ec2.allocate_address, Domain="vpc")
            client("ec2", "eu-west-1", ready["endpoint"]).allocate_address(Domain="vpc")
        finally:
            stop_server(process)


if __name__ == "__main__":
    unittest.main()
