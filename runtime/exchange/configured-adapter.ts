// The adapter of an exchange that is described by configuration alone.
import type { BaseUrl } from '../../contract/exchange/base-url';
import { usesPassphrase } from '../../contract/exchange/check-exchange-configuration';
import { ErrorClass } from '../../contract/exchange/error-class';
import { type ExchangeConfiguration, RevocationSigner } from '../../contract/exchange/exchange-configuration';
import type { OperationName } from '../../contract/exchange/placeholder';
import type { DescribedPermission } from '../../contract/keys';
import { valueAt } from '../../protocol/answer-json';
import type { Credentials } from '../../protocol/credentials';
import {
  type Capabilities,
  type CreatedKey,
  type CreateRequest,
  type ExchangeAdapter,
  ExchangeError,
  type KeyFacts,
  type ListedKey,
  type ProbeResult,
  type RevokedKey,
} from './adapter';
import { entriesToSend, sameEntries } from './allowlist-entries';
import { DEFAULT_REQUESTS_PER_SECOND, ExchangeClient } from './exchange-client';
import type { HttpLimits } from './http-client';
import type { Clock } from './pace';
import { randomPassphrase } from './passphrase';
import { namesOf, quarantineNames } from './permission-names';
import { readCreatedKey, readKeyFacts, readListedKey, UnreadableAnswer } from './read-key';
import { readText } from './read-values';

/** More than any account has keys; an endless list stops here. */
const MAX_PAGES = 100;

export interface AdapterOptions {
  readonly clock?: Clock;
  readonly httpLimits?: HttpLimits;
}

export class ConfiguredAdapter implements ExchangeAdapter {
  public readonly name: string;
  public readonly capabilities: Capabilities;
  private readonly client: ExchangeClient;

  /** `configuration` has passed the schema and `checkExchangeConfiguration`. */
  constructor(
    private readonly configuration: ExchangeConfiguration,
    base: BaseUrl,
    { clock, httpLimits }: AdapterOptions = {},
  ) {
    this.name = configuration.name;
    this.capabilities = capabilitiesOf(configuration);
    this.client = new ExchangeClient(configuration, base, clock, httpLimits);
  }

  public expectedPermissions(permissions: readonly DescribedPermission[]): string[] {
    return namesOf(this.configuration, permissions);
  }

  public isRestricted({ permissions }: KeyFacts): boolean {
    const kept = quarantineNames(this.configuration);
    return permissions.every((name) => kept.includes(name));
  }

  public async probe(credentials: Credentials): Promise<ProbeResult> {
    try {
      await this.client.call({ operation: 'probe', credentials, values: own(credentials) });
      return { result: 'OK' };
    } catch (error) {
      if (!(error instanceof ExchangeError)) throw error;
      return { result: error.errorClass, ...(error.exchangeCode !== undefined && { code: error.exchangeCode }) };
    }
  }

  public async inspect(credentials: Credentials): Promise<KeyFacts> {
    const { response } = this.configuration.operations.inspect;
    const body = await this.client.call({ operation: 'inspect', credentials, values: own(credentials) });
    return this.reading('inspect', ErrorClass.CONFIG, () => readKeyFacts(response, body));
  }

  public async create(management: Credentials, request: CreateRequest): Promise<CreatedKey> {
    const { create } = this.configuration.operations;
    if (create === undefined) throw this.unsupported('create');
    const passphrase = usesPassphrase(this.configuration) ? randomPassphrase() : undefined;
    const values = {
      account: request.account,
      label: request.label,
      permissions: this.expectedPermissions(request.permissions),
      allowlist: entriesToSend(this.configuration, request.allowlist),
      passphrase,
    };
    const body = await this.client.call({ operation: 'create', credentials: management, values });
    // There may be a key, and its secret was shown this once.
    return this.reading('create', ErrorClass.TRANSIENT, () => readCreatedKey(create.response, body, passphrase));
  }

  public async list(management: Credentials, account: string | undefined): Promise<ListedKey[]> {
    const { list } = this.configuration.operations;
    if (list === undefined) throw this.unsupported('list');
    const found = new Map<string, ListedKey>();
    const seen = new Set<string>();
    let cursor: string | undefined;
    for (let page = 0; page < MAX_PAGES; page++) {
      const body = await this.client.call({ operation: 'list', credentials: management, values: { account, cursor } });
      const items = valueAt(body, list.itemsPath);
      if (!Array.isArray(items)) throw this.unreadable('list', `no list at '${list.itemsPath}'`);
      for (const item of items) {
        const key = this.reading('list', ErrorClass.CONFIG, () => readListedKey(list.response, item));
        // A page can shift while it is read.
        found.set(key.keyId, key);
      }
      const next = list.nextCursorPath === undefined ? undefined : valueAt(body, list.nextCursorPath);
      if (next === undefined || next === null || next === '') return [...found.values()];
      cursor = readText(next);
      if (cursor === undefined) throw this.unreadable('list', 'no readable cursor of the next page');
      if (seen.has(cursor)) throw this.unreadable('list', 'the cursor of a page that was read already');
      seen.add(cursor);
    }
    throw this.unreadable('list', `more than ${MAX_PAGES} pages`);
  }

  public async restrict(management: Credentials, account: string | undefined, key: ListedKey): Promise<void> {
    const { restrict } = this.configuration.operations;
    if (restrict === undefined) throw this.unsupported('restrict');
    const { keyId, label, allowlist } = key;
    const values = { account, keyId, label, permissions: quarantineNames(this.configuration), allowlist };
    await this.client.call({ operation: 'restrict', credentials: management, values });
    // Many exchanges answer 'done' to a change that did nothing, or wiped what was not meant.
    const after = (await this.list(management, account)).find((listed) => listed.keyId === keyId);
    if (after === undefined) {
      throw new ExchangeError(
        ErrorClass.TRANSIENT,
        'restrict',
        'the restricted key is not in the list',
        'KEY_NOT_LISTED',
      );
    }
    if (!this.isRestricted(after)) throw this.notTaken('the key has more permissions than a restricted key keeps');
    if (!sameEntries(after.allowlist, allowlist)) throw this.notTaken('the allowlist of the key has changed');
  }

  public async revoke(
    signer: Credentials,
    account: string | undefined,
    { keyId, passphrase }: RevokedKey,
  ): Promise<'revoked' | 'already-gone'> {
    const { revoke } = this.configuration.operations;
    if (revoke === undefined) throw this.unsupported('revoke');
    try {
      const values = { account, keyId, passphrase, apiKey: signer.apiKey };
      await this.client.call({ operation: 'revoke', credentials: signer, values });
      return 'revoked';
    } catch (error) {
      if (!(error instanceof ExchangeError)) throw error;
      if (error.exchangeCode !== undefined && revoke.goneCodes?.includes(error.exchangeCode)) return 'already-gone';
      if (error.errorClass === ErrorClass.KEY_UNKNOWN && (await this.isGone(signer, account, keyId))) {
        return 'already-gone';
      }
      throw error;
    }
  }

  /** Whether the unknown key is the one to be revoked, and not the management key that asked. */
  private async isGone(signer: Credentials, account: string | undefined, keyId: string): Promise<boolean> {
    if (this.capabilities.revokeSignedBy === 'key') return true;
    if (this.capabilities.list) {
      const listed = await this.list(signer, account);
      return listed.every((key) => key.keyId !== keyId);
    }
    return (await this.probe(signer)).result === 'OK';
  }

  private reading<T>(operation: OperationName, otherwise: ErrorClass, read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof UnreadableAnswer)) throw error;
      throw new ExchangeError(otherwise, operation, `exchange '${this.name}': ${error.message}`, 'ANSWER_UNREADABLE');
    }
  }

  private unreadable(operation: OperationName, got: string): ExchangeError {
    return new ExchangeError(ErrorClass.CONFIG, operation, `exchange '${this.name}' gave ${got}`, 'ANSWER_UNREADABLE');
  }

  private notTaken(problem: string): ExchangeError {
    const message = `exchange '${this.name}' did not restrict as asked: ${problem}`;
    return new ExchangeError(ErrorClass.CONFIG, 'restrict', message, 'RESTRICTION_NOT_TAKEN');
  }

  private unsupported(operation: OperationName): ExchangeError {
    return new ExchangeError(ErrorClass.UNSUPPORTED, operation, `exchange '${this.name}' has no '${operation}'`);
  }
}

/** What a key may say of itself. */
function own({ keyId, apiKey }: Credentials) {
  return { keyId, apiKey };
}

function capabilitiesOf({ operations, errors, limits = {} }: ExchangeConfiguration): Capabilities {
  const { create, list, restrict, revoke } = operations;
  const told = new Set(errors.map(({ errorClass }) => errorClass));
  return {
    create: create !== undefined,
    list: list !== undefined,
    restrict: restrict !== undefined,
    revoke: revoke !== undefined,
    revokeSignedBy: revoke?.signedBy === RevocationSigner.KEY ? 'key' : 'management',
    clearErrors: !told.has(ErrorClass.AMBIGUOUS_AUTH),
    activationSeconds: limits.activationSeconds ?? 0,
    requestsPerSecond: limits.requestsPerSecond ?? DEFAULT_REQUESTS_PER_SECOND,
  };
}
