// The lock at synth: which templates it lets through, and what is said about the others.
import { App, Lazy, Stack, Stage } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import fc from 'fast-check';
import { entriesOf, guardTemplate, type LockDocument, lockHash, serializeLock } from '../../../contract/lock';
import { AddressSource, EgressAddresses, EgressLock } from '../../../lib';
import { allocationOf, anyLock } from '../../contract/lock/arbitraries';
import { draining, entry, lockIn, lockOf } from '../../contract/lock/fixture';
import { refusal } from '../../support/config-error';
import { ACCOUNT, AddressOptions, stackIn, withAddresses } from '../../support/egress';

const TODAY = '2026-11-22';
const context = { 'cdk-exchange-keys:today': TODAY };
const A = entry('a', 1);
const B = entry('b', 2, { role: 'standby' });
const LOCK = lockOf(A, B);
/** What is in LOCK. */
const LOCKED: AddressOptions = { availabilityZones: ['eu-west-1a'], standbyAvailabilityZones: ['eu-west-1b'] };

const jsonLock = (lock: LockDocument) => EgressLock.fromJson(serializeLock(lock));
const under = (lock: EgressLock | undefined, options: AddressOptions = LOCKED) =>
  withAddresses({ environment: 'prod', lock, ...options }, {}, { context });
const refused = (code: string, lock: LockDocument, options?: AddressOptions) =>
  refusal(code, () => under(jsonLock(lock), options));

describe('let through is', () => {
  test('what is locked, without a word, and the probes know its entries', () => {
    const { app, addresses, addressStack } = under(jsonLock(LOCK));
    expect(addresses._lockedEntries).toEqual([A, B]);
    expect(() => app.synth()).not.toThrow();
    Annotations.fromStack(addressStack).hasNoWarning('*', Match.anyValue());
    Annotations.fromStack(addressStack).hasNoInfo('*', Match.anyValue());
  });

  test('a first deployment without a lock, which is told what to do next', () => {
    const production = under(undefined);
    expect(production.addresses._lockedEntries).toBeUndefined();
    expect(() => production.app.synth()).not.toThrow();
    const next = Match.stringLikeRegexp(
      "^no lock guards .* prod in eu-west-1; deploy, run 'exchange-keys allowlist lock', commit egress.lock.json, .*'lock' .*lock-missing",
    );
    Annotations.fromStack(production.addressStack).hasWarning('*', next);
    const { addressStack } = withAddresses();
    Annotations.fromStack(addressStack).hasNoWarning('*', Match.anyValue());
    Annotations.fromStack(addressStack).hasInfo('*', Match.stringLikeRegexp('no lock guards .* dev in eu-west-1'));
  });

  test('the first deployment of a region that the lock does not have yet', () => {
    const lock = jsonLock(lockIn({ 'us-east-1': [entry('a', 7, { availabilityZone: 'us-east-1a' })] }));
    const { app, addresses, addressStack } = under(lock.withRegionsElsewhere('us-east-1'));
    expect(addresses._lockedEntries).toEqual([]);
    expect(() => app.synth()).not.toThrow();
    Annotations.fromStack(addressStack).hasWarning(
      '*',
      Match.stringLikeRegexp('no address of prod in eu-west-1 yet, .*lock-region-new'),
    );
  });

  test('loopback addresses, in an app for a local AWS and in no other', () => {
    const lock = lockOf(entry('a', 1, { address: '127.64.0.1' }), B);
    const text = serializeLock(lock, { localAws: true });
    expect(() => under(EgressLock.fromJson(text, { localAws: true }))).not.toThrow();
    refusal('ALLOWLIST_LOOPBACK', () => under(EgressLock.fromJson(text)));
    refusal('ALLOWLIST_LOOPBACK', () => under(EgressLock.fromJson(text, { localAws: false }).withRegionsElsewhere()));
  });

  test('a lock of an environment that the project declares', () => {
    const declared = { ...context, 'cdk-exchange-keys:environments': { live: { production: true } } };
    const { hash: _, ...content } = { ...LOCK, environment: 'live' };
    const text = JSON.stringify({ ...content, hash: lockHash(content) });
    const options = { ...LOCKED, environment: 'live', lock: EgressLock.fromJson(text) };
    expect(() => withAddresses(options, {}, { context: declared })).not.toThrow();
  });
});

describe('refused is', () => {
  test('a lock that is none, naming the prop', () => {
    const message = refusal('LOCK_OTHER_ENVIRONMENT', () => under(jsonLock(LOCK), { ...LOCKED, environment: 'dev' }));
    expect(message).toMatch(/^'lock': \$\.environment: .* \(at Addresses\/Egress\) \[LOCK_OTHER_ENVIRONMENT\]$/);
    refusal('LOCK_NOT_JSON', () => under(EgressLock.fromJson('')));
    refusal('VALUE_UNKNOWN_AT_SYNTH', () => under(EgressLock.fromJson(Lazy.string({ produce: () => '{}' }))));
  });

  test.each([
    [undefined, 'of type undefined'],
    [null, 'null'],
    [LOCK, 'of type object'],
  ])('%j in place of a text', (value, words) => {
    const message = refusal('LOCK_NOT_TEXT', () => under(EgressLock.fromJson(value as unknown as string)));
    expect(message).toContain(words);
  });

  test('a template that loses an address, with all that is wrong with it', () => {
    expect(refused('LOCK_ZONE_DROPPED', LOCK, { availabilityZones: ['eu-west-1a'] })).toMatch(
      /^zone 'eu-west-1b' with the standby address '52\.210\.0\.2' .* \(at Addresses\/Egress\) \[LOCK_ZONE_DROPPED\]$/,
    );
    const all = refused('LOCK_ZONE_DROPPED', LOCK, { availabilityZones: ['eu-west-1c'] }).split('\n');
    expect(all).toEqual([
      expect.stringMatching(/^zone 'eu-west-1a' .*\[LOCK_ZONE_DROPPED\]$/),
      expect.stringMatching(/^zone 'eu-west-1b' .*\[LOCK_ZONE_DROPPED\]$/),
      expect.stringMatching(/^zone 'eu-west-1c' .*\[LOCK_ZONE_WITHOUT_ENTRY\]$/),
      '3 reasons why the lock refuses this template (at Addresses/Egress) [LOCK_ZONE_DROPPED]',
    ]);
  });

  test('an adopted address that is not the locked one', () => {
    const adopt = (a: number, b: number): AddressOptions => ({
      ...LOCKED,
      source: AddressSource.adopt({ 'eu-west-1a': allocationOf(a), 'eu-west-1b': allocationOf(b) }),
    });
    expect(() => under(jsonLock(LOCK), adopt(1, 2))).not.toThrow();
    refused('LOCK_ADDRESS_MOVED', LOCK, adopt(2, 1));
    refused('LOCK_ADDRESS_REPLACED', LOCK, adopt(1, 9));
  });

  test('a zone that drains, and one past its day', () => {
    refused('LOCK_ZONE_DRAINING', lockOf(A, draining('b', 2)), {
      availabilityZones: ['eu-west-1a', 'eu-west-1b'],
    });
    refused('LOCK_ENTRY_EXPIRED', lockOf({ ...A, retireAfter: TODAY }, B));
  });

  test('an address outside the pool that was declared, and a pool that is none', () => {
    expect(() => under(jsonLock(LOCK), { ...LOCKED, declaredPool: '52.210.0.0/24' })).not.toThrow();
    expect(refused('LOCK_OUTSIDE_POOL', LOCK, { ...LOCKED, declaredPool: '52.210.0.0/31' })).toMatch(
      /^'declaredPool': address '52\.210\.0\.2' of zone 'eu-west-1b' is not in the declared pool 52\.210\.0\.0\/31/,
    );
    refusal('CIDR_HOST_BITS_SET', () => under(undefined, { ...LOCKED, declaredPool: '52.210.0.1/24' }));
    const token = Lazy.string({ produce: () => '52.210.0.0/24' });
    refusal('VALUE_UNKNOWN_AT_SYNTH', () => under(undefined, { ...LOCKED, declaredPool: token }));
  });
});

test('a template is refused exactly where the lock finds something, with the code of the first finding', () => {
  const ZONES = ['a', 'b', 'c', 'd'].map((letter) => `eu-west-1${letter}`);
  const anyRoles = fc.array(fc.constantFrom('active' as const, 'standby' as const, undefined), {
    minLength: ZONES.length,
    maxLength: ZONES.length,
  });
  const withZone = anyRoles.filter((roles) => roles.some((role) => role !== undefined));
  let refusals = 0;
  fc.assert(
    fc.property(anyLock, withZone, fc.boolean(), (lock, roles, adopts) => {
      const zones = ZONES.flatMap((name, index) => {
        const role = roles[index];
        return role === undefined ? [] : [{ name, role }];
      });
      const ids = entriesOf(lock, 'eu-west-1').map(({ allocationId }) => allocationId);
      const allocationIds = adopts
        ? Object.fromEntries(zones.map(({ name }, index) => [name, ids[index] ?? allocationOf(900 + index)]))
        : undefined;
      const findings = guardTemplate(lock, { region: 'eu-west-1', zones, allocationIds, today: TODAY });
      const synth = () =>
        under(jsonLock(lock), {
          availabilityZones: zones.filter(({ role }) => role === 'active').map(({ name }) => name),
          standbyAvailabilityZones: zones.filter(({ role }) => role === 'standby').map(({ name }) => name),
          source: allocationIds && AddressSource.adopt(allocationIds),
        });
      if (findings.length === 0) return expect(synth).not.toThrow();
      refusals++;
      refusal(findings[0].code, synth);
    }),
    { numRuns: 60 },
  );
  expect(refusals).toBeGreaterThan(0);
});

describe('the regions of an app', () => {
  const US = entry('a', 7, { availabilityZone: 'us-east-1a' });
  const BOTH = lockIn({ 'eu-west-1': [A, B], 'us-east-1': [US] });

  /** Addresses of an environment in us-east-1 of the app. */
  const inVirginia = (app: App, lock?: EgressLock, environment = 'prod') =>
    new EgressAddresses(
      stackIn(app, `Virginia-${environment}`, { env: { region: 'us-east-1' }, terminationProtection: true }),
      'Egress',
      { environment, availabilityZones: ['us-east-1a'], lock },
    );

  test('have the same lock, or none of them has one', () => {
    const { app } = under(jsonLock(BOTH));
    expect(refusal('LOCK_MISSING_IN_REGION', () => inVirginia(app))).toContain(
      "have a lock at 'Addresses/Egress' and none at 'Virginia-prod/Egress'",
    );
    expect(refusal('LOCK_MISSING_IN_REGION', () => inVirginia(under(undefined).app, jsonLock(BOTH)))).toContain(
      "have a lock at 'Virginia-prod/Egress' and none at 'Addresses/Egress'",
    );
    expect(() => inVirginia(under(undefined).app)).not.toThrow();
    refusal('LOCK_DIFFERS', () => inVirginia(under(jsonLock(LOCK)).app, jsonLock(BOTH)));
    const elsewhere = jsonLock(BOTH).withRegionsElsewhere('eu-central-1');
    refusal('LOCK_DIFFERS', () => inVirginia(under(jsonLock(BOTH)).app, elsewhere));
    const both = under(jsonLock(BOTH));
    inVirginia(both.app, jsonLock(BOTH));
    expect(() => both.app.synth()).not.toThrow();
  });

  test('another environment has a lock of its own, or none', () => {
    const { app } = under(jsonLock(LOCK));
    inVirginia(app, undefined, 'dev');
    expect(() => app.synth()).not.toThrow();
  });

  test('are all that the lock has, or the others are named', () => {
    const message = refusal('LOCK_REGION_DROPPED', () => under(jsonLock(BOTH)).app.synth());
    expect(message).toMatch(/\[Addresses\/Egress\] region 'us-east-1' of prod is in the lock and not in the app; /);
    expect(message).toMatch(/zone 'us-east-1a' with the active address '52\.210\.0\.7' .*\[LOCK_ZONE_DROPPED\]/);
    const named = jsonLock(BOTH).withRegionsElsewhere('us-east-1');
    expect(() => under(named).app.synth()).not.toThrow();
    expect(() => under(jsonLock(BOTH).withRegionsElsewhere('us-west-2')).app.synth()).toThrow('LOCK_REGION_DROPPED');
    expect(() => under(named.withRegionsElsewhere('us-west-2')).app.synth()).not.toThrow();
  });

  test('said once, whichever of the regions is asked', () => {
    const MORE = lockIn({ ...BOTH.regions, 'us-west-2': [entry('a', 8, { availabilityZone: 'us-west-2a' })] });
    const { app } = under(jsonLock(MORE));
    inVirginia(app, jsonLock(MORE));
    const message = refusal('LOCK_REGION_DROPPED', () => app.synth());
    expect(message.match(/LOCK_REGION_DROPPED/g)).toHaveLength(1);
  });

  test('may leave once no exchange knows an address of it', () => {
    const gone = lockIn({
      'eu-west-1': [A, B],
      'us-east-1': [{ ...US, role: 'draining', retireAfter: TODAY, told: {} }],
    });
    expect(() => under(jsonLock(gone)).app.synth()).not.toThrow();
  });

  test('a region that is here cannot be elsewhere, and one that is none is nowhere', () => {
    refusal('LOCK_REGION_NOT_ELSEWHERE', () => under(jsonLock(LOCK).withRegionsElsewhere('eu-west-1')));
    refusal('REGION_MALFORMED', () => under(jsonLock(LOCK).withRegionsElsewhere('eu-west-1a')));
    const token = Lazy.string({ produce: () => 'us-east-1' });
    refusal('VALUE_UNKNOWN_AT_SYNTH', () => under(jsonLock(LOCK).withRegionsElsewhere(token)));
  });

  test('in stages of their own are counted together, also by CDK Pipelines, which synthesises each when it is added', () => {
    const stage = (app: App, region: string, lock: EgressLock) => {
      const made = new Stage(app, region, { env: { account: ACCOUNT, region } });
      const stack = new Stack(made, 'Addresses', { terminationProtection: true });
      const zones = region === 'eu-west-1' ? LOCKED : { availabilityZones: [`${region}a`] };
      new EgressAddresses(stack, 'Egress', { environment: 'prod', availabilityZones: [], ...zones, lock });
      made.synth();
    };
    const app = new App({ context });
    stage(app, 'eu-west-1', jsonLock(BOTH));
    expect(() => stage(app, 'us-east-1', jsonLock(BOTH))).not.toThrow();
    expect(() => app.synth()).not.toThrow();
    const half = new App({ context });
    stage(half, 'eu-west-1', jsonLock(BOTH));
    refusal('LOCK_REGION_DROPPED', () => half.synth());
  });
});
