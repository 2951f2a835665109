// A model of a user's account over time: templates, deployments, locks, exchanges. It keeps its own books.
import fc from 'fast-check';
import { type AllowlistDocument, type AllowlistEntry, parseAllowlistDocument } from '../../../contract/allowlist';
import { InputError } from '../../../contract/errors';
import {
  entriesOf,
  guardRegions,
  guardTemplate,
  type LockDocument,
  type LockEntry,
  markDropped,
  markTold,
  mergeDeployed,
  parseLock,
  serializeLock,
} from '../../../contract/lock';
import { addressOf, allocationOf } from './arbitraries';

const REGIONS = ['eu-west-1', 'us-east-1'];
const ZONES = ['a', 'b', 'c'];
const EXCHANGES = ['xxkk', 'kraken'];

interface Zone {
  role: 'active' | 'standby';
  n: number;
  adopted: boolean;
}
/** By region and zone letter. */
type Template = Map<string, Map<string, Zone>>;

export type Action =
  | { do: 'edit'; region: number; zone: number; to: 'active' | 'standby' | 'gone' | 'region-gone'; required: boolean }
  | { do: 'adopt'; region: number; zone: number; to: 'active' | 'standby'; which: number; leave: boolean }
  | { do: 'swap-by-hand'; region: number; zone: number }
  | { do: 'lock'; unread: number; drain: number; restore: number; drop: number; removed: boolean }
  | { do: 'told' | 'dropped'; which: number; exchange: number }
  | { do: 'wait'; days: number };

const index = fc.nat({ max: 11 });
/** Mostly none, since a list that names a wrong address refuses the whole run. */
const maybe = fc.oneof({ weight: 2, arbitrary: fc.constant(-1) }, { weight: 1, arbitrary: index });
const region = fc.nat({ max: REGIONS.length - 1 });
const zone = fc.nat({ max: ZONES.length - 1 });

export const anyAction: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('edit' as const),
      region,
      zone,
      to: fc.constantFrom('active', 'standby', 'standby', 'gone', 'gone', 'region-gone'),
      required: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('adopt' as const),
      region,
      zone,
      to: fc.constantFrom('active', 'standby'),
      which: index,
      leave: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('swap-by-hand' as const), region, zone }) },
  {
    weight: 7,
    arbitrary: fc.record({
      do: fc.constant('lock' as const),
      unread: fc.integer({ min: -4, max: REGIONS.length - 1 }),
      drain: maybe,
      restore: maybe,
      drop: maybe,
      removed: fc.boolean(),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom('told' as const, 'dropped' as const),
      which: index,
      exchange: fc.nat({ max: EXCHANGES.length - 1 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), days: fc.constantFrom(1, 7, 31) }) },
);

/** What happened at least once, so that a property cannot pass because nothing was ever accepted. */
export type Tally = Map<string, number>;

export class History {
  private lock: LockDocument | undefined;
  private checked: LockDocument | undefined;
  private deployed: Template = new Map();
  private last = 0;
  private day = 20_000;
  /** By address, the exchanges that let it in: the test's own account of it. */
  private readonly known = new Map<string, Set<string>>();
  /** Addresses that came about outside CloudFormation: until `lock` has seen one, the guard cannot know of it. */
  private readonly byHand = new Set<string>();

  constructor(private readonly tally: Tally) {}

  run(action: Action): void {
    switch (action.do) {
      case 'edit':
        this.edit(action);
        break;
      case 'adopt':
        this.adopt(action);
        break;
      case 'swap-by-hand': {
        const zone = this.deployed.get(REGIONS[action.region])?.get(ZONES[action.zone]);
        if (zone === undefined || zone.adopted) break;
        zone.n = ++this.last;
        this.byHand.add(addressOf(zone.n));
        break;
      }
      case 'lock':
        this.write(action);
        break;
      case 'wait':
        this.day += action.days;
        break;
      default:
        this.tell(action);
    }
    this.checkBooks();
  }

  private edit({ region, zone, to, required }: Action & { do: 'edit' }): void {
    const next = copy(this.deployed);
    const name = REGIONS[region];
    const zones = next.get(name) ?? new Map<string, Zone>();
    const old = zones.get(ZONES[zone]);
    if (to === 'region-gone') next.delete(name);
    else {
      if (to === 'gone') zones.delete(ZONES[zone]);
      else zones.set(ZONES[zone], { ...(old ?? { n: ++this.last, adopted: false }), role: to });
      next.set(name, zones);
      if (zones.size === 0) next.delete(name);
    }
    if (this.deploy(next, required) && old !== undefined && to.endsWith('gone')) this.count(to);
  }

  private adopt({ region, zone, to, which, leave }: Action & { do: 'adopt' }): void {
    const next = copy(this.deployed);
    const [address] = this.choose(which, ({ role }) => role === 'draining');
    const n = address === undefined || which > 9 ? ++this.last : numberOf(address);
    const name = REGIONS[region];
    const from = [...(next.get(name) ?? [])].find(([, { n: other }]) => other === n);
    if (from !== undefined && leave) next.get(name)?.delete(from[0]);
    next.set(name, (next.get(name) ?? new Map()).set(ZONES[zone], { role: to, n, adopted: true }));
    const all = [...next.values()].flatMap((zones) => [...zones.values()].map((each) => each.n));
    if (new Set(all).size < all.length) return;
    if (this.deploy(next, false) && from !== undefined && from[0] !== ZONES[zone]) this.count('moved');
  }

  /** Guards every region, and deploys if nothing is found; asserts that what was let through loses nothing. */
  private deploy(next: Template, required: boolean): boolean {
    if (this.lock !== undefined && this.findings(this.lock, next, required) > 0) {
      this.count('refused');
      return false;
    }
    const after = addressesIn(next);
    for (const [region, zones] of this.deployed) {
      for (const [letter, { n, role, adopted }] of zones) {
        const address = addressOf(n);
        const locked = this.lock === undefined ? [] : entriesOf(this.lock, region);
        const entry = locked.find((each) => each.address === address);
        const isUnseen = this.byHand.has(address) && entry === undefined;
        // Put back before `lock` has seen the move: adopted, so not released, and still draining in the lock.
        const isUnseenMove = adopted && entry?.role === 'draining' && entry.availabilityZone !== region + letter;
        if (isUnseenMove) continue;
        const isInUse =
          (role === 'active' && locked.length > 0 && !isUnseen) || (this.known.get(address)?.size ?? 0) > 0;
        if (isInUse && !after.has(address))
          throw new Error(`the guard let a template drop ${address}, which is in use`);
      }
    }
    if (required) this.checkConfirmed(next);
    this.deployed = next;
    this.count('deployed');
    return true;
  }

  private findings(lock: LockDocument, next: Template, required: boolean): number {
    const today = this.today();
    const inRegions = [...next].flatMap(([region, zones]) =>
      guardTemplate(lock, {
        region,
        zones: [...zones].map(([letter, { role }]) => ({ name: region + letter, role })),
        allocationIds: Object.fromEntries(
          [...zones].filter(([, { adopted }]) => adopted).map(([letter, { n }]) => [region + letter, allocationOf(n)]),
        ),
        ...(required && { requiredExchanges: EXCHANGES }),
        today,
      }),
    );
    return inRegions.length + guardRegions(lock, [...next.keys()], today).length;
  }

  /** Traffic that starts in a locked region starts from an address that every exchange knows, unless swapped by hand. */
  private checkConfirmed(next: Template): void {
    for (const [region, zones] of next) {
      const entries = this.lock === undefined ? [] : entriesOf(this.lock, region);
      if (entries.length === 0) {
        const isFirst = Object.keys(this.lock?.regions ?? {}).length === 0;
        if (isFirst || [...zones.values()].every(({ role }) => role === 'standby')) continue;
        throw new Error(`the guard let traffic out of ${region}, of which the lock knows nothing`);
      }
      for (const { n, role } of zones.values()) {
        const isLocked = entries.some(({ address }) => address === addressOf(n));
        if (role !== 'active' || !isLocked || this.known.get(addressOf(n))?.size === EXCHANGES.length) continue;
        throw new Error(`the guard let traffic out of ${addressOf(n)}, which not every exchange knows`);
      }
    }
  }

  private write({ unread, drain, restore, drop, removed }: Action & { do: 'lock' }): void {
    const read = [...this.deployed].filter(([region]) => region !== REGIONS[unread]);
    const gone = Object.keys(this.lock?.regions ?? {}).filter((region) => !this.deployed.has(region));
    const chosen = {
      drain: this.choose(drain, ({ role }) => role === 'standby'),
      restore: this.choose(restore, ({ role }) => role === 'draining'),
      drop: this.choose(drop, ({ role, told }) => role === 'draining' && Object.keys(told).length === 0),
    };
    const result = attempt(() =>
      mergeDeployed(this.lock, read.map(documentOf), {
        today: this.today(),
        ...chosen,
        removedRegions: removed ? gone : [],
      }),
    );
    if (result === undefined) {
      this.count('lock refused');
      return;
    }
    for (const { kind } of result.changes) this.count(kind);
    this.lock = result.document;
    for (const zone of read.flatMap(([, zones]) => [...zones.values()])) {
      const entry = Object.values(this.lock.regions)
        .flat()
        .find(({ address }) => address === addressOf(zone.n));
      if (entry === undefined || (zone.role === 'active' && entry.role !== 'active')) {
        throw new Error(`${addressOf(zone.n)} is deployed as ${zone.role}, in the lock it is ${entry?.role}`);
      }
    }
  }

  private tell({ do: what, which, exchange: at }: Action & { do: 'told' | 'dropped' }): void {
    const [address] = this.choose(which, ({ role, told: by }) =>
      what === 'told' ? role !== 'draining' : role === 'draining' && Object.keys(by).length > 0,
    );
    const { lock } = this;
    if (lock === undefined || address === undefined) return;
    const selection = { addresses: [address], exchange: EXCHANGES[at] };
    const after = attempt(() =>
      what === 'told' ? markTold(lock, { ...selection, day: this.today() }) : markDropped(lock, selection),
    );
    if (after === undefined) return;
    if (what === 'dropped' && this.isActive(address)) throw new Error(`${address} is active and was dropped`);
    const exchanges = this.known.get(address) ?? new Set();
    if (what === 'told') exchanges.add(EXCHANGES[at]);
    else exchanges.delete(EXCHANGES[at]);
    this.known.set(address, exchanges);
    this.lock = after;
    this.count(`${what} at exchange`);
  }

  /** The lock can be written and read, and says of every address exactly which exchanges know it. */
  private checkBooks(): void {
    if (this.lock === undefined || this.lock === this.checked) return;
    this.checked = this.lock;
    expect(parseLock(serializeLock(this.lock), { environment: 'prod' })).toEqual(this.lock);
    const told = Object.values(this.lock.regions)
      .flat()
      .flatMap(({ address, told: by }) => Object.keys(by).map((exchange) => `${address} ${exchange}`));
    const known = [...this.known].flatMap(([address, by]) => [...by].map((exchange) => `${address} ${exchange}`));
    expect(told.sort()).toEqual(known.sort());
  }

  private isActive(address: string): boolean {
    return [...this.deployed.values()].some((zones) =>
      [...zones.values()].some(({ n, role }) => role === 'active' && addressOf(n) === address),
    );
  }

  /** An address of the lock: any one when `which` is odd, else one that the action suits, so that histories get somewhere. */
  private choose(which: number, suits: (entry: LockEntry) => boolean): string[] {
    if (which < 0) return [];
    const all = Object.values(this.lock?.regions ?? {}).flat();
    const candidates = which % 2 === 1 ? all : all.filter(suits);
    return candidates.length === 0 ? [] : [candidates[(which >> 1) % candidates.length].address];
  }

  private today(): string {
    return new Date(this.day * 86_400_000).toISOString().slice(0, 10);
  }

  private count(what: string): void {
    this.tally.set(what, (this.tally.get(what) ?? 0) + 1);
  }
}

function copy(template: Template): Template {
  return new Map(
    [...template].map(([region, zones]) => [
      region,
      new Map([...zones].map(([letter, each]) => [letter, { ...each }])),
    ]),
  );
}

function addressesIn(template: Template): Set<string> {
  return new Set([...template.values()].flatMap((zones) => [...zones.values()].map(({ n }) => addressOf(n))));
}

function numberOf(address: string): number {
  const [, , high, low] = address.split('.').map(Number);
  return high * 256 + low;
}

/** What the region publishes, as it would be read from it. */
function documentOf([region, zones]: [string, Map<string, Zone>]): AllowlistDocument {
  const entries = [...zones].map(
    ([letter, { n, role }]): AllowlistEntry => ({
      availabilityZone: region + letter,
      allocationId: allocationOf(n),
      address: addressOf(n),
      cidr: `${addressOf(n)}/32`,
      role,
    }),
  );
  const cidrs = entries.map(({ cidr }) => cidr);
  return parseAllowlistDocument(JSON.stringify({ schemaVersion: 1, environment: 'prod', region, cidrs, entries }));
}

/** The result, or undefined when it is refused. */
function attempt<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}
