// What a key created by the rotation is called at the exchange: found again after a lost answer, and told apart from everyone else's.
import { createHash } from 'node:crypto';
import { Refusal, shown } from '../shared/refusal';

/** The ring a key belongs to; two rings at one exchange account never take each other's keys for orphans. */
export interface RingId {
  readonly account: string;
  readonly region: string;
  readonly environment: string;
}

/** 'xk', 6 digits of the ring, 8 of the version: 16 characters of [a-z0-9], the least that all exchanges take. */
const LABEL = /^xk[0-9a-f]{14}$/;
const SECRET_ARN = /^arn:[a-z-]+:secretsmanager:([a-z0-9-]+):([0-9]{12}):secret:/;

/** The ring of a secret. */
export function ringOf(secretArn: string, environment: string): RingId {
  const [, region, account] = SECRET_ARN.exec(secretArn) ?? [];
  if (region && account) return { account, region, environment };
  throw new Refusal(
    'SECRET_ARN_MALFORMED',
    `secret id ${shown(secretArn)} is not the ARN of a secret; call with arn:aws:secretsmanager:<region>:<account>:secret:<name>`,
  );
}

/** The label of the key that a version of a secret holds. */
export function exchangeLabel(ring: RingId, secretName: string, versionId: string): string {
  return `${ringPrefix(ring)}${digits(`${secretName}:${versionId}`, 8)}`;
}

/** True for a label that this ring gave, whatever the key and the version. */
export function isOurs(ring: RingId, label: string | undefined): boolean {
  return label !== undefined && LABEL.test(label) && label.startsWith(ringPrefix(ring));
}

/** What all labels of a ring begin with. */
export function ringPrefix({ account, region, environment }: RingId): string {
  return `xk${digits(`${account}/${region}/${environment}`, 6)}`;
}

/** First digits of SHA-256. */
function digits(text: string, length: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length);
}
