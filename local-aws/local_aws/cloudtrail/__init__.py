"""CloudTrail: records of API calls and of what services do by themselves, for EventBridge."""
