"""NAT gateways of EC2: zonal and regional ones, with the checks of the real service."""
