"""One module per service: its CloudFormation resource types, and what moto lacks of its API."""
