// The configuration of an exchange that scripts are written from: the one that is deployed, or a file.
import { readFileSync, statSync } from 'node:fs';
import { checkExchangeConfiguration } from '../../../contract/exchange/check-exchange-configuration';
import {
  baseUrlVariable,
  type ExchangeConfiguration,
  ExchangeMethod,
} from '../../../contract/exchange/exchange-configuration';
import { exchangeParameterName, parseExchangeName } from '../../../contract/keys';
import { listed } from '../../../contract/listed';
import { parameterText } from '../aws/parameter';
import { regionOf } from '../aws/ring';
import type { AccountSession } from '../command';
import { EXIT } from '../exit-codes';
import { asUsage, Failure } from '../failure';

/** Far more than a parameter can hold. */
const LARGEST = 65_536;
const METHODS: readonly string[] = Object.values(ExchangeMethod);

/**
 * @param file instead of the environment's SSM parameter.
 * @throws Failure `EXCHANGE_NOT_CONFIGURED`, `EXCHANGE_CONFIGURATION_UNREADABLE`, `EXCHANGE_CONFIGURATION_INVALID`, `EXCHANGE_NAME_MALFORMED`.
 */
export async function readExchangeConfiguration(
  session: AccountSession,
  exchange: string,
  file: string | undefined,
): Promise<ExchangeConfiguration> {
  const name = asUsage(() => parseExchangeName(exchange));
  if (file !== undefined) return parse(readText(file), name, file);
  const { aws, environment } = session;
  const parameter = exchangeParameterName(environment, name);
  const text = await parameterText(aws, parameter);
  if (text !== undefined) return parse(text, name, parameter);
  throw new Failure(
    'EXCHANGE_NOT_CONFIGURED',
    `exchange '${name}' is not configured for '${environment}' in ${await regionOf(aws)}: SSM parameter ${parameter} does not exist; check --exchange and --region, deploy the ring, or name a file with --file`,
  );
}

function readText(file: string): string {
  try {
    const { size } = statSync(file);
    if (size > LARGEST) throw unreadable(file, `it has ${size} bytes, at most ${LARGEST} are read`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw unreadable(file, (error as NodeJS.ErrnoException).code ?? 'unknown error');
  }
}

/** Values are not shown: one pasted by mistake may be a key. */
function parse(text: string, name: string, source: string): ExchangeConfiguration {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid(`the configuration in '${source}' is not JSON; convert YAML to JSON first`);
  }
  const problems = problemsOf(value);
  if (problems.length > 0) throw invalid(listed(`the configuration in '${source}' cannot be used`, problems));
  const configuration = value as ExchangeConfiguration;
  if (configuration.name === name) return configuration;
  throw invalid(`the configuration in '${source}' is that of another exchange than '${name}'; check --exchange`);
}

const NO_FORM = 'it does not have the form of a configuration; synthesise the ring, which tells each mistake';

/** What a script holds outside its literals; the ring checks the form of what it deploys, this is the second lock. */
function hasForm({ operations: { probe, inspect, serverTime }, ...rest }: ExchangeConfiguration): boolean {
  const operations = [probe, inspect, ...(serverTime === undefined ? [] : [serverTime])];
  return (
    /^[A-Z][A-Z0-9_]{0,63}$/.test(baseUrlVariable(rest)) &&
    operations.every(({ method, path }) => METHODS.includes(method) && /^\/[A-Za-z0-9_.~{}:/-]*$/.test(path))
  );
}

function problemsOf(value: unknown): string[] {
  try {
    const configuration = value as ExchangeConfiguration;
    const problems = checkExchangeConfiguration(configuration).map(
      ({ path, message, code }) => `${path === '' ? '' : `'${path}': `}${message} [${code}]`,
    );
    return problems.length > 0 || hasForm(configuration) ? problems : [NO_FORM];
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return [NO_FORM];
  }
}

function unreadable(file: string, why: string): Failure {
  return new Failure(
    'EXCHANGE_CONFIGURATION_UNREADABLE',
    `the file '${file}' cannot be read (${why}); name the exchange's configuration as JSON with --file`,
    { exitCode: EXIT.usage },
  );
}

function invalid(message: string): Failure {
  return new Failure('EXCHANGE_CONFIGURATION_INVALID', message);
}
