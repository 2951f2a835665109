"""CloudFormation: templates, stacks, change sets and the engine that creates, updates, replaces, deletes and rolls back."""
