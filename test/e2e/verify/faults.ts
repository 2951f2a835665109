// Each fault alone, on two simulated hours of its own.
import { DisableRuleCommand, EnableRuleCommand, ListRuleNamesByTargetCommand } from '@aws-sdk/client-eventbridge';
import { HOUR } from '../support/verify-config';
import type { VerifyWorld } from '../support/verify-world';
import { CLOUD_FAULTS } from './cloud-faults';
import { EXCHANGE_FAULTS } from './exchange-faults';
import { prove } from './fault';
import { PROVER_FAULTS } from './prover-faults';

const FAULTS = [...EXCHANGE_FAULTS, ...CLOUD_FAULTS, ...PROVER_FAULTS].map((fault, index) => ({ ...fault, index }));

export function faults(world: () => VerifyWorld, begin: () => number): void {
  let rules: string[];

  // what is found within a period is one thing, what is found at once another
  beforeAll(async () => {
    const TargetArn = (await world().configuration(world().verify.egressCheck)).FunctionArn;
    const { RuleNames = [] } = await world().events.send(new ListRuleNamesByTargetCommand({ TargetArn }));
    expect(RuleNames).not.toEqual([]);
    rules = RuleNames;
    for (const Name of rules) await world().events.send(new DisableRuleCommand({ Name }));
  });
  afterAll(async () => {
    for (const Name of rules) await world().events.send(new EnableRuleCommand({ Name }));
  });

  test.each(FAULTS)('$what: $alarms', (fault) => prove(world(), fault, begin() + fault.index * 2 * HOUR));
}

/** Simulated hours that they need. */
export const FAULT_HOURS = 2 * FAULTS.length;
