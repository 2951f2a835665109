// Which addresses are ours: the published allowlists of all regions, read again every five minutes, and a verdict per address.
import { type Cidr, containsCidr } from '../../contract/cidr';
import { parseSourceAddress, type SourceAddress } from '../../contract/watch/source-address';

/** What an address in a record is to us; undefined for what is no address. */
export type AddressVerdict = { readonly origin: string; readonly ours: boolean } | undefined;

const LIST_MS = 300_000;
/** Whoever writes the log chooses the addresses. */
const MOST_REMEMBERED = 10_000;

export class OurNetwork {
  private ranges: readonly Cidr[] = [];
  private readAt = Number.NEGATIVE_INFINITY;
  private readonly verdicts = new Map<string, AddressVerdict>();

  constructor(private readonly read: () => Promise<readonly Cidr[]>) {}

  /** Reads the allowlists unless they are fresh; true when they are other ones than before. @throws Refusal */
  public async refresh(now: number): Promise<boolean> {
    if (now - this.readAt < LIST_MS) return false;
    const ranges = await this.read();
    const changed = texts(ranges) !== texts(this.ranges);
    this.ranges = ranges;
    this.readAt = now;
    if (changed) this.verdicts.clear();
    return changed;
  }

  public judge(address: string): AddressVerdict {
    if (this.verdicts.has(address)) return this.verdicts.get(address);
    const parsed = parseSourceAddress(address);
    const verdict = parsed && { origin: parsed.origin, ours: this.contains(parsed) };
    if (this.verdicts.size >= MOST_REMEMBERED) this.verdicts.clear();
    this.verdicts.set(address, verdict);
    return verdict;
  }

  private contains({ address }: SourceAddress): boolean {
    return this.ranges.some((range) => containsCidr(range, address));
  }
}

const texts = (ranges: readonly Cidr[]) => ranges.map(({ text }) => text).join();
