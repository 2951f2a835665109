// What rotation and caretaker need of an exchange; every exchange is an adapter, made from configuration or from code.

import { ErrorClass } from '../../contract/exchange/error-class';
import type { DescribedPermission } from '../../contract/keys';
import type { Credentials } from '../../protocol/credentials';

/** What the exchange can do by API; what is missing is done by a person. */
export interface Capabilities {
  readonly create: boolean;
  readonly revoke: boolean;
  /** Can take permissions from a key without deleting it. */
  readonly restrict: boolean;
  /** Can list the keys of an account with their labels. */
  readonly list: boolean;
  /** Who signs `revoke`: the management key, or the key itself. */
  readonly revokeSignedBy: 'management' | 'key';
  /** False where one code stands for an unknown key, a wrong address and a missing permission. */
  readonly clearErrors: boolean;
  /** How long a new key may stay inactive, in seconds. */
  readonly activationSeconds: number;
  /** Pace for all calls together. */
  readonly requestsPerSecond: number;
}

export interface CreateRequest {
  /** At most 16 of [A-Za-z0-9_]. */
  readonly label: string;
  readonly account?: string;
  readonly permissions: readonly DescribedPermission[];
  /** CIDRs of our addresses, sorted; never empty. */
  readonly allowlist: readonly string[];
}

export interface CreatedKey extends Credentials {
  readonly createdAt?: Date;
  readonly expiresAt?: Date;
}

/** A key as the exchange describes it. */
export interface KeyFacts {
  readonly keyId?: string;
  readonly label?: string;
  /** The exchange's own names. */
  readonly permissions: readonly string[];
  /** Entries as the exchange gives them; empty = the key is bound to no address. */
  readonly allowlist: readonly string[];
  readonly createdAt?: Date;
  readonly expiresAt?: Date;
  readonly lastUsedAt?: Date;
}

export interface ListedKey extends KeyFacts {
  readonly keyId: string;
}

export interface ProbeResult {
  /** `OK`: a signed read has just succeeded. */
  readonly result: 'OK' | ErrorClass;
  /** The exchange's own code or the transport's, for the log. */
  readonly code?: string;
}

/**
 * One exchange. Every method but `probe` throws `ExchangeError` when the exchange refuses or does not answer.
 * `TRANSIENT` after a call with an effect means *unknown*: the effect may have happened.
 */
export interface ExchangeAdapter {
  readonly name: string;
  readonly capabilities: Capabilities;
  /** The exchange's names of exactly these permissions, sorted. */
  expectedPermissions(permissions: readonly DescribedPermission[]): string[];
  /** True when the facts show that the key has been restricted as `restrict` does. */
  isRestricted(facts: KeyFacts): boolean;
  /** A signed read. Never throws for anything the exchange or the network does. */
  probe(credentials: Credentials): Promise<ProbeResult>;
  /** What the key may do and from where, asked with the key itself. */
  inspect(credentials: Credentials): Promise<KeyFacts>;
  create(management: Credentials, request: CreateRequest): Promise<CreatedKey>;
  /** All keys of the account; never secrets. */
  list(management: Credentials, account: string | undefined): Promise<ListedKey[]>;
  /** Quarantine: takes every permission but reading, keeps the allowlist; sends the full state and reads it back. */
  restrict(management: Credentials, account: string | undefined, key: ListedKey): Promise<void>;
  /** Revoking a key that is gone is a success. `signer` is the management key or the key itself, as `capabilities` say. */
  revoke(signer: Credentials, account: string | undefined, key: RevokedKey): Promise<'revoked' | 'already-gone'>;
}

export interface RevokedKey {
  readonly keyId: string;
  /** Some exchanges want it to delete a key. */
  readonly passphrase?: string;
}

/** The exchange refused or did not answer. The message holds no part of a key. */
export class ExchangeError extends Error {
  constructor(
    public readonly errorClass: ErrorClass,
    /** `create`, `list`, … */
    public readonly operation: string,
    message: string,
    /** The exchange's own code, or the transport's. */
    public readonly exchangeCode?: string,
  ) {
    super(message);
    this.name = 'ExchangeError';
  }
}
