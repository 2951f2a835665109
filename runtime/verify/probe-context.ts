// What the checks of a probe share: AWS clients that outlive a run, and exchanges and published addresses that do not.
import type { SSMClient } from '@aws-sdk/client-ssm';
import type { AllowlistDocument } from '../../contract/allowlist';
import { ENVIRONMENT_VARIABLE } from '../../contract/keys';
import { ECHO_SERVICES_VARIABLE, PROBE_KEYS_VARIABLE } from '../../contract/verify';
import { SYSTEM_CLOCK } from '../exchange/exchange-client';
import type { HttpLimits } from '../exchange/http-client';
import { exchangeLoader } from '../exchange/load-exchange';
import { KeyStore } from '../keys/key-store';
import { type FunctionSettings, functionSettings, required } from '../shared/function-settings';
import { type OurAddresses, readOurAddressesInUse, readPublishedAllowlist } from '../shared/our-addresses';
import { createSecretsClient, createSsmClient } from '../shared/secrets-client';
import { PATH_MILLISECONDS } from './closed-path';
import { askEchoServices, ECHO_LIMITS, type EchoAnswer } from './echo-services';
import { ProbeKey } from './probe-key';
import { listOf, type Variables } from './probe-settings';

export interface ProbeLimits {
  /** For each check; they run side by side. */
  readonly checkMilliseconds: number;
  readonly pathMilliseconds: number;
  readonly echo: HttpLimits;
  readonly exchange: HttpLimits;
}

/** A signed read that is repeated once, its clock set and repeated again, fits into a check. */
export const PROBE_LIMITS: ProbeLimits = {
  checkMilliseconds: 20_000,
  pathMilliseconds: PATH_MILLISECONDS,
  echo: ECHO_LIMITS,
  exchange: { connectTimeout: 2_500, totalTimeout: 4_000, maxBytes: 1024 * 1024 },
};

/** Everything is made when a check needs it, so that what is missing fails that check and not the run. */
export class ProbeContext {
  public readonly environment: string;
  private readonly clients = new Map<string, SSMClient>();
  private keyStore?: KeyStore;

  /** @throws Refusal `FUNCTION_SETTING_MISSING` for the environment: nothing could be counted without it. */
  constructor(
    public readonly variables: Variables,
    public readonly limits: ProbeLimits = PROBE_LIMITS,
  ) {
    this.environment = required(variables, ENVIRONMENT_VARIABLE);
  }

  /** Keys of one run; the exchanges are set up anew, so that their connections are as old as the run. */
  public keys(): ProbeKey[] {
    let loadExchange: ReturnType<typeof exchangeLoader> | undefined;
    const { environment, variables } = this;
    const load = async (name: string) => {
      const { exchange: httpLimits } = this.limits;
      loadExchange ??= exchangeLoader({ environment, ssm: this.ssm(this.settings().region), variables, httpLimits });
      return loadExchange(name);
    };
    const names = listOf(variables, PROBE_KEYS_VARIABLE);
    return names.map((name) => new ProbeKey(name, { environment, store: () => this.store(), loadExchange: load }));
  }

  public async echo(): Promise<EchoAnswer[]> {
    return askEchoServices(listOf(this.variables, ECHO_SERVICES_VARIABLE), this.limits.echo);
  }

  /** What the region of the probe publishes. */
  public async published(): Promise<AllowlistDocument> {
    return readPublishedAllowlist(this.source(), this.settings().region);
  }

  /** What all regions publish together. */
  public async ourAddresses(): Promise<OurAddresses> {
    return readOurAddressesInUse(this.source());
  }

  private settings(): FunctionSettings {
    return functionSettings(this.variables);
  }

  private source() {
    const { environment, allowlistRegions: regions, localAws } = this.settings();
    return { environment, regions, localAws, ssm: (region: string) => this.ssm(region) };
  }

  private ssm(region: string): SSMClient {
    const client = this.clients.get(region) ?? createSsmClient(region);
    this.clients.set(region, client);
    return client;
  }

  private store(): KeyStore {
    const { environment } = this;
    const { sleep } = SYSTEM_CLOCK;
    this.keyStore ??= new KeyStore({ client: createSecretsClient(this.settings().region), environment, sleep });
    return this.keyStore;
  }
}
