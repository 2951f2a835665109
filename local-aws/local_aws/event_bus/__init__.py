"""EventBridge: the pattern language, what a target receives, and its delivery."""
