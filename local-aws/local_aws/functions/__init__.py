"""Lambda functions: their execution in child processes, and their place in the network."""
