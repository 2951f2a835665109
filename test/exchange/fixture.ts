// An exchange for one test, with a master key bound to the address of its management, and shorthands for calls.
import {
  CODES,
  type CodeName,
  type Credentials,
  ExchangeClient,
  type ExchangeOptions,
  type HandMadeKey,
  LoopbackExchange,
  type Reply,
} from '../support/exchange';

/** Where key management comes from, a trader, and a stranger. */
export const MANAGER = '127.0.3.1';
export const TRADER = '127.0.7.1';
export const STRANGER = '127.0.66.6';

/** A clock that stands still until a test moves it. */
export class Clock {
  public ms = Date.UTC(2026, 0, 15, 12);
  public readonly now = () => this.ms;
}

export class Fixture {
  public static async start(options: ExchangeOptions = {}): Promise<Fixture> {
    const clock = new Clock();
    const exchange = await LoopbackExchange.start({ now: clock.now, ...options });
    return new Fixture(exchange, clock);
  }

  public readonly master: ReturnType<LoopbackExchange['control']['createKeyByHand']>;

  private constructor(
    public readonly exchange: LoopbackExchange,
    public readonly clock: Clock,
  ) {
    const passphrase = exchange.control.settings().passphrase === 'none' ? undefined : 'master-phrase';
    this.master = this.byHand({ account: 'master', permissions: ['KeyManage'], ips: [MANAGER], passphrase });
  }

  public get control() {
    return this.exchange.control;
  }

  public byHand(request: Partial<HandMadeKey>) {
    const key: HandMadeKey = { account: 'sub-1', label: 'by_hand', permissions: ['Read'], ips: [TRADER], ...request };
    return this.control.createKeyByHand(key);
  }

  public client(credentials: Credentials | undefined, from = TRADER, more: { recvWindow?: number } = {}) {
    const { passphrase } = this.control.settings();
    const now = this.clock.now;
    return new ExchangeClient({ url: this.exchange.url, credentials, from, now, passphrase, ...more });
  }

  public read(credentials: Credentials, from = TRADER): Promise<Reply> {
    return this.client(credentials, from).call('GET', '/v1/account');
  }

  /** Key management with the master key, from its address. */
  public manage(method: string, path: string, body?: object): Promise<Reply> {
    const [bare, query] = path.split('?');
    return this.client(this.master, MANAGER).call(method, `/v1/sub-accounts${bare}`, { query, body });
  }

  public create(body: object = {}, account = 'sub-1'): Promise<Reply> {
    const wanted = { label: 'xk_0123456789', permissions: ['Read', 'SpotTrade'], ips: [TRADER], ...body };
    return this.manage('POST', `/${account}/api-keys`, wanted);
  }
}

export const code = (name: CodeName): number => CODES[name].code;

export function expectCode(reply: Reply, name: CodeName): void {
  expect({ code: reply.code, status: reply.status }).toEqual({ code: CODES[name].code, status: CODES[name].status });
}

/** Waits for something that is about to happen. */
export async function until(happened: () => boolean): Promise<void> {
  const deadline = AbortSignal.timeout(10_000);
  while (!happened()) {
    deadline.throwIfAborted();
    await new Promise(setImmediate);
  }
}

/** Starts one exchange per test and stops it afterwards; a failure inside the exchange fails the test. */
export function useExchange(): (options?: ExchangeOptions) => Promise<Fixture> {
  const started: Fixture[] = [];
  afterEach(async () => {
    await Promise.all(started.splice(0).map(({ exchange }) => exchange.stop()));
  });
  return async (options) => {
    const fixture = await Fixture.start(options);
    started.push(fixture);
    return fixture;
  };
}
