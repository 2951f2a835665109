"""CloudWatch: datapoints, metric math, alarms and what they do."""
