"""What the other parts have in common."""
