// Finds what a schema cannot say about an exchange's configuration: what contradicts itself, or would let a rotation guess.
import { InputError } from '../errors';
import { quoted } from '../quoted';
import { parseBaseUrl } from './base-url';
import { checkErrorRules } from './check-error-rules';
import { checkOperations } from './check-operations';
import { checkPermissionNames } from './check-permission-names';
import { checkSigningTemplate } from './check-signing-template';
import { Endpoints } from './endpoints';
import type { ExchangeConfiguration } from './exchange-configuration';
import type { ExchangeProblem } from './exchange-problem';
import { templateTexts } from './placeholder';
import { checkHeaderNames } from './signing-names';
import { PassphraseMode, type SigningTemplate } from './signing-template';
import { parseText, tokenNames } from './signing-text';

export type { ExchangeProblem } from './exchange-problem';

/** The problems of a configuration that fits `exchangeConfigurationSchema`; none if an exchange can be used with it. */
export function checkExchangeConfiguration(configuration: ExchangeConfiguration): ExchangeProblem[] {
  return [
    ...checkBaseUrl(configuration),
    ...checkAuthentication(configuration),
    ...checkOperations(configuration),
    ...checkPassphrase(configuration),
    ...checkPermissionNames(configuration),
    ...checkErrorRules(configuration),
    ...checkEndpoints(configuration),
  ];
}

/** True when the keys of the exchange have a passphrase that requests need. */
export function usesPassphrase({ signing, headers }: ExchangeConfiguration): boolean {
  const mode = signing?.passphrase ?? PassphraseMode.NONE;
  return mode !== PassphraseMode.NONE || Object.values(headers ?? {}).some((text) => text.includes('{passphrase}'));
}

function checkBaseUrl({ baseUrl }: ExchangeConfiguration): ExchangeProblem[] {
  try {
    parseBaseUrl(baseUrl);
    return [];
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return [{ path: 'baseUrl', code: error.code, message: error.message }];
  }
}

const HEADER_TOKENS = ['key', 'secret', 'passphrase'];

function checkAuthentication({ signing, headers }: ExchangeConfiguration): ExchangeProblem[] {
  const code = 'EXCHANGE_AUTHENTICATION';
  if ((signing === undefined) === (headers === undefined)) {
    const message = `${signing ? "both 'signing' and 'headers' are" : "neither 'signing' nor 'headers' is"} given; give 'signing' where requests are signed, else 'headers' with the API key`;
    return [{ path: '', code, message }];
  }
  if (signing !== undefined) {
    return checkSigningTemplate(signing).map((problem) => ({
      ...problem,
      path: `signing${problem.path.replaceAll('/', '.')}`,
    }));
  }
  const problems: ExchangeProblem[] = [];
  for (const { message } of checkHeaderNames({ headers } as SigningTemplate)) {
    problems.push({ path: 'headers', code, message });
  }
  const used = new Set<string>();
  for (const [name, text] of Object.entries(headers ?? {})) {
    const tokens = tokenNames(parseText(text) ?? [{ token: text }]);
    for (const token of tokens) used.add(token);
    const wrong = tokens.find((token) => !HEADER_TOKENS.includes(token));
    if (wrong === undefined) continue;
    const message = `placeholder ${quoted(`{${wrong}}`)} is unknown, allowed here are {key}, {secret}, {passphrase}`;
    problems.push({ path: `headers.${name}`, code: 'EXCHANGE_PLACEHOLDER', message });
  }
  if (!used.has('key'))
    problems.push({ path: 'headers', code, message: 'no header holds {key}; add the one that does' });
  return problems;
}

function checkEndpoints({ endpoints = {} }: ExchangeConfiguration): ExchangeProblem[] {
  try {
    new Endpoints(endpoints);
    return [];
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return [{ path: 'endpoints', code: error.code, message: error.message }];
  }
}

function checkPassphrase(configuration: ExchangeConfiguration): ExchangeProblem[] {
  const { create } = configuration.operations;
  if (create === undefined || !usesPassphrase(configuration) || create.response.passphrase !== undefined) return [];
  if (templateTexts(create).some(({ text }) => text.includes('{passphrase}'))) return [];
  return [
    {
      path: 'operations.create',
      code: 'EXCHANGE_PASSPHRASE_NOT_SENT',
      message:
        "requests need the key's passphrase, and a new key gets none; add {passphrase} to the body, or response.passphrase where the exchange chooses it",
    },
  ];
}
