"""The address a Lambda function is seen with by a server on this machine."""
from __future__ import annotations

import http.server
import ipaddress
import json
import threading
import unittest
from typing import Any

from support import LocalAwsTest, client
from templates import att, default_route, eip, function, network, of, ref, regional_nat, role, zonal_nat

# Asks the server, in each way a client may connect, which address it sees.
CODE = """
const http = require('http');
const get = (options) => new Promise((resolve) => {
  http.get(options, (response) => {
    let text = '';
    response.on('data', (chunk) => { text += chunk; });
    response.on('end', () => resolve(text));
  }).on('error', (error) => resolve(error.code));
});
const viaFetch = (url) => fetch(url).then((response) => response.text(), (error) => error.cause?.code ?? String(error));
exports.handler = async ({ port }) => {
  const endpoint = await fetch(process.env.AWS_ENDPOINT_URL).then(() => 'reached', String);
  return {
    seen: [
      await get(`http://127.0.0.1:${port}/`), await get({ host: 'localhost', port, agent: new http.Agent({ keepAlive: true }) }),
      await viaFetch(`http://127.0.0.1:${port}/`), await viaFetch(`http://localhost:${port}/`),
    ],
    endpoint,
  };
};
"""


class Whoami(http.server.BaseHTTPRequestHandler):
    """Answers with the address of the client."""

    def do_GET(self) -> None:
        body = self.client_address[0].encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


class Network(LocalAwsTest):
    @classmethod
    def setUpClass(cls) -> None:
        cls.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Whoami)
        threading.Thread(target=cls.server.serve_forever, daemon=True).start()

    @classmethod
    def tearDownClass(cls) -> None:
        cls.server.shutdown()
        cls.server.server_close()

    def in_subnet(self, subnet: str = "Private") -> dict[str, Any]:
        return {"Role": role(), "Group": of("AWS::EC2::SecurityGroup", {"GroupDescription": "d", "VpcId": ref("Vpc")}),
                "Fn": function(CODE, FunctionName="f", VpcConfig={"SubnetIds": [ref(subnet)], "SecurityGroupIds": [att("Group", "GroupId")]})}

    def seen(self, name: str = "f") -> str:
        """The one address all ways of connecting have in common."""
        payload = json.dumps({"port": self.server.server_address[1]})
        answer = json.loads(client("lambda").invoke(FunctionName=name, Payload=payload)["Payload"].read())
        self.assertEqual(answer.get("endpoint"), "reached", answer)
        self.assertEqual(len(set(answer["seen"])), 1, answer)
        return answer["seen"][0]

    def test_zonal_gateway(self) -> None:
        self.deployed({**network(), **self.in_subnet(), "Eip": eip(), "Nat": zonal_nat(att("Eip", "AllocationId")), "Route": default_route()})
        self.assertEqual(self.seen(), self.physical("Eip"))

    def test_regional_gateway_uses_the_address_of_the_zone(self) -> None:
        nat = regional_nat({"us-east-1a": [att("EipA", "AllocationId")], "us-east-1b": [att("EipB", "AllocationId")]})
        self.deployed({**network("us-east-1b"), **self.in_subnet(), "EipA": eip(), "EipB": eip(), "Nat": nat, "Route": default_route()})
        self.assertEqual(self.seen(), self.physical("EipB"))

    def test_regional_gateway_does_not_serve_a_zone_without_address(self) -> None:
        nat = regional_nat({"us-east-1a": [att("Eip", "AllocationId")]})
        self.deployed({**network("us-east-1b"), **self.in_subnet(), "Eip": eip(), "Nat": nat, "Route": default_route()})
        self.assertEqual(self.seen(), "ENETUNREACH")

    def test_isolated_subnet(self) -> None:
        self.deployed({**network(), **self.in_subnet()})
        self.assertEqual(self.seen(), "ENETUNREACH")

    def test_public_subnet_is_no_way_out(self) -> None:
        route = of("AWS::EC2::Route", {"RouteTableId": ref("Table"), "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": ref("Igw")}, DependsOn="Attachment")
        self.deployed({**network(), **self.in_subnet(), "Route": route})
        self.assertEqual(self.seen(), "ENETUNREACH")

    def test_subnet_without_association_uses_the_main_table(self) -> None:
        self.deployed({**network(), **self.in_subnet("Public"), "Eip": eip(), "Nat": zonal_nat(att("Eip", "AllocationId"))})
        self.assertEqual(self.seen(), "ENETUNREACH")
        tables = client("ec2").describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [self.physical("Vpc")]},
                                                              {"Name": "association.main", "Values": ["true"]}])["RouteTables"]
        client("ec2").create_route(RouteTableId=tables[0]["RouteTableId"], DestinationCidrBlock="0.0.0.0/0", NatGatewayId=self.physical("Nat"))
        self.assertEqual(self.seen(), self.physical("Eip"))

    def test_function_outside_a_vpc_has_an_address_of_its_own(self) -> None:
        self.deployed({"Role": role(), "One": function(CODE, FunctionName="one"), "Two": function(CODE, FunctionName="two")})
        one, two = self.seen("one"), self.seen("two")
        self.assertEqual(one, self.seen("one"))
        self.assertNotEqual(one, two)
        for address in (one, two):
            self.assertIn(ipaddress.ip_address(address), ipaddress.ip_network("127.200.0.0/16"))


if __name__ == "__main__":
    unittest.main()
