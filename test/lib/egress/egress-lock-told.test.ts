// Traffic starts when every exchange that a ring of the environment calls has confirmed the address.
import { App, Stack } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { type LockDocument, serializeLock } from '../../../contract/lock';
import { EgressAddresses, EgressLock, EgressNetwork, Exchange, KeyRing } from '../../../lib';
import { entry, lockIn } from '../../contract/lock/fixture';
import { refusal } from '../../support/config-error';
import { stackIn } from '../../support/egress';
import { xxkkConfiguration } from '../../support/exchange-configuration';
import { ALARM_TOPIC, ringProps, TRADER } from '../../support/keys';

const context = { 'cdk-exchange-keys:today': '2026-11-22' };
const other = Exchange.xxkk({ ...xxkkConfiguration('https://api.other.example'), name: 'other' });

interface Told {
  readonly ireland?: readonly string[];
  readonly virginia?: readonly string[];
}

const toldOf = (exchanges: readonly string[]) => Object.fromEntries(exchanges.map((name) => [name, '2026-10-02']));
const lockOf = ({ ireland = ['xxkk'], virginia = ['xxkk'] }: Told): LockDocument =>
  lockIn({
    'eu-west-1': [entry('a', 1, { told: toldOf(ireland) })],
    'us-east-1': [entry('a', 7, { availabilityZone: 'us-east-1a', told: toldOf(virginia) })],
  });

/** An app of prod with two regions and a ring in the first. */
function withRingUnder(told: Told | LockDocument, standby = false) {
  const app = new App({ context });
  const lock = EgressLock.fromJson(serializeLock('hash' in told ? told : lockOf(told)));
  const props = { environment: 'prod', lock };
  const ireland = new EgressAddresses(stackIn(app, 'Ireland', { terminationProtection: true }), 'Egress', {
    ...props,
    availabilityZones: ['eu-west-1a'],
  });
  const virginia = stackIn(app, 'Virginia', { env: { region: 'us-east-1' }, terminationProtection: true });
  new EgressAddresses(virginia, 'Egress', {
    ...props,
    availabilityZones: standby ? [] : ['us-east-1a'],
    standbyAvailabilityZones: standby ? ['us-east-1a'] : [],
  });
  const network = new EgressNetwork(stackIn(app, 'Network'), 'Network', { addresses: ireland });
  const stack: Stack = stackIn(app, 'Keys');
  const alarmTopic = Topic.fromTopicArn(stack, 'Alarms', ALARM_TOPIC);
  const ring = new KeyRing(stack, 'Keys', { ...ringProps(stack), environment: 'prod', network, alarmTopic });
  return { app, ring };
}

test('every exchange has confirmed every address', () => {
  expect(() => withRingUnder({}).app.synth()).not.toThrow();
});

test('the exchange of the ring does not know an address, of whichever region', () => {
  expect(refusal('LOCK_NOT_TOLD', () => withRingUnder({ ireland: [] }).app.synth())).toMatch(
    /\[Ireland\/Egress\] zone 'eu-west-1a' is active, but its address '52\.210\.0\.1' is not confirmed by xxkk; /,
  );
  expect(refusal('LOCK_NOT_TOLD', () => withRingUnder({ virginia: ['kraken'] }).app.synth())).toMatch(
    /\[Virginia\/Egress\] zone 'us-east-1a' .* is not confirmed by xxkk; /,
  );
});

test('an exchange that only one key is of, added after the addresses', () => {
  const known = withRingUnder({ ireland: ['xxkk', 'other'], virginia: ['xxkk', 'other'] });
  known.ring.addKey('TraderBotA', { ...TRADER, exchange: other });
  expect(() => known.app.synth()).not.toThrow();
  const unknown = withRingUnder({});
  unknown.ring.addKey('TraderBotA', { ...TRADER, exchange: other });
  const message = refusal('LOCK_NOT_TOLD', () => unknown.app.synth());
  expect(message.match(/is not confirmed by other; /g)).toHaveLength(2);
});

test('a standby address may be unknown: nothing leaves from it', () => {
  expect(() => withRingUnder({ virginia: [] }, true).app.synth()).not.toThrow();
});

test('a region that the lock does not have yet begins as standby', () => {
  const before = lockIn({ 'eu-west-1': [entry('a', 1, { told: toldOf(['xxkk']) })] });
  expect(() => withRingUnder(before, true).app.synth()).not.toThrow();
  expect(refusal('LOCK_ZONE_WITHOUT_ENTRY', () => withRingUnder(before).app.synth())).toMatch(
    /\[Virginia\/Egress\] zone 'us-east-1a' is active and has no entry in the lock; deploy it as standby first, /,
  );
});
