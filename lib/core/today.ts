// Which day it is, for records that expire: the only clock synth reads.
import { IConstruct } from 'constructs';
import { parseDay } from '../../contract/keys';
import { checked } from './config-error';

/** Context key that fixes the day, `2026-11-22`, so that a synthesis can be repeated later with the same result. */
export const TODAY_CONTEXT = 'cdk-exchange-keys:today';

/** Today in UTC, `2026-11-22`. */
export function today(scope: IConstruct): string {
  const fixed = scope.node.tryGetContext(TODAY_CONTEXT);
  // biome-ignore lint/style/noRestrictedGlobals: the one clock of synth, see docs/decisions/0007
  if (fixed === undefined) return new Date().toISOString().slice(0, 10);
  return checked(scope, TODAY_CONTEXT, () => parseDay('day', String(fixed)));
}
