// The ring that end-to-end tests deploy: a bot that trades, a reader of market data, and what they share.
import path from 'node:path';
import type { Config } from '../../../bin/config/config';
import { ROOT } from '../../../scripts/cdk-cli';

export const REGION = 'eu-west-1';
export const ENVIRONMENT = 'dev';
export const TRADER = 'dev-trader-bot-a';
export const READER = 'dev-marketdata-01';
export const MANAGEMENT = 'dev-management-xxkk-0';

const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;

export const RING_CONFIG = {
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
  },
} satisfies Config;
