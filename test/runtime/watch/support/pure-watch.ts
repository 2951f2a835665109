// A ring, its network and its table in memory, at a time that stands still: for decisions at exact boundaries, without AWS.
import { parseCidr } from '../../../../contract/cidr';
import {
  CURRENT,
  type DescribedPermission,
  formatDescription,
  formatLabel,
  LabelKind,
  secretName,
  TIER_RULES,
  tierOf,
} from '../../../../contract/keys';
import { parseKeyName } from '../../../../contract/keys/key-name';
import { REQUEST_EVENT, type RequestRecord } from '../../../../contract/watch';
import { type KeyState, readState, type UnreadableKey } from '../../../../runtime/keys/key-state';
import { Refusal } from '../../../../runtime/shared/refusal';
import { Judgement } from '../../../../runtime/watch/judge';
import { OurNetwork } from '../../../../runtime/watch/our-network';
import { Ring, type RingSource } from '../../../../runtime/watch/ring';
import { requestRecord, VERSION } from './records';

/** A whole hour, and the beginning of a window of refusals. */
export const NOW = Date.UTC(2026, 10, 22, 20);
export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;
export const KEY = 'prod-trader-bot-a';
export const SPIKE = 10;

/** Ids of versions, as long as real ones. */
export const OTHER = VERSION.replace(/1$/, '2');
export const STRANGE = VERSION.replace(/1$/, '3');

/** A label that pins a version until so long after `NOW`. */
export const revoke = (milliseconds: number) => formatLabel(LabelKind.REVOKE, (NOW + milliseconds) / 1000);
export const quarantined = (milliseconds: number) => formatLabel(LabelKind.QUARANTINED, (NOW + milliseconds) / 1000);

export interface KeyOptions {
  readonly name?: string;
  readonly exchange?: string;
  readonly permissions?: readonly DescribedPermission[];
  /** Labels by version id. @default the current one only */
  readonly versions?: Record<string, string[]>;
  readonly deleted?: boolean;
}

/** A key as the description of its secret is read. */
export function keyState(options: KeyOptions = {}): KeyState {
  const { name = KEY, exchange = 'xxkk', permissions = ['read', 'trade'], versions, deleted } = options;
  const tier = tierOf(permissions);
  const { overlapHours } = TIER_RULES[tier];
  return readState({
    ARN: `arn:aws:secretsmanager:eu-west-1:111122223333:secret:${name}`,
    Name: secretName(parseKeyName(name)),
    Description: formatDescription({ owner: 'desk-1', exchange, permissions, tier, overlapHours }),
    VersionIdsToStages: versions ?? { [VERSION]: [CURRENT] },
    ...(deleted && { DeletedDate: new Date(NOW) }),
  });
}

/** Secrets Manager: what the list shows may be behind what a description shows. */
export class Secrets implements RingSource {
  public listed: (KeyState | UnreadableKey)[] = [keyState()];
  /** Shown by a description only. */
  public described = new Map<string, KeyState | Refusal>();
  /** Ids of versions without labels. */
  public unlabelled: string[] | Refusal = [];
  /** `list`, `describe <name>`, `versions`, in their order. */
  public readonly calls: string[] = [];
  public failure: Error | undefined;

  public async list(): Promise<(KeyState | UnreadableKey)[]> {
    this.calls.push('list');
    if (this.failure) throw this.failure;
    return this.listed;
  }

  public async describe(secretId: string): Promise<KeyState> {
    this.calls.push(`describe ${secretId}`);
    const listed = this.listed.find((state): state is KeyState => 'key' in state && state.secretName === secretId);
    const state = this.described.get(secretId) ?? listed;
    if (state === undefined) throw new Refusal('AWS_CALL_FAILED', 'no such secret', 'ResourceNotFoundException');
    if (state instanceof Error) throw state;
    return state;
  }

  public async versions(): Promise<{ id: string; labels: string[] }[]> {
    this.calls.push('versions');
    if (this.unlabelled instanceof Error) throw this.unlabelled;
    return this.unlabelled.map((id) => ({ id, labels: [] }));
  }
}

export const RANGES = ['198.51.100.0/24', '2001:db8:1::/48'];
export const OURS = '198.51.100.7';
export const THEIRS = '203.0.113.7';

let lines = 0;
/** A line with an id of its own. */
export const line = (record: object | string, id = `line-${++lines}`) => ({
  id,
  message: typeof record === 'string' ? record : JSON.stringify(record),
});
export const record = (changes: Partial<RequestRecord> = {}): RequestRecord =>
  requestRecord({ event: REQUEST_EVENT, timestamp: NOW, sourceIp: OURS, ...changes });

export class PureWatch {
  public readonly secrets = new Secrets();
  public readonly ring = new Ring('prod', () => this.secrets);
  public readonly network = new OurNetwork(async () => RANGES.map(parseCidr));
  public ringRefusal: Refusal | undefined;
  public networkRefusal: Refusal | undefined;

  /** Ring and network freshly read. */
  public async read(now = NOW): Promise<this> {
    await this.ring.refresh(now);
    await this.network.refresh(now);
    return this;
  }

  /** What a batch of records comes to. */
  public async judge(records: readonly (object | string)[], now = NOW): Promise<Judgement> {
    const judgement = this.begin(now);
    judgement.takeAll(records.map((one) => line(one)));
    await judgement.settleDoubts();
    return judgement;
  }

  public begin(now = NOW): Judgement {
    const knowledge = { ring: this.ringRefusal ?? this.ring, network: this.networkRefusal ?? this.network };
    return new Judgement(knowledge, now, SPIKE);
  }

  /** `NewSourceIp prod-trader-bot-a 203.0.113.7` for each finding of a batch, sorted. */
  public async told(...records: (object | string)[]): Promise<string[]> {
    return toldOf(await this.judge(records));
  }
}

export function toldOf({ found }: Judgement): string[] {
  return found
    .all()
    .map(({ finding: { kind, keyName, subject } }) => `${kind} ${keyName} ${subject}`)
    .sort();
}
