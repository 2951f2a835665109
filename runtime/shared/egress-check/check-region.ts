// Compares what is really in EC2 in one region with what is published: what cannot be read is an error, never a pass.
import type { SSMClient } from '@aws-sdk/client-ssm';
import type { AllowlistDocument } from '../../../contract/allowlist';
import type { NetworkDocument } from '../../../contract/egress';
import { type ExtraEnvironments, environmentsWith } from '../../../contract/environment';
import { InputError } from '../../../contract/errors';
import { refusalOf } from '../aws-refusal';
import type { Ec2Reader } from '../ec2-reader';
import { Refusal } from '../refusal';
import { addressDifferences } from './address-check';
import { readAddresses } from './address-snapshot';
import { networkDifferences } from './network-check';
import { readNetwork } from './network-snapshot';
import type { Difference, EgressProblem } from './problem';
import { readAllowlist, readNetworks } from './published';

export interface CheckRequest {
  readonly environment: string;
  readonly region: string;
  readonly ssm: SSMClient;
  /** Of the same region. */
  readonly ec2: Ec2Reader;
  /** Environments that the project adds; without it, `environment` is taken for one. */
  readonly environments?: ExtraEnvironments;
  /** Loopback addresses are addresses: this runs against a local AWS. */
  readonly localAws: boolean;
  /** True where an allowlist must be published, with or without a network. @default false */
  readonly expectsAllowlist?: boolean;
  /** Names of the parameters of networks that must be published here. */
  readonly expectedNetworks?: readonly string[];
  /** Ends the calls of SSM; those of EC2 end with the patience of their reader. */
  readonly abortSignal?: AbortSignal;
}

export interface RegionReport {
  readonly region: string;
  /** Undefined where none is published: a problem only if networks are, or must be. */
  readonly allowlist: AllowlistDocument | undefined;
  /** In the order of their parameters' names. */
  readonly networks: readonly NetworkDocument[];
  readonly problems: readonly EgressProblem[];
}

/** @throws Refusal for everything that leaves the answer unknown: denied, throttled, late, malformed, contradictory. */
export async function checkRegion(request: CheckRequest): Promise<RegionReport> {
  try {
    return await compare(request);
  } catch (error) {
    if (error instanceof InputError) throw new Refusal(error.code, error.message);
    throw refusalOf(error);
  }
}

/** One call after the other, so that none is still under way when another one has failed. */
async function compare(request: CheckRequest): Promise<RegionReport> {
  const { environment, region, ec2, expectsAllowlist = false, expectedNetworks = [] } = request;
  const environments = request.environments ?? environmentsWith(environment);
  const source = { ...request, environments };
  const allowlist = await readAllowlist(source);
  const published = await readNetworks(source);
  const networks = [...published.values()];
  const missing = expectedNetworks.filter((name) => !published.has(name));

  const found: Difference[] = missing.map((name) => networkMissing(name, region));
  if (allowlist === undefined) {
    if (expectsAllowlist || networks.length + missing.length > 0) found.unshift(allowlistMissing(environment, region));
  } else {
    const snapshot = await readAddresses(
      allowlist.entries.map(({ allocationId }) => allocationId),
      ec2,
    );
    const networksComplete = networks.length > 0 && missing.length === 0;
    found.push(...addressDifferences({ allowlist, networks, networksComplete }, snapshot));
  }
  for (const network of networks) {
    found.push(...networkDifferences(network, await readNetwork(network, ec2)));
  }
  return { region, allowlist, networks, problems: found.map((problem) => ({ ...problem, region })) };
}

const networkMissing = (name: string, region: string): Difference => ({
  code: 'NETWORK_MISSING',
  subject: name,
  message: `there is no parameter '${name}' in '${region}', which describes a network; deploy the network again`,
});

const allowlistMissing = (environment: string, region: string): Difference => ({
  code: 'ALLOWLIST_MISSING',
  subject: `${environment} ${region}`,
  message: `no allowlist of '${environment}' is published in '${region}', but a network is, or it must be; deploy the addresses again`,
});
