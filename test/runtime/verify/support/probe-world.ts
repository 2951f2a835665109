// A ring with a probe key: secrets and parameters in the local AWS, an exchange that looks at addresses, two echo services.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import {
  ALLOWLIST_REGIONS_VARIABLE,
  CURRENT,
  ENVIRONMENT_VARIABLE,
  type KeyDescription,
  probeKeyName,
} from '../../../../contract/keys';
import {
  CLOSED_PATHS_VARIABLE,
  type ClosedPath,
  ECHO_SERVICES_VARIABLE,
  EXIT_ZONE_VARIABLE,
  PROBE_KEYS_VARIABLE,
  type ProbeAnswer,
  type ProbeCheck,
  ZONE_VARIABLE,
} from '../../../../contract/verify';
import { HTTP_LIMITS } from '../../../../runtime/exchange/http-client';
import type { ProbeLimits } from '../../../../runtime/verify/probe-context';
import { EchoService } from '../../../support/echo-service';
import { clearLogs, leaks, logged } from '../../keys/support/log-capture';
import { ENVIRONMENT, REGION, RingWorld, type WorldKey, type WorldOptions } from '../../keys/support/ring-world';

export const ZONE = `${REGION}a`;
/** Where the probes call from. */
export const OWN = '127.0.0.1';
/** Nobody's. */
export const OTHER = '127.0.7.1';

/** As in production, but for what a test waits for. */
export const SOON: ProbeLimits = {
  checkMilliseconds: 5_000,
  pathMilliseconds: 300,
  echo: { connectTimeout: 1_000, totalTimeout: 1_000, maxBytes: 256 },
  exchange: { ...HTTP_LIMITS, connectTimeout: 500, totalTimeout: 500 },
};

export class ProbeWorld {
  public static async start(): Promise<ProbeWorld> {
    const ring = await RingWorld.start();
    const echoes = [await EchoService.start(), await EchoService.start()] as const;
    const listener = createServer((socket) => socket.destroy()).listen(0, OWN);
    await once(listener, 'listening');
    return new ProbeWorld(ring, echoes, listener);
  }

  private keyNow?: WorldKey;
  private readonly seen: string[] = [];

  private constructor(
    public readonly ring: RingWorld,
    public readonly echoes: readonly [EchoService, EchoService],
    private readonly listener: Server,
  ) {}

  /** The probe key; its address list at the exchange holds our own address alone. */
  public get key(): WorldKey {
    if (!this.keyNow) throw new Error('call reset first');
    return this.keyNow;
  }

  /** Everything as it should be. `ips` is the key's allowlist, and published. */
  public async reset({ ips = [OWN], ...options }: WorldOptions & { readonly ips?: readonly string[] } = {}) {
    await this.ring.reset({ management: false, ...options });
    await this.ring.publishAddresses(ips);
    for (const echo of this.echoes) {
      echo.mode = { kind: 'ok' };
      echo.callers.length = 0;
    }
    clearLogs();
    this.keyNow = await this.addProbeKey();
    await this.ring.put(this.key, this.ring.handMade(this.key, { ips }), [CURRENT]);
  }

  /** A secret as a deployment leaves it. */
  public addProbeKey(description: Partial<KeyDescription> = {}, exchange = 'xxkk'): Promise<WorldKey> {
    const name = probeKeyName(ENVIRONMENT, exchange);
    return this.ring.addKey('0', { permissions: ['read'], exchange, ...description }, name);
  }

  /** What the stack tells the functions; undefined takes one away. */
  public variables(changes: Record<string, string | undefined> = {}): Record<string, string | undefined> {
    return {
      AWS_REGION: REGION,
      AWS_ENDPOINT_URL: process.env.AWS_ENDPOINT_URL,
      [ENVIRONMENT_VARIABLE]: ENVIRONMENT,
      [ALLOWLIST_REGIONS_VARIABLE]: REGION,
      [ZONE_VARIABLE]: ZONE,
      [EXIT_ZONE_VARIABLE]: ZONE,
      [ECHO_SERVICES_VARIABLE]: this.echoes.map(({ url }) => url).join(','),
      [CLOSED_PATHS_VARIABLE]: JSON.stringify([this.closedPath]),
      [PROBE_KEYS_VARIABLE]: probeKeyName(ENVIRONMENT, 'xxkk').text,
      ...changes,
    };
  }

  /** Leads nowhere: a name that nobody can register. */
  public readonly closedPath: ClosedPath = { name: 'unlisted', host: 'nowhere.invalid', port: 443 };

  /** Somebody answers. */
  public get openPath(): ClosedPath {
    return { name: 'direct', host: OWN, port: (this.listener.address() as AddressInfo).port };
  }

  /** Runs a probe, and keeps its answer to be searched for secrets. */
  public async run(probe: () => Promise<ProbeAnswer>): Promise<ProbeAnswer> {
    const answer = await probe();
    this.seen.push(JSON.stringify(answer));
    return answer;
  }

  /** Every place a secret got to. */
  public leaks(): string[] {
    const secrets = this.ring.secrets();
    return [...leaks(secrets), ...leaks(secrets, this.seen)];
  }

  public async stop(): Promise<void> {
    await Promise.all(this.echoes.map((echo) => echo.stop()));
    this.listener.close();
    await this.ring.stop();
  }
}

/** Outcome and code of each check, by its name. */
export function verdicts(answer: ProbeAnswer): Record<string, string> {
  return Object.fromEntries(answer.checks.map(({ check, outcome, code }) => [check, `${outcome} ${code}`]));
}

/** What all is well looks like from the inside. */
export const WELL = {
  address: 'pass OK',
  'signed-read': 'pass OK',
  'exchange-allowlist': 'pass OK',
  'closed-path': 'pass PATH_CLOSED',
} as const;

/** The one check of that name. */
export function only(answer: ProbeAnswer, name: ProbeCheck['check']): ProbeCheck {
  const found = answer.checks.filter(({ check }) => check === name);
  if (found.length !== 1) throw new Error(`${found.length} checks '${name}'`);
  return found[0];
}

/** Lines with metrics since the logs were cleared. */
export function published(): Record<string, unknown>[] {
  return logged().filter((line) => '_aws' in line);
}

/** The values of those lines by metric, without their dimensions; throws for a metric that was published twice. */
export function counts(): Record<string, number> {
  const found = published().flatMap((line) => Object.entries(line).filter(([, value]) => typeof value === 'number'));
  if (new Set(found.map(([name]) => name)).size < found.length) throw new Error('a metric was published twice');
  return Object.fromEntries(found) as Record<string, number>;
}

/** Lines about checks that did not pass. */
export function checkLines(): Record<string, unknown>[] {
  return logged().filter(({ message }) => message === 'probe check');
}
