// The ring that is watched: two keys in use, and others that are there for the number.
import path from 'node:path';
import type { Config } from '../../../bin/config/config';
import { ROOT } from '../../../scripts/cdk-cli';

export const REGION = 'eu-west-1';
export const ENVIRONMENT = 'dev';
export const TRADER = 'dev-trader-bot-a';
export const READER = 'dev-marketdata-01';
export const MANAGEMENT = 'dev-management-xxkk-0';
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;

/** Keys without a first value; they are there for the number. */
export const SPARE = Array.from({ length: 18 }, (_, index) => `${index + 10}`);

/** Of the ring, the management key included. */
export const KEYS = SPARE.length + 3;

export const CONFIG = {
  environment: ENVIRONMENT,
  regions: { [REGION]: { availabilityZones: ['eu-west-1a', 'eu-west-1b'], network: { layout: 'zonal' } } },
  ring: {
    homeRegion: REGION,
    owner: 'desk-1',
    exchangeFile: path.join(ROOT, 'exchange-xxkk.yaml'),
    operators: [role('Operator')],
    breakGlassRole: role('BreakGlass'),
  },
  keys: {
    TraderBotA: {
      purpose: 'trader-bot',
      instance: 'a',
      account: 'sub-1',
      permissions: ['read', 'trade'],
      workloadRoles: [role('TraderBotA')],
    },
    Reader: { purpose: 'marketdata', instance: '01', account: 'sub-1', permissions: ['read'] },
    ...Object.fromEntries(
      SPARE.map((instance) => [
        `Grid${instance}`,
        { purpose: 'grid-bot', instance, account: 'sub-1', permissions: ['read', 'trade'] as ('read' | 'trade')[] },
      ]),
    ),
  },
} satisfies Config;
