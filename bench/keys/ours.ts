// The subject: this library, used as its README says.
import type { App } from 'aws-cdk-lib';
import { ArnPrincipal } from 'aws-cdk-lib/aws-iam';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Exchange, KeyPermission, KeyRing, RingSize } from '../../lib';
import type { Case } from '../compose';
import {
  ENVIRONMENT,
  exchangeConfiguration,
  instanceOf,
  keyId,
  LISTENER,
  MOST_IN_ONE_STACK,
  OPERATOR,
  OWNER,
  purposeOf,
  SUB_ACCOUNT,
} from './case';
import { sharedParts } from './shared-parts';

const PROBES = {
  echoServices: ['https://checkip.amazonaws.com', 'https://api.ipify.org'],
  accounts: { [exchangeConfiguration().name]: SUB_ACCOUNT },
};

/** What costs are computed for: everything that a ring can have. Benchmarks go without. */
export interface Extras {
  readonly zones: number;
  readonly probes: boolean;
}

export function compose(app: App, benchCase: Case, extras: Partial<Extras> = {}): void {
  const { stack, network, breakGlassRole, roles } = sharedParts(app, benchCase, extras.zones);
  const ring = new KeyRing(stack, 'Keys', {
    environment: ENVIRONMENT,
    network,
    exchange: Exchange.xxkk(exchangeConfiguration()),
    owner: OWNER,
    operators: [new ArnPrincipal(OPERATOR)],
    breakGlassRole,
    probes: extras.probes ? PROBES : undefined,
    size: benchCase.size > MOST_IN_ONE_STACK ? RingSize.SHARDED : RingSize.STANDARD,
  });
  ring.alarmTopic.addSubscription(new EmailSubscription(LISTENER));
  for (const [index, role] of roles.entries()) {
    const key = ring.addKey(keyId(index), {
      purpose: purposeOf(),
      instance: instanceOf(index),
      owner: OWNER,
      account: SUB_ACCOUNT,
      permissions: [KeyPermission.READ, KeyPermission.TRADE],
    });
    key.grantRead(role);
  }
}
