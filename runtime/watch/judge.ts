// Judges the records and key reports of one batch: what is fine costs a few look-ups, anything else becomes a finding or a question.
import {
  AUTH_FAILURES,
  BadRecordReason,
  type Finding,
  FindingKind,
  HEARTBEAT_EVENT,
  hourOf,
  KEY_EVENT,
  type KeyReport,
  NO_KEY,
  Outcome,
  PERMISSION_REFUSALS,
  type RequestRecord,
  readRecord,
} from '../../contract/watch';
import { parseSourceAddress } from '../../contract/watch/source-address';
import type { Refusal } from '../shared/refusal';
import { type About, aboutRecord, aboutReport } from './about';
import { FoundOnce } from './found';
import { HeldVersions } from './held-versions';
import { isLine, type LogLine } from './log-batch';
import type { OurNetwork } from './our-network';
import type { Known, Ring } from './ring';
import { Spikes } from './spikes';
import { judgeVersion } from './version-findings';
import type { WatchedKey } from './watched-key';

/** A clock may be ahead by this much. */
const AHEAD_MS = 600_000;
/** Log delivery is tried again for a day; anything older has a clock that is wrong. */
const BEHIND_MS = 48 * 3_600_000;

/** Outcomes that say something of the key or its holder; others are the exchange's business or nobody's fault. */
const TELLING: ReadonlySet<Outcome> = new Set([Outcome.BLOCKED_IP, ...AUTH_FAILURES, ...PERMISSION_REFUSALS]);

/** What the records are judged against. A part that could not be read is a refusal. */
export interface Knowledge {
  readonly ring: Ring | Refusal;
  readonly network: OurNetwork | Refusal;
}

/** A key and an address inside the allowlist that are not known to have been seen together. */
export interface Pair {
  readonly key: WatchedKey;
  readonly keyName: string;
  readonly origin: string;
  /** The earliest record of the pair. */
  readonly record: RequestRecord;
  readonly at: number;
  /** A record about which nothing else was found used it. */
  readonly clean: boolean;
}

/** A record that is not just fine. */
interface Case<R = RequestRecord | KeyReport> {
  readonly record: R;
  /** Of the line. */
  readonly id: string;
  /** Its time; now, where its clock is wrong. */
  readonly at: number;
}

export class Judgement {
  public readonly found = new FoundOnce();
  public readonly pairs = new Map<string, Pair>();
  public readonly spikes: Spikes;
  /** Old versions that workloads hold. */
  public readonly held = new HeldVersions();
  public requests = 0;
  public authFailures = 0;
  public badRecords = 0;
  public unjudged = 0;
  /** Why records were not judged. */
  public refusal: Refusal | undefined;
  /** Time of the newest heartbeat. */
  public heartbeat: number | undefined;
  private readonly doubts: Case[] = [];
  private readonly ring: Ring | undefined;
  private readonly network: OurNetwork | undefined;

  constructor(
    private readonly knowledge: Knowledge,
    private readonly now: number,
    spikeFailures: number,
  ) {
    const { ring, network } = knowledge;
    this.ring = isRefusal(ring) ? undefined : ring;
    this.network = isRefusal(network) ? undefined : network;
    this.spikes = new Spikes(spikeFailures);
  }

  /** False where the keys of the ring could not be read: then a report may have been heard and not understood. */
  public get knowsRing(): boolean {
    return this.ring !== undefined;
  }

  public takeAll(lines: readonly LogLine[]): void {
    for (const line of lines) {
      if (isLine(line)) this.take(line);
      else this.bad(BadRecordReason.NOT_A_RECORD);
    }
  }

  private take({ id, message }: LogLine): void {
    const record = readRecord(message);
    if (typeof record === 'string') {
      this.bad(record);
      return;
    }
    const right = record.timestamp <= this.now + AHEAD_MS && record.timestamp >= this.now - BEHIND_MS;
    if (!right) this.bad(BadRecordReason.WRONG_CLOCK);
    if (record.event === HEARTBEAT_EVENT) {
      if (right) this.heartbeat = Math.max(this.heartbeat ?? 0, record.timestamp);
      return;
    }
    const at = right ? record.timestamp : this.now;
    const key = this.ring?.get(record.keyName);
    const isRequest = record.event !== KEY_EVENT;
    if (isRequest) this.requests += record.count ?? 1;
    if (key !== undefined && !key.isCurrent(record.keyVersion)) this.hold(key, record);
    if (key === undefined || this.isDoubtful(key, record, at)) {
      this.doubts.push({ record, id, at });
      return;
    }
    if (isRequest && (!this.isKnownPair(key, record.sourceIp) || TELLING.has(record.outcome))) {
      this.judgeRequest({ record, id, at }, { is: 'registered', key, unlabelled: NOTHING });
    }
  }

  /** Only versions that the ring has: a log's writer must not be able to fill the table. */
  private hold(key: WatchedKey, { keyName, keyVersion, exchange, timestamp }: RequestRecord | KeyReport): void {
    if (!key.isOld(keyVersion) || key.exchange !== exchange) return;
    // a clock that is ahead must not hold a version beyond now
    this.held.add({ keyName, versionId: keyVersion, at: Math.min(timestamp, this.now) });
  }

  /** Known under an allowlist that could be read: without one, no address is ours. */
  private isKnownPair(key: WatchedKey, sourceIp: string): boolean {
    return this.network !== undefined && key.addresses.has(sourceIp, this.now);
  }

  /** Anything that would become a finding about the key itself is confirmed first: lists lag. */
  private isDoubtful(key: WatchedKey, record: RequestRecord | KeyReport, at: number): boolean {
    if (!key.isUsable(record.keyVersion, at) || key.exchange !== record.exchange) return true;
    return record.event !== KEY_EVENT && !key.permits(record.category);
  }

  /** Judges what the list did not explain. */
  public async settleDoubts(): Promise<void> {
    const known = await this.confirm();
    for (const { record, id, at } of this.doubts) {
      const one = known(record.keyName);
      if (one.is === 'registered') this.hold(one.key, record);
      if (record.event === KEY_EVENT) this.judgeReport(record, at, one);
      else this.judgeRequest({ record, id, at }, one);
    }
    this.doubts.length = 0;
  }

  private async confirm(): Promise<(name: string) => Known> {
    const { ring } = this.knowledge;
    if (isRefusal(ring)) return () => ({ is: 'unreadable', refusal: ring });
    const inQuestion = new Map<string, Set<string>>();
    for (const { record } of this.doubts) {
      const versions = inQuestion.get(record.keyName) ?? new Set();
      inQuestion.set(record.keyName, versions.add(record.keyVersion));
    }
    const known = await ring.confirm(inQuestion, this.now);
    return (name) => known.get(name) ?? { is: 'none' };
  }

  private judgeReport(record: KeyReport, at: number, known: Known): void {
    if (known.is === 'unreadable') {
      this.leave(known.refusal);
      return;
    }
    const finding = judgeVersion(record, aboutReport(record, at), known, at);
    if (finding) this.found.add(finding);
  }

  private judgeRequest({ record, id, at }: Case<RequestRecord>, known: Known): void {
    const add = (finding: Finding | undefined) => {
      if (finding) this.found.add(finding);
      return finding !== undefined;
    };
    const { outcome } = record;
    const address = this.judgeAddress(record, known);
    const about = aboutRecord(record, at);
    const suspicious = [
      add(known.is === 'unreadable' ? undefined : judgeVersion(record, about, known, at)),
      add(judgePermission(record, about, known)),
      add(
        outcome === Outcome.BLOCKED_IP
          ? {
              ...about,
              kind: FindingKind.BLOCKED_BY_ALLOWLIST,
              subject: parseSourceAddress(record.sourceIp)?.origin ?? 'malformed',
              detail: 'the exchange refused the address that the request came from',
            }
          : undefined,
      ),
      add(
        address?.ours === false
          ? {
              ...about,
              kind: FindingKind.NEW_SOURCE_IP,
              subject: address.origin,
              detail: 'the address is not in the published allowlist of any region',
            }
          : undefined,
      ),
      at !== record.timestamp,
    ].includes(true);
    if (AUTH_FAILURES.has(outcome)) {
      const count = record.count ?? 1;
      this.authFailures += count;
      // of a name that no secret has, the name is the finding
      if (known.is !== 'none') this.spikes.add(record.keyName, at, id, count);
    }
    if (address?.ours && known.is === 'registered') this.pair(record, known.key, address.origin, at, !suspicious);
  }

  /** Counts what cannot be judged, once for each record. */
  private judgeAddress(record: RequestRecord, known: Known) {
    const { network } = this.knowledge;
    if (known.is === 'unreadable' || this.network === undefined) {
      this.leave(known.is === 'unreadable' ? known.refusal : (network as Refusal));
    }
    if (this.network === undefined) return undefined;
    const verdict = this.network.judge(record.sourceIp);
    if (verdict === undefined) this.bad(BadRecordReason.MALFORMED_FIELD);
    return verdict;
  }

  private leave(refusal: Refusal): void {
    this.unjudged++;
    this.refusal ??= refusal;
  }

  private pair(record: RequestRecord, key: WatchedKey, origin: string, at: number, clean: boolean): void {
    const { keyName, sourceIp } = record;
    if (key.addresses.has(sourceIp, this.now)) return;
    const id = `${keyName} ${origin}`;
    const other = this.pairs.get(id);
    const earliest = other !== undefined && other.at <= at ? other : { key, keyName, origin, record, at };
    this.pairs.set(id, { ...earliest, clean: clean || other?.clean === true });
  }

  public bad(reason: BadRecordReason): void {
    this.badRecords++;
    this.found.add(
      {
        kind: FindingKind.BAD_RECORD,
        keyName: NO_KEY,
        subject: reason,
        at: this.now,
        detail: `a line of the request log is no request record: ${reason}`,
      },
      hourOf(this.now),
    );
  }
}

const NOTHING: ReadonlySet<string> = new Set();

function isRefusal(part: Ring | OurNetwork | Refusal): part is Refusal {
  return part instanceof Error;
}

function judgePermission({ category, endpoint, outcome }: RequestRecord, about: About, known: Known) {
  const kind = FindingKind.PERMISSION_MISMATCH;
  if (known.is === 'registered' && !known.key.permits(category)) {
    const declared = known.key.permissions.join(', ');
    return { ...about, kind, subject: endpoint, detail: `the key is for ${declared} and was used to ${category}` };
  }
  if (!PERMISSION_REFUSALS.has(outcome)) return undefined;
  const who = outcome === Outcome.REFUSED_LOCAL ? "the caller's own check" : 'the exchange';
  return { ...about, kind, subject: endpoint, detail: `${who} refused the request for lack of permission` };
}
