// What a script needs to make one request: which secrets, which arguments, whether a body.
import { usesPassphrase } from '../../../contract/exchange/check-exchange-configuration';
import { baseUrlVariable, type ExchangeConfiguration } from '../../../contract/exchange/exchange-configuration';
import type { SigningTemplate } from '../../../contract/exchange/signing-template';
import { loaderPrefix, loaderVariables } from '../../../contract/workload';
import type { CurlRequest } from './requests';

export interface Recipe {
  readonly exchange: string;
  readonly baseUrl: string;
  readonly baseUrlVariable: string;
  readonly request: CurlRequest;
  /** Undefined: the request is not signed. */
  readonly signing: SigningTemplate | undefined;
  /** Headers of a request that is not signed. */
  readonly headers: Readonly<Record<string, string>>;
  /** The environment variables that must be set. */
  readonly variables: Readonly<Partial<Record<Credential, string>>>;
  /** True for methods that send one. */
  readonly hasBody: boolean;
}

/** By the name of the variable in the program. */
export type Credential = 'api_key' | 'api_secret' | 'passphrase';

/** Placeholders of `headers` in a configuration. */
export const CREDENTIALS: Readonly<Record<string, Credential>> = {
  key: 'api_key',
  secret: 'api_secret',
  passphrase: 'passphrase',
};

export function recipeOf(configuration: ExchangeConfiguration, request: CurlRequest): Recipe {
  const signing = request.authenticated ? configuration.signing : undefined;
  const headers = (request.authenticated && configuration.headers) || {};
  const names = loaderVariables(loaderPrefix(configuration.name));
  const pieces = [...request.pathPieces, ...request.query.flatMap(([, texts]) => texts)];
  const sends = (token: string) => Object.values(headers).some((text) => text.includes(`{${token}}`));
  const withPassphrase = request.authenticated && usesPassphrase(configuration);
  return {
    exchange: configuration.name,
    baseUrl: configuration.baseUrl,
    baseUrlVariable: baseUrlVariable(configuration),
    request,
    signing,
    headers,
    variables: {
      ...((request.authenticated || pieces.includes('apiKey')) && { api_key: names.apiKey }),
      ...((signing !== undefined || sends('secret')) && { api_secret: names.apiSecret }),
      ...(withPassphrase && { passphrase: names.apiPassphrase }),
    },
    hasBody: ['POST', 'PUT', 'PATCH'].includes(request.method),
  };
}

/** What the caller of the script has to say, in order. */
export function argumentsOf({ pathPieces, query }: CurlRequest): string[] {
  const pieces = [...pathPieces, ...query.flatMap(([, texts]) => texts)];
  return [...new Set(pieces.flatMap((piece) => (piece !== 'apiKey' && 'argument' in piece ? [piece.argument] : [])))];
}
