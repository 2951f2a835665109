// What every implementation synthesises: a ring with a number of keys, each for a workload of its own.
import path from 'node:path';
import { readExchange } from '../../bin/config/read-exchange';
import type { ExchangeConfiguration } from '../../contract/exchange/exchange-configuration';

/**
 * `given`: the roles of the workloads are of other apps, known by ARN. `own`: this app makes them, in stacks for 100
 * each, since a stack has at most 200 exports.
 */
export const ROLES = ['given', 'own'] as const;
export const ROLES_PER_STACK = 100;

export const ENVIRONMENT = 'prod';
export const REGION = 'eu-west-1';
export const ACCOUNT = '111122223333';
export const ENV = { account: ACCOUNT, region: REGION };
export const OWNER = 'desk-1';
export const SUB_ACCOUNT = 'sub-1';
export const OPERATOR = `arn:aws:iam::${ACCOUNT}:role/Operator`;
export const LISTENER = 'desk@example.com';
export const BREAK_GLASS = `arn:aws:iam::${ACCOUNT}:role/BreakGlass`;

/** So many keys are in the ring's own stack; more are in nested stacks. */
export const MOST_IN_ONE_STACK = 149;

export const stackName = (component: 'addresses' | 'network' | 'keys' | `workloads-${number}`): string =>
  `exchange-keys-${ENVIRONMENT}-${component}-${REGION}`;

/** `0007` */
const numbered = (index: number): string => String(index).padStart(4, '0');

export const keyId = (index: number): string => `TraderBot${numbered(index)}`;
export const purposeOf = (): string => 'trader-bot';
export const instanceOf = (index: number): string => numbered(index);
export const roleId = (index: number): string => `Bot${numbered(index)}Role`;
export const roleArn = (index: number): string => `arn:aws:iam::${ACCOUNT}:role/Bot${numbered(index)}`;

export const indexes = (size: number): number[] => Array.from({ length: size }, (_, index) => index);

let read: ExchangeConfiguration | undefined;

/** The example that the repository starts with; read once, so that no sample pays for it. */
export function exchangeConfiguration(): ExchangeConfiguration {
  read ??= readExchange(path.join(process.cwd(), 'exchange-keys.yaml'), 'exchange-xxkk.yaml');
  return read;
}
