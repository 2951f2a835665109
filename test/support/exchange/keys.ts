// The exchange's keys: creation, change, end of life, and what of a key is shown to whom.
import { randomInt } from 'node:crypto';
import { ApiError, DAY, Permission } from './protocol';
import { Settings } from './settings';

export interface KeyRecord {
  readonly id: string;
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly passphrase: string | null;
  readonly account: string;
  readonly isMaster: boolean;
  readonly label: string;
  readonly createdBy: 'api' | 'hand';
  readonly createdAt: number;
  readonly activeFrom: number;
  permissions: readonly Permission[];
  ips: readonly string[];
  expiresAt: number | null;
  unboundSince: number | null;
  disabled: boolean;
  lastUsedAt: number | null;
  deletedAt: number | null;
}

export type KeyState = 'active' | 'disabled' | 'expired' | 'deleted';

/** A key as its owner sees it. Never with its secret. */
export interface KeyView {
  readonly id: string;
  readonly apiKey: string;
  readonly account: string;
  readonly isMaster: boolean;
  readonly label: string;
  readonly permissions: readonly Permission[];
  readonly ips: readonly string[];
  readonly state: KeyState;
  readonly createdAt: number;
  readonly activeFrom: number;
  readonly expiresAt: number | null;
  readonly lastUsedAt: number | null;
}

export interface NewKey {
  readonly account: string;
  readonly isMaster: boolean;
  readonly label: string;
  readonly permissions: readonly Permission[];
  readonly ips: readonly string[];
  readonly ttlDays: number | null;
  readonly passphrase: string | null;
  readonly createdBy: 'api' | 'hand';
  /** The exchange's own when omitted. */
  readonly activationDelayMs?: number;
}

export interface KeyChange {
  readonly permissions?: readonly Permission[];
  readonly ips?: readonly string[];
  readonly disabled?: boolean;
  readonly expiresAt?: number | null;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const randomText = (length: number) => Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');

export class Keys {
  private readonly records: KeyRecord[] = [];
  private readonly byApiKey = new Map<string, KeyRecord>();

  constructor(
    private readonly settings: () => Settings,
    private readonly now: () => number,
  ) {}

  public create({ ttlDays, activationDelayMs = this.settings().activationDelayMs, ...wanted }: NewKey): KeyRecord {
    const { keyQuota } = this.settings();
    if (
      this.all().filter(({ account, deletedAt }) => account === wanted.account && deletedAt === null).length >= keyQuota
    ) {
      throw new ApiError('KEY_QUOTA', `${keyQuota} keys per account`);
    }
    const createdAt = this.now();
    const record: KeyRecord = {
      ...wanted,
      id: String(10_000_001 + this.records.length),
      apiKey: randomText(22),
      apiSecret: randomText(44),
      createdAt,
      activeFrom: createdAt + activationDelayMs,
      expiresAt: ttlDays === null ? null : createdAt + ttlDays * DAY,
      unboundSince: wanted.ips.length === 0 ? createdAt : null,
      disabled: false,
      lastUsedAt: null,
      deletedAt: null,
    };
    this.records.push(record);
    this.byApiKey.set(record.apiKey, record);
    return record;
  }

  public change(record: KeyRecord, { permissions, ips, disabled, expiresAt }: KeyChange): void {
    record.permissions = permissions ?? record.permissions;
    record.disabled = disabled ?? record.disabled;
    if (expiresAt !== undefined) record.expiresAt = expiresAt;
    if (ips === undefined) return;
    record.ips = ips;
    record.unboundSince = ips.length === 0 ? (record.unboundSince ?? this.now()) : null;
  }

  public delete(record: KeyRecord): void {
    record.deletedAt = this.now();
  }

  public all(): readonly KeyRecord[] {
    return this.records;
  }

  /** By what the caller presents; a key deleted a moment ago may still be known. */
  public byPresented(apiKey: string): KeyRecord | undefined {
    const record = this.byApiKey.get(apiKey);
    const deleted = record?.deletedAt ?? null;
    return deleted === null || this.now() < deleted + this.settings().revokeLagMs ? record : undefined;
  }

  /** Whose key this is or was. */
  public identify(apiKey: string): KeyRecord | undefined {
    return this.byApiKey.get(apiKey);
  }

  /** By id, as key management sees it. */
  public byId(account: string, id: string): KeyRecord {
    const record = this.records.find((key) => key.account === account && key.id === id && key.deletedAt === null);
    if (!record) throw new ApiError('KEY_NOT_FOUND');
    return record;
  }

  /** What the list of an account shows by now, oldest first. */
  public listed(account: string): KeyRecord[] {
    const visibleSince = this.now() - this.settings().listLagMs;
    return this.records.filter(
      (key) => key.account === account && key.deletedAt === null && key.createdAt <= visibleSince,
    );
  }

  /** The end of a key: its own, or the one that comes to keys without allowlist. */
  public expiresAt({ expiresAt, unboundSince }: KeyRecord): number | null {
    const { unboundKeyLifeMs } = this.settings();
    const unbound = unboundSince === null || unboundKeyLifeMs === null ? null : unboundSince + unboundKeyLifeMs;
    if (expiresAt === null || unbound === null) return expiresAt ?? unbound;
    return Math.min(expiresAt, unbound);
  }

  public state(record: KeyRecord): KeyState {
    const end = this.expiresAt(record);
    if (record.deletedAt !== null) return 'deleted';
    if (end !== null && this.now() >= end) return 'expired';
    return record.disabled ? 'disabled' : 'active';
  }

  public view(record: KeyRecord): KeyView {
    const { id, apiKey, account, isMaster, label, permissions, ips, createdAt, activeFrom, lastUsedAt } = record;
    const shown = ips.length === 0 && this.settings().showUnboundAs === 'star' ? ['*'] : ips;
    const [state, expiresAt] = [this.state(record), this.expiresAt(record)];
    const lists = { permissions: [...permissions], ips: [...shown] };
    return { id, apiKey, account, isMaster, label, ...lists, state, createdAt, activeFrom, expiresAt, lastUsedAt };
  }
}
