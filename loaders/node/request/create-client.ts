// Makes the client of an exchange from what the program and its environment say, and refuses what does not fit before anything is sent.

import { type BaseUrl, parseBaseUrl } from '../../../contract/exchange/base-url';
import { Endpoints, type EndpointTable } from '../../../contract/exchange/endpoints';
import type { ExchangeConfiguration } from '../../../contract/exchange/exchange-configuration';
import { type DescribedPermission, parsePermissions } from '../../../contract/keys';
import type { LoaderVariables } from '../../../contract/workload';
import type { KeyHolder } from '../key/holder';
import { LoaderError, refusedAs } from '../shared/loader-error';
import { type LoaderLogger, STDERR_LOGGER } from '../shared/logger';
import { Notices } from '../shared/notices';
import { type RecordSink, STDOUT_SINK } from '../shared/record-sink';
import { DEFAULT_PREFIX, type Environment, settingMalformed, variable, variablesOf } from '../shared/settings';
import { type Clock, SYSTEM_CLOCK, SYSTEM_TIMERS, type Timers } from '../shared/time';
import { beforeExit } from './before-exit';
import { ExchangeClient } from './exchange-client';
import { loadConfiguration, type ParameterClient } from './exchange-configuration';
import { RecordWriter } from './record-writer';
import { recordedKey } from './recorded-key';
import { type AddressSource, echoSource, isAddress, SourceAddress } from './source-address';
import type { Fetch } from './transport';

export interface ExchangeClientOptions {
  /** What `loadKey` gave. */
  readonly key: KeyHolder;

  /** Prefix of the environment variables. @default 'XXKK' */
  readonly prefix?: string;

  /** Environment variables. @default process.env */
  readonly environment?: Environment;

  /** The exchange's configuration. @default - read from the file `XXKK_EXCHANGE_FILE` or the SSM parameter `XXKK_EXCHANGE_PARAMETER` */
  readonly configuration?: ExchangeConfiguration;

  /** Which endpoints may be called, and of which category each is. @default - `endpoints` of the configuration */
  readonly endpoints?: EndpointTable;

  /** What the key may do. @default - `XXKK_KEY_PERMISSIONS` */
  readonly permissions?: readonly string[];

  /** Where the API is. @default - `XXKK_API_BASE_URL`, then the configuration's */
  readonly baseUrl?: string;

  /** What sends. Must not follow redirects when it is told not to. @default globalThis.fetch */
  readonly fetch?: Fetch;

  /** Where request records go, a line each. They must reach the workload's log group as they are. @default - stdout */
  readonly records?: RecordSink;

  /**
   * Whether equal successes are counted and written at the end of each minute, which makes logs cheaper. What is not a success,
   * and the first of a kind, is always written at once. @default false
   */
  readonly aggregate?: boolean;

  /**
   * Address that requests leave from, or what finds it; it is asked at the start, hourly, and after the exchange refused the
   * address. @default - the echo service `XXKK_ECHO_URL` is asked
   */
  readonly sourceIp?: string | AddressSource;

  /** Milliseconds until a request must be over, repetitions included. @default 10000 */
  readonly timeoutMs?: number;

  /** Longest answer, in bytes. @default 1048576 */
  readonly maxAnswerBytes?: number;

  /** Clients of AWS in place of the loader's own. */
  readonly clients?: {
    /** An `SSMClient`. */
    readonly ssm?: ParameterClient;
  };

  /** Where messages for people go. @default - JSON lines on stderr */
  readonly logger?: LoaderLogger;

  /** @default - the system's */
  readonly clock?: Clock;

  /** @default - the system's */
  readonly timers?: Timers;
}

const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_ANSWER_BYTES = 1_048_576;

/**
 * A client of the exchange for this workload's key.
 * @throws LoaderError `KEY_PERMISSIONS_UNKNOWN`, `KEY_NAME_UNKNOWN`, `KEY_OF_OTHER_EXCHANGE`, `EXCHANGE_CONFIGURATION_UNREADABLE`,
 * `EXCHANGE_CONFIGURATION_INVALID`, `EXCHANGE_BASE_URL`, `ENDPOINT_MALFORMED`, `ENDPOINT_CATEGORY_UNKNOWN`,
 * `ENDPOINT_AMBIGUOUS`, `LOADER_SETTING_MALFORMED`, `LOADER_PREFIX_MALFORMED`, `LOADER_SDK_MISSING`, `LOADER_CLOSED`, and as
 * permissions are refused: `PERMISSIONS_EMPTY`, `PERMISSION_UNKNOWN`, `PERMISSION_TWICE`.
 */
export async function exchangeClient(options: ExchangeClientOptions): Promise<ExchangeClient> {
  const {
    key,
    prefix = DEFAULT_PREFIX,
    environment = process.env,
    clock = SYSTEM_CLOCK,
    timers = SYSTEM_TIMERS,
  } = options;
  const { fetch = globalThis.fetch, records: sink = STDOUT_SINK, logger = STDERR_LOGGER, aggregate = false } = options;
  const names = variablesOf(prefix);
  const notices = new Notices(logger);
  const timeoutMs = positive('option timeoutMs', options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  const maxBytes = positive('option maxAnswerBytes', options.maxAnswerBytes ?? DEFAULT_ANSWER_BYTES);
  const permissions = permissionsOf(options, environment, names);
  recordedKey(key.current);
  const source = addressSource(options, { environment, names, fetch, timers });
  const address = new SourceAddress({ source, notices, clock, timers });
  const ssm = options.clients?.ssm;
  const configuration = await loadConfiguration({ configuration: options.configuration, environment, names, ssm });
  refuseOtherExchange(configuration, key);
  const base = baseUrl(options, { environment, names, configuration });
  const endpoints = endpointsOf(options.endpoints, configuration);
  await address.start();

  const records = new RecordWriter({ sink, aggregate, notices, clock, timers });
  const onClose = beforeExit(() => records.flush());
  return new ExchangeClient({
    ...{
      key,
      configuration,
      base,
      endpoints,
      permissions,
      fetch,
      records,
      address,
      clock,
      timers,
      timeoutMs,
      maxBytes,
    },
    onClose,
  });
}

interface Surroundings {
  readonly environment: Environment;
  readonly names: LoaderVariables;
}

function permissionsOf(
  { permissions }: ExchangeClientOptions,
  environment: Environment,
  { keyPermissions }: LoaderVariables,
): DescribedPermission[] {
  if (permissions !== undefined) return refusedAs('option permissions', () => parsePermissions(permissions));
  const text = variable(environment, keyPermissions);
  if (text !== undefined) return refusedAs(keyPermissions, () => parsePermissions(text.split(',')));
  throw new LoaderError(
    'KEY_PERMISSIONS_UNKNOWN',
    `nothing says what the key may do, so nothing could be refused before it is sent; set ${keyPermissions}, for example to 'read,trade', or give option permissions`,
  );
}

/** A key is never shown to an exchange that is not its own. */
function refuseOtherExchange({ name }: ExchangeConfiguration, { current: { exchange } }: KeyHolder): void {
  if (name === exchange) return;
  throw new LoaderError(
    'KEY_OF_OTHER_EXCHANGE',
    `the configuration is of exchange '${name}', and the key is of exchange '${exchange}'; give the workload the configuration of its key's exchange`,
  );
}

function baseUrl(
  { baseUrl: given }: ExchangeClientOptions,
  { environment, names: { apiBaseUrl }, configuration }: Surroundings & { configuration: ExchangeConfiguration },
): BaseUrl {
  if (given !== undefined) return refusedAs('option baseUrl', () => parseBaseUrl(given));
  const variableUrl = variable(environment, apiBaseUrl);
  if (variableUrl !== undefined) return refusedAs(apiBaseUrl, () => parseBaseUrl(variableUrl));
  return parseBaseUrl(configuration.baseUrl);
}

function endpointsOf(given: EndpointTable | undefined, { endpoints = {} }: ExchangeConfiguration): Endpoints {
  return refusedAs(given === undefined ? 'configuration' : 'option endpoints', () => new Endpoints(given ?? endpoints));
}

function addressSource(
  { sourceIp }: ExchangeClientOptions,
  { environment, names: { echoUrl }, fetch, timers }: Surroundings & { fetch: Fetch; timers: Timers },
): AddressSource | undefined {
  if (typeof sourceIp === 'function') return sourceIp;
  if (sourceIp !== undefined) {
    if (isAddress(sourceIp)) return () => sourceIp;
    throw settingMalformed('option sourceIp', 'write an IPv4 or IPv6 address', String(sourceIp));
  }
  const url = variable(environment, echoUrl);
  return url === undefined ? undefined : refusedAs(echoUrl, () => echoSource(url, fetch, timers));
}

function positive(setting: string, value: number): number {
  if (Number.isInteger(value) && value > 0 && value <= 2 ** 31 - 1) return value;
  throw settingMalformed(setting, 'write a whole number above 0', String(value));
}
