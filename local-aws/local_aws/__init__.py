"""A local AWS: moto's service APIs, with a CloudFormation engine, running Lambda functions and a network of their own."""
