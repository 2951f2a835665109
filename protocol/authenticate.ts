// Makes the request that is sent: signed as the template says, or with headers only, or by nobody.

import { InputError } from '../contract/errors';
import type { ExchangeConfiguration, ExchangeOperation } from '../contract/exchange/exchange-configuration';
import { UrlEncoding } from '../contract/exchange/signing-template';
import type { Credentials } from './credentials';
import { signChecked } from './signing/sign';
import type { SignedRequest, SigningClock } from './signing/signing';
import { encodeFields } from './signing/url-encoding';

/** A request before it is signed. */
export interface FilledRequest {
  /** Percent-encoded. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

export interface Caller {
  /** Undefined: the request is signed by nobody. */
  readonly credentials: Credentials | undefined;
  /** As in `URL.host`. */
  readonly host: string;
  readonly clock: SigningClock;
}

/**
 * The request as it is to be sent; `request.path` is the whole path. The configuration has passed `checkExchangeConfiguration`.
 * @throws InputError whose message holds no credential.
 */
export function authenticated(
  { signing, headers = {} }: Pick<ExchangeConfiguration, 'signing' | 'headers'>,
  { method }: Pick<ExchangeOperation, 'method'>,
  request: FilledRequest,
  { credentials, host, clock }: Caller,
): SignedRequest {
  const { path, query, body } = request;
  if (credentials !== undefined && signing !== undefined) {
    return signChecked(signing, { method, host, path, query, ...(body && { body }) }, credentials, clock);
  }
  const text = encodeFields(Object.entries(query), UrlEncoding.RFC3986);
  return {
    method,
    pathAndQuery: `${path}${text === '' ? '' : `?${text}`}`,
    headers: {
      ...(body && { 'Content-Type': 'application/json' }),
      ...(credentials && identified(headers, credentials)),
    },
    body: body && JSON.stringify(body),
  };
}

function identified(headers: Readonly<Record<string, string>>, { apiKey, apiSecret, passphrase }: Credentials) {
  const values: Readonly<Record<string, string | undefined>> = { key: apiKey, secret: apiSecret, passphrase };
  return Object.fromEntries(
    Object.entries(headers).map(([name, template]) => {
      const value = template.replace(/\{(\w+)\}/g, (_, token: string) => {
        const found = Object.hasOwn(values, token) ? values[token] : undefined;
        if (found) return found;
        throw new InputError('EXCHANGE_HEADER_UNUSABLE', `header '${name}' needs {${token}}, and the key has none`);
      });
      // A line break would end the header and begin one of somebody else's.
      if (/^[!-~]([ -~]*[!-~])?$/.test(value)) return [name, value];
      throw new InputError(
        'EXCHANGE_HEADER_UNUSABLE',
        `header '${name}' would hold something else than printable ASCII; put the key again`,
      );
    }),
  );
}
