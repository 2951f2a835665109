// The addresses we call from, in every region that may have to take over: what the allowlist of each key must contain.
import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { type AllowlistDocument, allowlistParameterName, parseAllowlistDocument } from '../../contract/allowlist';
import { type Cidr, compareCidrs, parseCidr } from '../../contract/cidr';
import { environmentsWith } from '../../contract/environment';
import { InputError } from '../../contract/errors';
import { Refusal } from './refusal';
import { awsRefusal } from './secrets-client';

export interface AddressSource {
  readonly environment: string;
  readonly regions: readonly string[];
  readonly ssm: (region: string) => SSMClient;
  /** Loopback addresses are addresses: this runs against a local AWS. */
  readonly localAws: boolean;
}

/** What all regions publish together, each once, sorted. */
export interface OurAddresses {
  /** What to register at an exchange. Never empty. */
  readonly ranges: readonly Cidr[];
  /** The addresses in them that traffic leaves from now; without them an exchange shuts us out. */
  readonly active: readonly Cidr[];
}

/**
 * All published ranges, each once, sorted. Never empty.
 * @throws Refusal `OUR_ADDRESSES_UNKNOWN`, and as the AWS call does: one unreadable region is enough.
 */
export async function readOurAddresses(source: AddressSource): Promise<readonly Cidr[]> {
  return (await readOurAddressesInUse(source)).ranges;
}

/**
 * The same with those that are in use.
 * @throws Refusal as `readOurAddresses` does.
 */
export async function readOurAddressesInUse(source: AddressSource): Promise<OurAddresses> {
  if (source.regions.length === 0) throw unknown('no region is configured', 'deploy the ring again');
  const documents = await Promise.all(source.regions.map((region) => readPublishedAllowlist(source, region)));
  const entries = documents.flatMap((document) => document.entries);
  return {
    // not aggregated: an exchange is told exactly what was published and reviewed
    ranges: distinct(documents.flatMap(({ cidrs }) => cidrs)),
    active: distinct(entries.filter(({ role }) => role === 'active').map(({ cidr }) => cidr)),
  };
}

function distinct(texts: readonly string[]): Cidr[] {
  const cidrs = texts.map(parseCidr);
  return [...new Map(cidrs.map((cidr) => [cidr.text, cidr])).values()].sort(compareCidrs);
}

/**
 * What one region publishes.
 * @throws Refusal `OUR_ADDRESSES_UNKNOWN`, and as the AWS call does.
 */
export async function readPublishedAllowlist(
  { environment, ssm, localAws }: Omit<AddressSource, 'regions'>,
  region: string,
): Promise<AllowlistDocument> {
  const environments = environmentsWith(environment);
  const name = allowlistParameterName(environment, region, environments);
  const text = await read(ssm(region), name, region);
  try {
    return parseAllowlistDocument(text, { environment, region, environments, localAws });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw unknown(
      `parameter '${name}' in '${region}' is unusable: ${error.message}`,
      'deploy the addresses there again',
    );
  }
}

async function read(client: SSMClient, name: string, region: string): Promise<string> {
  try {
    const { Parameter } = await client.send(new GetParameterCommand({ Name: name }));
    if (Parameter?.Value) return Parameter.Value;
  } catch (error) {
    if (!(error instanceof Error && error.name === 'ParameterNotFound'))
      throw awsRefusal('ssm:GetParameter', name, error);
  }
  throw unknown(`there is no parameter '${name}' in '${region}'`, 'deploy the addresses there first');
}

function unknown(problem: string, remedy: string): Refusal {
  return new Refusal('OUR_ADDRESSES_UNKNOWN', `the addresses a key must allow are not known: ${problem}; ${remedy}`);
}
