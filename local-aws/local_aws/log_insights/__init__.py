"""An interpreter for a part of the query language of CloudWatch Logs Insights; what it does not know, it refuses."""
