// `key show`: everything about one key but its value.

import { TIER_RULES } from '../../../contract/keys';
import type { CliCommand } from '../command';
import { table } from '../output/table';
import { minute } from '../output/times';
import { type FoundKey, findKey } from './find-key';
import { ageInDays, type KeyState, statesOf } from './key-state';
import { allVersions, VERSION_HEADINGS, type VersionFacts, versionRow } from './versions';

export const show: CliCommand = {
  usage: 'show <name>',
  summary: 'show everything about one key but its value',
  examples: ['show prod-trader-bot-a -e prod', 'show prod-trader-bot-a -e prod --json'],
  async run(session, { names: [name] }) {
    const found = await findKey(session, session.aws, name);
    const versions = await allVersions(session.aws, found.facts.arn, false);
    const now = session.context.now();
    const states = statesOf(found.facts, now);
    session.output.result(
      asJson(found, versions, states, now),
      () => `${asText(found, states, now)}\n\n${table(VERSION_HEADINGS, versions.map(versionRow))}`,
    );
    const { problem } = found.facts;
    if (problem) session.output.warn(`'${name}' cannot be read: ${problem.message} [${problem.code}]`);
  },
};

function asJson({ facts, secret }: FoundKey, versions: VersionFacts[], states: KeyState[], now: Date) {
  return {
    name: facts.name,
    arn: facts.arn,
    secret: facts.secretName,
    ...facts.description,
    ageDays: ageInDays(facts, now),
    maxAgeDays: facts.description && TIER_RULES[facts.description.tier].maxAgeDays,
    lastRotation: facts.lastRotated,
    nextRotation: facts.nextRotation,
    schedule: secret.RotationRules?.ScheduleExpression,
    rotationEnabled: facts.rotationEnabled,
    kmsKey: secret.KmsKeyId,
    replicas: replicas(secret),
    states,
    versions,
    problem: facts.problem && { code: facts.problem.code, message: facts.problem.message },
  };
}

function asText({ facts, secret }: FoundKey, states: KeyState[], now: Date): string {
  const { description } = facts;
  const review = description?.withdrawalReview;
  const age = ageInDays(facts, now);
  const rows: [string, string | undefined][] = [
    ['name', facts.name],
    ['state', states.map(({ text }) => text).join(', ')],
    ['owner', description?.owner],
    ['exchange', description?.exchange],
    ['account', description?.account],
    ['permissions', description?.permissions.join(', ')],
    ['tier', description && `${description.tier}, at most ${TIER_RULES[description.tier].maxAgeDays} days old`],
    ['overlap', description && `${description.overlapHours} hours`],
    ['review', review && `${review.reviewer}, ${review.date}, ${review.ticket}, expires ${review.expires}`],
    ['age', age === undefined ? 'never rotated' : `${age} days`],
    ['last rotation', facts.lastRotated && minute(facts.lastRotated)],
    ['next rotation', facts.rotationEnabled ? facts.nextRotation && minute(facts.nextRotation) : 'rotation is off'],
    ['schedule', secret.RotationRules?.ScheduleExpression],
    [
      'replicas',
      replicas(secret)
        .map(({ region, status }) => `${region} (${status})`)
        .join(', ') || 'none',
    ],
    ['secret', facts.secretName],
    ['ARN', facts.arn],
    ['KMS key', secret.KmsKeyId],
  ];
  return rows.flatMap(([name, value]) => (value === undefined ? [] : [`${name.padEnd(15)}${value}`])).join('\n');
}

const replicas = ({ ReplicationStatus = [] }: FoundKey['secret']) =>
  ReplicationStatus.map(({ Region, Status }) => ({ region: Region ?? '?', status: Status ?? '?' }));
