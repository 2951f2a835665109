// `npm start`: deploys the example (or another configuration) into a local AWS, prints the CIDRs to allowlist, rotates a key.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { table } from '../bin/cli/output/table';
import type { Config, RingConfig } from '../bin/config/config';
import { readConfig } from '../bin/config/read-config';
import { readExchange } from '../bin/config/read-exchange';
import { aggregateCidrs, parseCidr } from '../contract/cidr';
import { InputError, withCode } from '../contract/errors';
import { clientVariables, environmentFor, LOCAL_ACCOUNT, LocalAws, startLocalAws } from '../local-aws/start-local-aws';
import type { EchoService } from '../test/support/echo-service';
import { type ExchangeProcess, startExchangeProcess } from '../test/support/exchange';
import { cdk } from './cdk-cli';
import { tourKeys } from './keys-tour';
import { PublishedAllowlist, readPublishedAllowlist } from './published-allowlist';
import { localEchoServices, tourVerify, withEchoServices } from './verify-tour';
import { tourWatch } from './watch-tour';
import { tourWorkload } from './workload-tour';

const HELP = `Deploys an exchange-keys.yaml into a local AWS and prints the CIDRs to allowlist. If it has keys, an exchange on
loopback is started as well, the first keys are put, one is rotated and its predecessor revoked, the probes prove who is let
in and who is not, the watch finds who uses what it should not, and a bot trades while its key is rotated.

usage: npm start -- [options]

  --config FILE   the configuration to deploy (default: exchange-keys.yaml)
  --keep          leave the local AWS running until Ctrl-C, and say how to use it
  --port N        port of the local AWS on 127.0.0.1 (default: a free one)
  --json          print the allowlist documents as JSON instead of a table
  --verbose       print everything the CDK CLI prints
  --help          print this

With AWS_ENDPOINT_URL set, that endpoint is used, nothing is started or stopped, and no key is put.
Exit codes: 0 deployed, 1 refused or failed, 2 wrong usage, 130 interrupted.`;

// The SDK would announce on every run that it will one day want a newer Node; the CDK CLI's children are told the same.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const started = Date.now();
const say = (line: string) => console.error(`[${((Date.now() - started) / 1000).toFixed(1).padStart(5)} s] ${line}`);

interface Options {
  readonly config: string;
  readonly keep: boolean;
  readonly port?: number;
  readonly json: boolean;
  readonly verbose: boolean;
}

class UsageError extends Error {}

function readOptions(): Options {
  let values: ReturnType<typeof parse>;
  try {
    values = parse();
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  if (values.help) {
    console.log(HELP);
    process.exit(0);
  }
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65536)) {
    throw new UsageError(`--port takes a number from 1 to 65535, got '${values.port}'`);
  }
  return { config: values.config, keep: values.keep, port, json: values.json, verbose: values.verbose };
}

const parse = () =>
  parseArgs({
    options: {
      config: { type: 'string', default: 'exchange-keys.yaml' },
      keep: { type: 'boolean', default: false },
      port: { type: 'string' },
      json: { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  }).values;

async function main(): Promise<void> {
  const options = readOptions();
  const config = readConfig(options.config); // before anything is started: a typing error should cost a second
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (!interrupt.signal.aborted) say('interrupted, stopping');
      interrupt.abort();
    });
  }
  const workspace = mkdtempSync(path.join(tmpdir(), 'exchange-keys-'));
  let local: LocalAws | undefined;
  let exchange: ExchangeProcess | undefined;
  let echoes: EchoService[] = [];
  let deployed = false;
  try {
    const given = process.env.AWS_ENDPOINT_URL;
    if (!given) {
      local = await start(options, config);
      if (config.ring) exchange = await startExchange(options, config.ring);
      if (exchange) echoes = await localEchoServices(config);
    }
    const endpoint = given ?? (local as LocalAws).endpoint;
    if (given) say(`using ${given} (AWS_ENDPOINT_URL)`);
    const file = exchange ? withEchoServices(config, options.config, echoes, workspace) : options.config;
    await deploy({ endpoint, exchange, options, config, file, workspace, signal: interrupt.signal });
    const allowlists = await Promise.all(
      Object.keys(config.regions).map((region) =>
        readPublishedAllowlist({ endpoint, environment: config.environment, region }),
      ),
    );
    print(allowlists, options);
    const addresses = allowlists
      .filter(({ document }) => document.region === config.ring?.homeRegion)
      .flatMap(({ document }) => document.entries.map(({ address }) => address));
    const everywhere = allowlists.flatMap(({ document }) => document.entries.map(({ address }) => address));
    if (exchange) {
      const tour = { endpoint, config, exchange, addresses, everywhere, say, signal: interrupt.signal };
      const key = await tourKeys(tour);
      await tourVerify(tour, workspace);
      const findings = key && (await tourWatch(tour, key));
      await tourWorkload(tour);
      if (key && !options.json) console.log(`\n${key.list}\n${findings}`);
    }
    deployed = true;
    if (options.keep && local) await keep(local, config, options, interrupt.signal);
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
  } finally {
    for (const one of [exchange, ...echoes, local]) await one?.stop();
    rmSync(workspace, { recursive: true, force: true });
  }
  if (local) say('stopped the local AWS, nothing is left running');
  if (!deployed) process.exitCode = 130; // interrupted; with --keep, Ctrl-C after the deployment is the regular end
}

async function start(options: Options, config: Config): Promise<LocalAws> {
  say('starting the local AWS');
  const local = await startLocalAws({ port: options.port, account: config.account });
  say(`local AWS at ${local.endpoint}, account ${config.account ?? LOCAL_ACCOUNT}`);
  return local;
}

/** The loopback exchange speaks what exchange-xxkk.yaml describes, and can stand for no other. */
async function startExchange({ config }: Options, ring: RingConfig): Promise<ExchangeProcess | undefined> {
  const file = ring.exchangeFile;
  const { name } = readExchange(config, file);
  if (ring.manual || ring.suspended) {
    say(`keys are deployed, but not put: the ring is ${ring.manual ? 'manual' : 'suspended'}, so nothing would rotate`);
    return undefined;
  }
  if (name !== 'xxkk') {
    say(`keys are deployed, but not put: the loopback exchange is 'xxkk', and ${file} describes '${name}'`);
    return undefined;
  }
  const exchange = await startExchangeProcess();
  say(`loopback exchange at ${exchange.url}`);
  return exchange;
}

interface Deployment {
  readonly endpoint: string;
  readonly exchange?: ExchangeProcess;
  readonly options: Options;
  readonly config: Config;
  /** What is deployed. */
  readonly file: string;
  readonly workspace: string;
  readonly signal: AbortSignal;
}

async function deploy({ endpoint, exchange, options, config, file, workspace, signal }: Deployment): Promise<void> {
  const [firstRegion] = Object.keys(config.regions);
  const env = {
    ...environmentFor(endpoint, firstRegion, workspace),
    ...(exchange && { XXKK_API_BASE_URL: exchange.url }),
  };
  const assembly = path.join(workspace, 'cdk.out');
  const step = async (title: string, args: string[]) => {
    signal.throwIfAborted();
    say(title);
    const onLine = (line: string) => {
      if (options.verbose) console.error(line);
      else if (/^\s*(✅|❌)/.test(line)) say(line.trim());
    };
    const { code, output } = await cdk(args, { env, onLine, signal });
    signal.throwIfAborted();
    if (code !== 0) throw new Error(`cdk ${args[0]} failed:\n${output}`);
  };
  await step('synthesizing', ['synth', '--quiet', '-c', `config=${path.resolve(file)}`, '--output', assembly]);
  await step('bootstrapping the regions', ['bootstrap', '--app', assembly]);
  const approval = ['--require-approval', 'never', '--concurrency', '4'];
  await step('deploying', ['deploy', '--app', assembly, '--all', ...approval]);
}

function print(allowlists: PublishedAllowlist[], options: Options): void {
  if (options.json) {
    console.log(
      JSON.stringify(
        allowlists.map(({ document }) => document),
        null,
        2,
      ),
    );
    return;
  }
  const rows = allowlists.flatMap(({ document: { region, entries } }) =>
    entries.map((entry) => [region, entry.availabilityZone, entry.address, entry.cidr, entry.role, entry.allocationId]),
  );
  console.log(`\n${table(['region', 'zone', 'address', 'CIDR', 'role', 'allocation id'], rows)}`);
  const cidrs = aggregateCidrs(allowlists.flatMap(({ document }) => document.cidrs.map(parseCidr)));
  console.log(`\nAllow at every exchange, and nothing else:\n\n  ${cidrs.map(({ text }) => text).join(',')}`);
  console.log('\nAlso published, per region:');
  for (const { parameterName, document } of allowlists) {
    console.log(`  SSM parameter ${parameterName}`);
    console.log(`  output AllowlistCidrs of stack exchange-keys-${document.environment}-addresses-${document.region}`);
  }
  console.log('');
}

async function keep(local: LocalAws, config: Config, options: Options, signal: AbortSignal): Promise<void> {
  const [region] = Object.keys(config.regions);
  const variables = Object.entries(clientVariables(local.endpoint, region)).map(([name, value]) => `${name}=${value}`);
  console.log(`The local AWS stays at ${local.endpoint} until Ctrl-C. In another terminal:

  export ${variables.join(' ')}
  aws ec2 describe-addresses
  aws ssm get-parameter --name /exchange-keys/${config.environment}/egress/${region}/allowlist
  npx cdk deploy --all -c config=${options.config}
  npx cdk destroy 'exchange-keys-${config.environment}-network-*'
`);
  await Promise.race([
    local.ended.then(() => Promise.reject(new Error('the local AWS has ended by itself'))),
    new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true })),
  ]);
}

main().catch((error: Error) => {
  if (error instanceof InputError) console.error(withCode(error));
  else console.error(process.env.DEBUG ? error : error.message);
  if (error instanceof UsageError) console.error(`\n${HELP}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
});
