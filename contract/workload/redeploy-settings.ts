// How the stack tells the function that redeploys a service for a new key which service and key that is.

/** ARN of the ECS cluster. */
export const REDEPLOY_CLUSTER_VARIABLE = 'EXCHANGE_KEYS_ECS_CLUSTER';
/** Name of the ECS service. */
export const REDEPLOY_SERVICE_VARIABLE = 'EXCHANGE_KEYS_ECS_SERVICE';
/** Name of the key that the service's tasks are given. */
export const REDEPLOY_KEY_VARIABLE = 'EXCHANGE_KEYS_KEY_NAME';
