// Finds the exchange's configuration: given, in a file, or in an SSM parameter; checks it before anything is signed by it.
import { readFile, stat } from 'node:fs/promises';
import type { ExchangeConfiguration } from '../../../contract/exchange/exchange-configuration';
import { listed } from '../../../contract/listed';
import { quoted } from '../../../contract/quoted';
import type { LoaderVariables } from '../../../contract/workload';
import { configurationProblems } from '../../../protocol/configuration-problems';
import { LoaderError } from '../shared/loader-error';
import { type Environment, settingMalformed, variable } from '../shared/settings';

/** What is used of an `SSMClient`. */
export interface ParameterClient {
  // biome-ignore lint/suspicious/noExplicitAny: a type of the SDK would oblige users of files to install it
  send(command: any, options?: { abortSignal?: AbortSignal }): Promise<any>;
}

type Sdk = Pick<typeof import('@aws-sdk/client-ssm'), 'SSMClient' | 'GetParameterCommand'>;

/** A parameter has 8 KiB at most. */
const LARGEST_FILE = 262_144;
const CLIENT_SETTINGS = {
  maxAttempts: 5,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
} as const;

export interface ConfigurationOptions {
  readonly configuration: ExchangeConfiguration | undefined;
  readonly environment: Environment;
  readonly names: LoaderVariables;
  readonly ssm: ParameterClient | undefined;
}

/** @throws LoaderError `EXCHANGE_CONFIGURATION_UNREADABLE`, `EXCHANGE_CONFIGURATION_INVALID`, `LOADER_SETTING_MALFORMED`, `LOADER_SDK_MISSING`. */
export async function loadConfiguration(options: ConfigurationOptions): Promise<ExchangeConfiguration> {
  const { configuration, environment, names, ssm } = options;
  if (configuration !== undefined) return checked(copied(configuration), 'option configuration');
  const file = variable(environment, names.exchangeFile);
  const parameter = variable(environment, names.exchangeParameter);
  if (file !== undefined && parameter !== undefined) {
    throw settingMalformed(
      names.exchangeParameter,
      `unset it, or ${names.exchangeFile}, which is set as well`,
      parameter,
    );
  }
  if (file !== undefined) {
    const source = `file ${quoted(file)} (${names.exchangeFile})`;
    return checked(parsed(await textOfFile(file, source), source), source);
  }
  if (parameter !== undefined) {
    const source = `parameter ${quoted(parameter)} (${names.exchangeParameter})`;
    return checked(parsed(await textOfParameter(parameter, source, ssm), source), source);
  }
  throw new LoaderError(
    'EXCHANGE_CONFIGURATION_UNREADABLE',
    `no configuration of the exchange: neither ${names.exchangeFile} nor ${names.exchangeParameter} is set; set one of them, or give option configuration`,
  );
}

/** What is checked stays as it is, whatever the program does with its object. */
function copied(configuration: unknown): unknown {
  try {
    return structuredClone(configuration);
  } catch {
    // the error quotes what cannot be copied
    throw new LoaderError(
      'EXCHANGE_CONFIGURATION_INVALID',
      'option configuration: the configuration has a value that JSON does not have, such as a function',
    );
  }
}

function parsed(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new LoaderError('EXCHANGE_CONFIGURATION_INVALID', `${source}: the configuration is not JSON`);
  }
}

function checked(value: unknown, source: string): ExchangeConfiguration {
  const problems = configurationProblems(value);
  if (problems.length === 0) return value as ExchangeConfiguration;
  throw new LoaderError(
    'EXCHANGE_CONFIGURATION_INVALID',
    listed(`${source}: the configuration cannot be used`, problems),
  );
}

async function textOfFile(file: string, source: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > LARGEST_FILE) throw Object.assign(new Error(), { code: 'EFBIG' });
    return await readFile(file, 'utf8');
  } catch (error) {
    throw unreadable(source, (error as { code?: unknown }).code, 'check the path and who may read it');
  }
}

async function textOfParameter(name: string, source: string, given: ParameterClient | undefined): Promise<string> {
  const { SSMClient, GetParameterCommand } = loadSdk(source);
  let value: unknown;
  try {
    const client = given ?? new SSMClient(CLIENT_SETTINGS);
    const { Parameter } = await client.send(new GetParameterCommand({ Name: name }));
    value = Parameter?.Value;
  } catch (error) {
    const { name: code } = error as { name?: unknown };
    throw unreadable(source, code, "check name, region and network, and that the workload's role may read it");
  }
  if (typeof value === 'string') return value;
  throw unreadable(source, 'no value', 'deploy the ring again');
}

/** Messages of the SDK can quote what was sent and received. */
function unreadable(source: string, code: unknown, remedy: string): LoaderError {
  const shown = typeof code === 'string' && /^[\w ]{1,60}$/.test(code) ? code : 'unknown error';
  return new LoaderError(
    'EXCHANGE_CONFIGURATION_UNREADABLE',
    `${source}: the configuration cannot be read (${shown}); ${remedy}`,
  );
}

function loadSdk(source: string): Sdk {
  try {
    // require, not import: it also finds the SDK of the Lambda runtime, and only those need it who have a parameter to read
    return require('@aws-sdk/client-ssm');
  } catch {
    throw new LoaderError(
      'LOADER_SDK_MISSING',
      `${source}: reading it needs the package @aws-sdk/client-ssm, which cannot be loaded; install it beside cdk-exchange-keys`,
    );
  }
}
