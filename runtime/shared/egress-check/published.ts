// Reads what a region has published in SSM: the allowlist, and the document of every network.
import { GetParameterCommand, GetParametersByPathCommand, type Parameter, type SSMClient } from '@aws-sdk/client-ssm';
import { type AllowlistDocument, allowlistParameterName, parseAllowlistDocument } from '../../../contract/allowlist';
import { type NetworkDocument, networkParameterPath, parseNetworkDocument } from '../../../contract/egress';
import type { ExtraEnvironments } from '../../../contract/environment';
import { InputError } from '../../../contract/errors';
import { awsRefusal } from '../aws-refusal';
import { Refusal, shown } from '../refusal';

export interface PublishedIn {
  readonly environment: string;
  readonly region: string;
  readonly ssm: SSMClient;
  /** Environments that the project adds. */
  readonly environments: ExtraEnvironments;
  /** Loopback addresses are addresses: this runs against a local AWS. */
  readonly localAws: boolean;
  readonly abortSignal?: AbortSignal;
}

/** More than any account has; an endless listing stops here. */
const MAX_PAGES = 100;

/** The allowlist of the region, or undefined where none is published. */
export async function readAllowlist(source: PublishedIn): Promise<AllowlistDocument | undefined> {
  const { environment, region, ssm, environments, localAws, abortSignal } = source;
  const name = allowlistParameterName(environment, region, environments);
  const answer = await ssm.send(new GetParameterCommand({ Name: name }), { abortSignal }).catch((error: unknown) => {
    if (isNotFound(error)) return undefined;
    throw failed('ssm:GetParameter', name, error);
  });
  if (answer === undefined) return undefined;
  const text = answer.Parameter?.Value;
  if (!text) throw unusable('GetParameter', `no value of '${name}'`, region);
  const policy = { environment, region, environments, localAws };
  return usable(name, region, () => parseAllowlistDocument(text, policy));
}

/** The networks of the region by the names of their parameters. */
export async function readNetworks(source: PublishedIn): Promise<ReadonlyMap<string, NetworkDocument>> {
  const { environment, region, environments } = source;
  const path = networkParameterPath(environment, region, environments);
  const networks = new Map<string, NetworkDocument>();
  for (const { Name, Value } of await listParameters(path, source)) {
    if (!Name?.startsWith(path) || !Value || networks.has(Name)) {
      throw unusable('GetParametersByPath', `${shown(Name)} when asked for '${path}'`, region);
    }
    networks.set(
      Name,
      usable(Name, region, () => parseNetworkDocument(Value, { environment, region })),
    );
  }
  return new Map([...networks].sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function listParameters(path: string, { ssm, region, abortSignal }: PublishedIn): Promise<Parameter[]> {
  const found: Parameter[] = [];
  const seen = new Set<string>();
  let token: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const request = new GetParametersByPathCommand({ Path: path, NextToken: token });
    const answer = await ssm.send(request, { abortSignal }).catch((error: unknown) => {
      throw failed('ssm:GetParametersByPath', path, error);
    });
    if (answer.Parameters === undefined) throw unusable('GetParametersByPath', `no list for '${path}'`, region);
    found.push(...answer.Parameters);
    token = answer.NextToken || undefined;
    if (token === undefined) return found;
    if (seen.has(token)) throw unusable('GetParametersByPath', 'the same page twice', region);
    seen.add(token);
  }
  throw unusable('GetParametersByPath', `more than ${MAX_PAGES} pages`, region);
}

/** By AWS's name for it, which the client of the operator's command keeps as `awsError`. */
function isNotFound(error: unknown): boolean {
  const { name, awsError } = error as { name?: unknown; awsError?: unknown };
  return name === 'ParameterNotFound' || awsError === 'ParameterNotFound';
}

/** That client's errors are for people already. */
const failed = (action: string, about: string, error: unknown): Error =>
  error instanceof InputError ? error : awsRefusal(action, about, error);

function usable<T>(name: string, region: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new Refusal('EGRESS_DOCUMENT_UNUSABLE', `parameter '${name}' in '${region}' is unusable: ${error.message}`);
  }
}

const unusable = (action: string, got: string, region: string) =>
  new Refusal(
    'AWS_ANSWER_UNUSABLE',
    `'ssm:${action}' in '${region}' gave ${got}; nothing was compared, try again and report it if it stays`,
  );
