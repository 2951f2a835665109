// Lambda entry point: looks up, at deploy time, the addresses and networks an allowlist is derived from.
import { PATIENCE } from '../shared/ec2-client';
import { withSearchableCode } from '../shared/refusal';
import { type LookupEvent, onEvent } from './on-event';

/** onEvent handler of a CDK provider framework; reads from EC2, changes nothing. */
export const handler = async (event: LookupEvent) =>
  withSearchableCode(() => onEvent(event, { region: process.env.AWS_REGION, patience: PATIENCE }));
