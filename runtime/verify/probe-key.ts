// The key that a probe shows to an exchange: read anew for every run, refused unless it can do nothing but read.
import { ErrorClass } from '../../contract/exchange/error-class';
import {
  CURRENT,
  isProbeKey,
  type KeyDocument,
  type KeyName,
  KeyPermission,
  parseKeyName,
  probedExchange,
  secretName,
} from '../../contract/keys';
import type { ProbedKey } from '../../contract/verify';
import { type ExchangeAdapter, ExchangeError } from '../exchange/adapter';
import { probed } from '../keys/ask-exchange';
import { holder, type KeyState } from '../keys/key-state';
import type { KeyStore } from '../keys/key-store';
import type { SignedRead } from './exchange-verdict';
import { Undecided } from './probe-check';

/** What an exchange says of a key that a rotation has ended since it was read. */
const ENDED: readonly ErrorClass[] = [ErrorClass.KEY_UNKNOWN, ErrorClass.KEY_EXPIRED, ErrorClass.AMBIGUOUS_AUTH];

interface Read {
  readonly versionId: string;
  readonly document: KeyDocument;
}

export interface ProbeKeyDependencies {
  readonly environment: string;
  readonly store: () => Pick<KeyStore, 'describe' | 'read'>;
  readonly loadExchange: (name: string) => Promise<ExchangeAdapter>;
}

/**
 * The name of a probe key; no other key is ever shown to anybody.
 * @throws InputError `KEY_NAME_MALFORMED`, Undecided `PROBE_KEY_FOREIGN`.
 */
export function parseProbeKey(text: string, environment: string): KeyName {
  const key = parseKeyName(text);
  if (isProbeKey(key) && key.environment === environment) return key;
  throw foreign(text, `it is no probe key of '${environment}'`);
}

export class ProbeKey {
  private first?: Promise<Read>;

  constructor(
    public readonly text: string,
    private readonly dependencies: ProbeKeyDependencies,
  ) {}

  /**
   * Asks the exchange with the key in use. Where the key has ended since it was read, and a rotation has put another one in
   * its place, asks once more with that.
   * @throws ExchangeError, Undecided, and Refusal as the store does.
   */
  public async ask<T>(call: (adapter: ExchangeAdapter, document: KeyDocument) => Promise<T>): Promise<T> {
    this.first ??= this.read();
    const { versionId, document } = await this.first;
    const adapter = await this.dependencies.loadExchange(document.exchange);
    try {
      return await call(adapter, document);
    } catch (error) {
      if (!(error instanceof ExchangeError && ENDED.includes(error.errorClass))) throw error;
      const again = await this.read();
      if (again.versionId === versionId) throw error;
      return call(adapter, again.document);
    }
  }

  /** `OK`, or how the exchange refused. */
  public async signedRead(): Promise<SignedRead> {
    try {
      await this.ask((adapter, document) => probed(adapter, document, [KeyPermission.READ]));
      return 'OK';
    } catch (error) {
      if (error instanceof ExchangeError) return error;
      throw error;
    }
  }

  /** For the answer: what the exchange has given as the key's allowlist, if it was asked. A name that is none says nothing. */
  public described(allowlist?: readonly string[]): ProbedKey[] {
    try {
      const exchange = probedExchange(parseProbeKey(this.text, this.dependencies.environment));
      return [{ keyName: this.text, exchange, ...(allowlist !== undefined && { allowlist }) }];
    } catch {
      return [];
    }
  }

  private async read(): Promise<Read> {
    const key = parseProbeKey(this.text, this.dependencies.environment);
    const store = this.dependencies.store();
    const state = await store.describe(secretName(key));
    // before its value is read
    checkDescription(key, state);
    const versionId = holder(state, CURRENT)?.id;
    const value = versionId === undefined ? 'no value' : await store.read(state.arn, versionId, { expected: false });
    if (versionId === undefined || value === 'no value') {
      throw new Undecided('KEY_VALUE_MISSING', `the secret of '${this.text}' has no value in use; put the key again`);
    }
    if (value === 'placeholder') {
      throw new Undecided('NOT_BOOTSTRAPPED', `'${this.text}' has no key yet; create it at the exchange and put it`);
    }
    checkDocument(state, value);
    return { versionId, document: value };
  }
}

function checkDescription(key: KeyName, { description, deleted }: KeyState): void {
  const { text } = key;
  if (deleted !== undefined) throw new Undecided('KEY_VALUE_MISSING', `the secret of '${text}' is to be deleted`);
  const { permissions, exchange } = description;
  if (permissions.length !== 1 || permissions[0] !== KeyPermission.READ) {
    throw new Undecided(
      'PROBE_KEY_NOT_READ_ONLY',
      `'${text}' is declared with ${permissions.join(', ')}; a probe shows keys that can read and nothing else, so it was not used`,
    );
  }
  if (exchange !== probedExchange(key)) throw foreign(text, `its secret is for exchange '${exchange}'`);
}

/** Other values are not quoted: who has put the wrong text into the secret may have put it anywhere. */
function checkDocument({ key: { text }, description }: KeyState, { name, exchange, account }: KeyDocument): void {
  if (name !== text) throw foreign(text, 'the document in its secret is that of another key');
  if (exchange !== description.exchange) throw foreign(text, 'the document in its secret is for another exchange');
  if (account !== description.account) throw foreign(text, 'the document in its secret is for another account');
}

function foreign(text: string, problem: string): Undecided {
  return new Undecided('PROBE_KEY_FOREIGN', `'${text}': ${problem}, so it was not used`);
}
