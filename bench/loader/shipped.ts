// The loader as workers load it: the built file, not the sources.
import type * as Loader from '../../loaders/node';

export type ShippedLoader = typeof Loader;

export function shippedLoader(file: string): ShippedLoader {
  // by a variable, so that the worker's bundle does not take it in
  return require(file);
}

export const KEY_NAME = 'prod-trader-bot-a';
export const KEY_VERSION = '00000000-0000-4000-8000-000000000001';
export const SECRET_NAME = `exchange-keys/prod/${KEY_NAME}`;

/** Nothing is printed, nothing is read from the process's environment. */
export const QUIET = {
  environment: {},
  records: () => {},
  logger: { info: () => {}, warn: () => {} },
};

/** The value of a secret, as `exchange-keys key put` writes it. */
export function keyDocument(apiKey: string, apiSecret: string): string {
  return JSON.stringify({
    schema: 1,
    exchange: 'xxkk',
    name: KEY_NAME,
    keyId: 'id-1',
    apiKey,
    apiSecret,
    versionId: KEY_VERSION,
    createdAt: '2026-11-22T10:00:00Z',
  });
}
