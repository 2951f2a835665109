// What one pass of the caretaker knows and shares between keys: exchanges, management keys, lists, our addresses; each asked for once.
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { KeyDocument } from '../../../contract/keys';
import type { ExchangeAdapter, ListedKey } from '../../exchange/adapter';
import type { OurAddresses } from '../../shared/our-addresses';
import type { KeyStore } from '../key-store';
import { readManagementKey } from '../management-key';
import type { HeldVersions } from './held-versions';
import { withPatience } from './tired';

export interface PassDependencies {
  readonly environment: string;
  readonly store: KeyStore;
  readonly secrets: SecretsManagerClient;
  /** The adapter of an exchange's name; refuses one that is not configured. */
  readonly loadExchange: (name: string) => Promise<ExchangeAdapter>;
  /** What the allowlist of every key should contain. */
  readonly ourAddresses: () => Promise<OurAddresses>;
  /** Which old versions workloads hold, as far as the watch is alive to see it. */
  readonly heldVersions: () => Promise<HeldVersions>;
  /** Asks a person; resolves when the message has been taken. */
  readonly publish: (message: { readonly subject: string; readonly text: string }) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export class Pass {
  private readonly memory = new Map<string, Promise<unknown>>();

  constructor(public readonly dependencies: PassDependencies) {}

  /** Seconds since 1970. */
  public get now(): number {
    return Math.floor(this.dependencies.now() / 1000);
  }

  public exchange(name: string): Promise<ExchangeAdapter> {
    return this.once(`exchange ${name}`, async () => withPatience(await this.dependencies.loadExchange(name)));
  }

  public management(exchange: string): Promise<KeyDocument> {
    const { store, environment } = this.dependencies;
    return this.once(`management ${exchange}`, () => readManagementKey(store, environment, exchange));
  }

  public ourAddresses(): Promise<OurAddresses> {
    return this.once('addresses', () => this.dependencies.ourAddresses());
  }

  /** When the version was last seen with a workload, in seconds since 1970. A watch that is silent is asked once in the pass. */
  public async heldAt(keyName: string, version: string): Promise<number | undefined> {
    const held = await this.once('held versions', () => this.dependencies.heldVersions());
    return held(keyName, version);
  }

  /** All keys of an account. A list of this pass is new enough for everything but the proof that a revocation worked. */
  public listed(exchange: string, account: string | undefined): Promise<ListedKey[]> {
    return this.once(listId(exchange, account), () => this.listNow(exchange, account));
  }

  public async listNow(exchange: string, account: string | undefined): Promise<ListedKey[]> {
    const [adapter, management] = [await this.exchange(exchange), await this.management(exchange)];
    return adapter.list(management, account);
  }

  public hasListed(exchange: string, account: string | undefined): boolean {
    return this.memory.has(listId(exchange, account));
  }

  /** What a version holds, read once in the pass however many keys are compared with it. */
  public valueOf<T>(arn: string, version: string, read: () => Promise<T>): Promise<T> {
    return this.once(`value ${arn} ${version}`, read);
  }

  /** A failure is shared, too: what could not be read for one key is not asked for again for the next. */
  private once<T>(id: string, find: () => Promise<T>): Promise<T> {
    const found = this.memory.get(id) ?? find();
    this.memory.set(id, found);
    return found as Promise<T>;
  }
}

const listId = (exchange: string, account: string | undefined) => `list ${exchange} ${account ?? ''}`;
