// The address that requests leave from, as records tell it: asked now and then beside the requests, which never wait for it.
import { parseBaseUrl } from '../../../contract/exchange/base-url';
import { parseSourceAddress } from '../../../contract/watch/source-address';
import type { Notices } from '../shared/notices';
import { type Clock, startQuietly, type Timer, type Timers } from '../shared/time';
import { Deadline } from './deadline';
import { type Fetch, send, untilAborted } from './transport';

/** Gives the address as text. */
export type AddressSource = () => string | Promise<string>;

const REGULARLY_MS = 3_600_000;
/** After an address was refused, it is asked for at most this often. */
const PAUSE_MS = 60_000;
const LONGEST_MS = 3_000;
/** An address and a line break fit many times. */
const LONGEST_ANSWER = 256;

export interface SourceAddressOptions {
  /** Undefined: nobody can tell. */
  readonly source: AddressSource | undefined;
  readonly notices: Notices;
  readonly clock: Clock;
  readonly timers: Timers;
}

export class SourceAddress {
  /** Undefined until it is known; the last one known when it cannot be asked for. */
  public current: string | undefined;
  private askedAt = Number.NEGATIVE_INFINITY;
  private timer: Timer | undefined;
  private isClosed = false;

  constructor(private readonly options: SourceAddressOptions) {}

  /** Settles after the first answer, or when that takes too long. Never rejects. */
  public async start(): Promise<void> {
    await this.ask();
  }

  /** The exchange has refused the address, so it may be another one than before. */
  public async refused(): Promise<void> {
    const since = this.options.clock.now() - this.askedAt;
    // below 0, the clock was set back
    if (since < 0 || since >= PAUSE_MS) await this.ask();
  }

  public close(): void {
    this.isClosed = true;
    this.stopTimer();
  }

  private async ask(): Promise<void> {
    const { source, notices, clock, timers } = this.options;
    if (this.isClosed) return;
    this.askedAt = clock.now();
    const answer = source && (await answerOf(source, timers));
    if (answer !== undefined) {
      this.current = answer;
      notices.settle('source address');
    } else if (this.current === undefined) {
      notices.warnOnce('source address', 'SOURCE_ADDRESS_UNKNOWN', unknown(source !== undefined));
    }
    if (this.isClosed || source === undefined) return;
    this.stopTimer();
    this.timer = startQuietly(timers, () => void this.ask(), REGULARLY_MS);
  }

  private stopTimer(): void {
    if (this.timer !== undefined) this.options.timers.clearTimeout(this.timer);
    this.timer = undefined;
  }
}

function unknown(hasSource: boolean): string {
  const why = hasSource ? 'nobody answered with one' : 'nothing says it';
  return `the address that requests leave from is not known (${why}), so the watch takes it for a new one; give option sourceIp or the variable with an echo service`;
}

async function answerOf(source: AddressSource, timers: Timers): Promise<string | undefined> {
  const deadline = new Deadline(timers, LONGEST_MS);
  try {
    const text = await untilAborted(Promise.resolve().then(source), deadline.signal);
    return isAddress(text) ? text : undefined;
  } catch {
    return undefined;
  } finally {
    deadline.end();
  }
}

export function isAddress(text: unknown): text is string {
  return typeof text === 'string' && text.length <= 45 && parseSourceAddress(text) !== undefined;
}

/**
 * Asks an echo service, which answers with the caller's address.
 * @throws InputError `EXCHANGE_BASE_URL`.
 */
export function echoSource(url: string, fetch: Fetch, timers: Timers): AddressSource {
  const { tls, host, path } = parseBaseUrl(url);
  const request = {
    url: `${tls ? 'https' : 'http'}://${host}${path || '/'}`,
    method: 'GET',
    headers: { Accept: 'text/plain' },
    body: undefined,
  };
  return async () => {
    const deadline = new Deadline(timers, LONGEST_MS);
    try {
      const { signal } = deadline;
      const { status, bytes } = await send(fetch, request, { signal, maxBytes: LONGEST_ANSWER });
      return status >= 200 && status < 300 ? Buffer.from(bytes).toString('utf8').trim() : '';
    } finally {
      deadline.end();
    }
  };
}
