// `key list`: every key of the ring with its state, from the list of secrets alone.
import { TIER_RULES } from '../../../contract/keys';
import { allKeys } from '../all-keys';
import type { CliCommand } from '../command';
import type { KeyFacts } from '../key-facts';
import { table } from '../output/table';
import { day } from '../output/times';
import { ageInDays, statesOf } from './key-state';

export const list: CliCommand = {
  usage: 'list',
  summary: 'list the keys of the ring with age, next rotation and state',
  description: 'Reads no key, only the list of secrets. The age is that of the last rotation.',
  examples: ['list --environment prod', 'list -e prod --json'],
  async run(session) {
    const { output, environment, ring, context } = session;
    const keys = (await allKeys(session)).map((facts) => described(facts, context.now()));
    output.result(
      keys.map(({ json }) => json),
      () =>
        keys.length > 0
          ? table(
              HEADINGS,
              keys.map(({ row }) => row),
            )
          : `no keys in environment '${environment}' in ${ring.region}`,
    );
    for (const { facts } of keys) {
      if (facts.problem)
        output.warn(`'${facts.name}' cannot be read: ${facts.problem.message} [${facts.problem.code}]`);
    }
  },
};

const HEADINGS = ['name', 'owner', 'exchange', 'tier', 'permissions', 'age/max days', 'next rotation', 'state'];

function described(facts: KeyFacts, now: Date) {
  const { name, description, nextRotation } = facts;
  const states = statesOf(facts, now);
  const age = ageInDays(facts, now);
  const maxAge = description && TIER_RULES[description.tier].maxAgeDays;
  const json = {
    name,
    owner: description?.owner,
    exchange: description?.exchange,
    account: description?.account,
    tier: description?.tier,
    permissions: description?.permissions,
    ageDays: age,
    maxAgeDays: maxAge,
    nextRotation,
    states,
    problem: facts.problem && { code: facts.problem.code, message: facts.problem.message },
  };
  const row = [
    name,
    description?.owner ?? '?',
    description?.exchange ?? '?',
    description?.tier ?? '?',
    description?.permissions.join(',') ?? '?',
    `${age ?? '-'}/${maxAge ?? '?'}`,
    nextRotation ? day(nextRotation) : '-',
    states.map(({ text }) => text).join(', '),
  ];
  return { facts, json, row };
}
