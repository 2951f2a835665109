// Environment variables by which the stack tells its two Lambda functions what they work on; none is secret.

/** The ring's environment, `prod`. */
export const ENVIRONMENT_VARIABLE = 'EXCHANGE_KEYS_ENVIRONMENT';
/** Regions whose published allowlist documents a key must allow, separated by commas. */
export const ALLOWLIST_REGIONS_VARIABLE = 'EXCHANGE_KEYS_ALLOWLIST_REGIONS';
/** ARN of the topic on which people are asked to create or delete a key. */
export const REQUEST_TOPIC_VARIABLE = 'EXCHANGE_KEYS_REQUEST_TOPIC';
/** CloudWatch namespace of all metrics. */
export const METRIC_NAMESPACE = 'ExchangeKeys';
