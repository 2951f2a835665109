// How long a client of AWS waits and how often it tries, where nothing says otherwise.

/** 3 attempts of 5 s and the back-off between them: one call takes less than 20 s. */
export const CLIENT_SETTINGS = {
  maxAttempts: 3,
  retryMode: 'standard',
  // without throwOnRequestTimeout the SDK only logs a warning and keeps waiting
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
} as const;
