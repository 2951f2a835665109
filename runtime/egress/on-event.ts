// What the egress lookup does with one event of the CDK provider framework.

import type { Patience } from '../shared/ec2-client';
import { Ec2Reader } from '../shared/ec2-reader';
import { log } from '../shared/logger';
import { Refusal, shown } from '../shared/refusal';
import { lookUpAdoptedAddress } from './adopted-address';
import { lookUpExistingNetwork } from './existing-network';
import { lookUpIpamBlock } from './ipam-block';
import { type LookupRequest, readLookup } from './lookup-request';

/** The parts of the provider framework's event this function reads. */
export interface LookupEvent {
  readonly RequestType?: unknown;
  readonly ResourceProperties?: unknown;
  readonly PhysicalResourceId?: unknown;
}

/** What the provider framework hands to CloudFormation; `Data` are the attributes `Fn::GetAtt` reads. */
export interface LookupAnswer {
  readonly PhysicalResourceId?: string;
  readonly Data: Readonly<Record<string, string>>;
}

/** Where and how long to ask. */
export interface LookupContext {
  /** Region the function runs in; the only one it may be asked about. */
  readonly region: string | undefined;
  readonly patience: Patience;
}

/** Answers one event; throws a `Refusal` to fail the deployment. */
export async function onEvent(event: LookupEvent, context: LookupContext): Promise<LookupAnswer> {
  const started = Date.now();
  const line = { requestType: known(event.RequestType), resourceId: text(event.PhysicalResourceId) };
  // a lookup made nothing, and what was never created properly must still be deletable: nothing else is read
  if (event.RequestType === 'Delete') {
    log('nothing to delete', { ...line, outcome: 'done' });
    return { PhysicalResourceId: text(event.PhysicalResourceId), Data: {} };
  }
  try {
    const answer = await lookUp(event, context);
    const resourceId = answer.PhysicalResourceId;
    log('looked up', { ...line, resourceId, outcome: 'found', milliseconds: Date.now() - started });
    return answer;
  } catch (error) {
    const code = error instanceof Refusal ? error.code : 'UNEXPECTED';
    log('refused', { ...line, outcome: 'refused', code, milliseconds: Date.now() - started });
    throw error;
  }
}

async function lookUp(event: LookupEvent, { region, patience }: LookupContext): Promise<LookupAnswer> {
  if (event.RequestType !== 'Create' && event.RequestType !== 'Update') {
    throw new Refusal(
      'REQUEST_TYPE_UNKNOWN',
      `request type is ${shown(event.RequestType)}; expected 'Create', 'Update' or 'Delete'`,
    );
  }
  const request = readLookup(event.ResourceProperties);
  if (region === undefined || request.Region !== region) {
    throw new Refusal(
      'REGION_MISMATCH',
      `property 'Region' is ${shown(request.Region)} but this function runs in ${shown(region)}; ` +
        'deploy the lookup in the region it is about',
    );
  }
  const ec2 = new Ec2Reader(region, patience);
  try {
    return await dispatch(request, ec2);
  } finally {
    ec2.close();
  }
}

function dispatch(request: LookupRequest, ec2: Ec2Reader): Promise<LookupAnswer> {
  switch (request.Lookup) {
    case 'ADOPTED_ADDRESS':
      return lookUpAdoptedAddress(request, ec2);
    case 'IPAM_BLOCK':
      return lookUpIpamBlock(request, ec2);
    case 'EXISTING_NETWORK':
      return lookUpExistingNetwork(request, ec2);
  }
}

const text = (value: unknown) => (typeof value === 'string' ? value : undefined);

const known = (type: unknown) => (type === 'Create' || type === 'Update' || type === 'Delete' ? type : 'unknown');
