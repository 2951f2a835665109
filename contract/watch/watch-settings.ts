// How the detector is tuned, and the environment variables by which the stack tells its functions; none is secret.

/** Name of the DynamoDB table of first-seen pairs and findings. */
export const FINDINGS_TABLE_VARIABLE = 'EXCHANGE_KEYS_FINDINGS_TABLE';
/** ARN of the topic that findings are told on. */
export const ALARM_TOPIC_VARIABLE = 'EXCHANGE_KEYS_ALARM_TOPIC';
/** Name of the log group that heartbeats are written to. */
export const REQUEST_LOG_GROUP_VARIABLE = 'EXCHANGE_KEYS_REQUEST_LOG_GROUP';
/** Hours for which a new key's allowlisted addresses are learned without a finding. */
export const LEARNING_HOURS_VARIABLE = 'EXCHANGE_KEYS_LEARNING_HOURS';
/** Refusals of one key within `SPIKE_WINDOW_MS` that make an `AuthFailureSpike`. */
export const SPIKE_FAILURES_VARIABLE = 'EXCHANGE_KEYS_SPIKE_FAILURES';
/** What links to articles begin with. */
export const RUNBOOK_URL_VARIABLE = 'EXCHANGE_KEYS_RUNBOOK_URL';

export const SPIKE_WINDOW_MS = 300_000;

/** What an hour count or a failure count may be, and what it is unless the user says otherwise. */
export const WATCH_LIMITS = {
  learningHours: { from: 0, to: 720, normal: 168 },
  spikeFailures: { from: 3, to: 1000, normal: 10 },
} as const;

/** How often a heartbeat is sent through the whole path: often enough that one always comes within 5 minutes of the last. */
export const HEARTBEAT_MINUTES = 2;
