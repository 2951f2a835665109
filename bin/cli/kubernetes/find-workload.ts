// What a manifest must know of its key: from the key's description in AWS, or from options, without asking anybody.

import { parseRegion } from '../../../contract/availability-zone';
import { parseExchangeName, parsePermissions, secretName } from '../../../contract/keys';
import { quoted } from '../../../contract/quoted';
import { loaderPrefix } from '../../../contract/workload';
import { listOption } from '../allowlist/lock-options';
import { findRing, regionOf } from '../aws/ring';
import type { AccountSession, Values } from '../command';
import { EXIT } from '../exit-codes';
import { asUsage, Failure } from '../failure';
import { findKey } from '../key/find-key';
import { keyArgument } from '../key-argument';
import { namespaceOption, prefixOption, roleArnOption, serviceAccountOption } from './options';
import { type KubernetesWorkload, nameOf } from './workload';

type KeyPart = Pick<KubernetesWorkload, 'exchange' | 'permissions' | 'overlapHours'>;

/** @throws Failure for options that cannot be used, and as `findKey` does. */
export async function findWorkload(
  session: AccountSession,
  { names: [name], options }: Values,
): Promise<KubernetesWorkload> {
  const key = keyArgument(session, name);
  // everything that needs no answer first
  const namespace = namespaceOption(options);
  const serviceAccount = serviceAccountOption(options, nameOf({ key }));
  const roleArn = roleArnOption(options);
  const givenPrefix = prefixOption(options);
  const said = describedByOptions(options);
  const region = await regionOf(session.aws);
  asUsage(() => parseRegion(region));
  const part = said ?? (await describedInAws(session, name));
  const prefix = givenPrefix ?? loaderPrefix(part.exchange);
  return {
    key,
    secretName: secretName(key),
    ...part,
    prefix,
    region,
    namespace,
    serviceAccount,
    ...(roleArn && { roleArn }),
  };
}

/** @throws Failure `KUBERNETES_KEY_HALF_SAID`, and of each value that is none. */
function describedByOptions({ exchange, permissions, overlapHours }: Values['options']): KeyPart | undefined {
  const given = [exchange, permissions, overlapHours];
  if (given.every((value) => value === undefined)) return undefined;
  if (given.some((value) => value === undefined)) {
    throw new Failure(
      'KUBERNETES_KEY_HALF_SAID',
      '--exchange, --permissions and --overlap-hours describe the key together; give all three, or none to have AWS asked',
      { exitCode: EXIT.usage },
    );
  }
  return asUsage(() => ({
    exchange: parseExchangeName(String(exchange)),
    permissions: parsePermissions(listOption('--permissions', permissions) ?? []),
    overlapHours: overlapOption(String(overlapHours)),
  }));
}

function overlapOption(text: string): number {
  const hours = Number(text);
  if (/^\d{2}$/.test(text) && hours >= 24 && hours <= 48) return hours;
  throw new Failure(
    'KUBERNETES_OPTION_MALFORMED',
    `--overlap-hours ${quoted(text)} is not one; write whole hours as 'key show' says them, 24 to 48`,
    { exitCode: EXIT.usage },
  );
}

async function describedInAws(session: AccountSession, name: string): Promise<KeyPart> {
  const ring = await findRing(session.aws, session.environment);
  const { facts } = await findKey({ ...session, ring, intake: session.aws }, session.aws, name);
  if (facts.description === undefined) throw facts.problem;
  const { exchange, permissions, overlapHours } = facts.description;
  return { exchange, permissions, overlapHours };
}
