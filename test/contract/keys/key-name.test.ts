import fc from 'fast-check';
import {
  caretakerParameterName,
  exchangeParameterName,
  isManagementKey,
  isProbeKey,
  keyName,
  keyOfSecret,
  managementKeyName,
  parseKeyName,
  probedExchange,
  probeKeyName,
  ringParameterName,
  secretName,
  secretNamePrefix,
} from '../../../contract/keys';
import { refusal } from '../../support/config-error';
import { environments, exchangeNames, instances, purposes } from './arbitraries';

test('a name carries environment, purpose and instance (G2)', () => {
  const name = keyName('prod', 'trader-bot', 'a');
  expect(name).toEqual({ environment: 'prod', purpose: 'trader-bot', instance: 'a', text: 'prod-trader-bot-a' });
  expect(secretName(name)).toBe('exchange-keys/prod/prod-trader-bot-a');
  expect(keyName('staging', 'marketdata', '01').text).toBe('staging-marketdata-01');
});

test('a name, and that of its secret, can be read back', () => {
  fc.assert(
    fc.property(environments, purposes, instances, (environment, purpose, instance) => {
      const name = keyName(environment, purpose, instance);
      expect(parseKeyName(name.text)).toEqual(name);
      expect(keyOfSecret(secretName(name))).toEqual(name);
      expect(secretName(name).startsWith(secretNamePrefix(environment))).toBe(true);
      expect(isManagementKey(name)).toBe(false);
    }),
  );
});

test('different keys have different names', () => {
  const parts = fc.tuple(environments, purposes, instances);
  fc.assert(
    fc.property(parts, parts, (first, second) => {
      fc.pre(first.join('/') !== second.join('/'));
      expect(keyName(...first).text).not.toBe(keyName(...second).text);
    }),
  );
});

test('the name of a secret never looks like the end of an ARN: a hyphen and six characters', () => {
  fc.assert(
    fc.property(environments, purposes, instances, (environment, purpose, instance) => {
      expect(secretName(keyName(environment, purpose, instance))).not.toMatch(/-[A-Za-z0-9]{6}$/);
    }),
  );
});

test('the management key of every exchange has a name like the others, and no workload can take it', () => {
  expect(managementKeyName('prod', 'xxkk').text).toBe('prod-management-xxkk-0');
  fc.assert(
    fc.property(environments, exchangeNames, (environment, exchange) => {
      const name = managementKeyName(environment, exchange);
      expect(parseKeyName(name.text)).toEqual(name);
      expect(keyOfSecret(secretName(name))).toEqual(name);
      expect(isManagementKey(name)).toBe(true);
      refusal('KEY_PURPOSE_RESERVED', () => keyName(environment, name.purpose, name.instance));
    }),
  );
});

test('the probe key of every exchange has a name like the others, says which exchange, and no workload can take it', () => {
  expect(probeKeyName('prod', 'xxkk').text).toBe('prod-probe-xxkk-0');
  fc.assert(
    fc.property(environments, exchangeNames, (environment, exchange) => {
      const name = probeKeyName(environment, exchange);
      expect(parseKeyName(name.text)).toEqual(name);
      expect(keyOfSecret(secretName(name))).toEqual(name);
      expect([isProbeKey(name), isManagementKey(name)]).toEqual([true, false]);
      expect(probedExchange(name)).toBe(exchange);
      expect(isProbeKey(managementKeyName(environment, exchange))).toBe(false);
      refusal('KEY_PURPOSE_RESERVED', () => keyName(environment, name.purpose, name.instance));
    }),
  );
});

test.each([
  '',
  'Trader',
  '1bot',
  '-bot',
  'bot-',
  'trader--bot',
  'trader_bot',
  'trader bot',
  'trader/bot',
  'a'.repeat(45),
])('purpose %j is refused', (purpose) => {
  refusal('KEY_PURPOSE_MALFORMED', () => keyName('prod', purpose, 'a'));
});

test.each(['a'.repeat(44), 'management', 'a-1-2'])('purpose %j is accepted', (purpose) => {
  expect(keyName('prod', purpose, 'a').purpose).toBe(purpose);
});

test.each(['a', '01', 'abcde', '00000'])('instance %j is accepted', (instance) => {
  expect(parseKeyName(keyName('prod', 'bot', instance).text).instance).toBe(instance);
});

test.each(['', 'abcdef', 'A', 'a-b', ' ', 'a\n'])('instance %j is refused', (instance) => {
  refusal('KEY_INSTANCE_MALFORMED', () => keyName('prod', 'bot', instance));
});

test('the environment must be a known or a declared one', () => {
  refusal('ENVIRONMENT_UNKNOWN', () => keyName('live', 'bot', 'a'));
  refusal('ENVIRONMENT_MALFORMED', () => keyName('Prod', 'bot', 'a'));
  expect(keyName('uat', 'bot', 'a', { uat: { production: false } }).text).toBe('uat-bot-a');
});

test.each([
  '',
  'prod',
  'prod-bot',
  'prod--a',
  'prod-bot-',
  '-bot-a',
  'Prod-bot-a',
  'prod-bot-abcdef',
  'prod-bot_x-a',
  'p-bot-a',
])('key name %j is refused', (text) => {
  refusal('KEY_NAME_MALFORMED', () => parseKeyName(text));
});

test.each([
  'prod-bot-a',
  'exchange-keys/prod-bot-a',
  'exchange-keys/dev/prod-bot-a',
  'exchange-keys/prod/prod-bot-a/x',
  'exchange-keys//prod-bot-a',
  'other/prod/prod-bot-a',
  '/exchange-keys/prod/prod-bot-a',
])('secret name %j is foreign', (text) => {
  refusal('SECRET_NAME_FOREIGN', () => keyOfSecret(text));
});

test('a secret in the right place with a name that is none', () => {
  refusal('KEY_NAME_MALFORMED', () => keyOfSecret('exchange-keys/prod/bot'));
});

test.each(['', 'XXKK', '1xx', 'xx_kk', 'xx-', 'xx--kk', 'a'.repeat(32), 'x/../ring'])(
  'exchange name %j is refused',
  (name) => {
    refusal('EXCHANGE_NAME_MALFORMED', () => managementKeyName('prod', name));
    refusal('EXCHANGE_NAME_MALFORMED', () => exchangeParameterName('prod', name));
  },
);

test('the parameters of a ring', () => {
  expect(exchangeParameterName('prod', 'xxkk')).toBe('/exchange-keys/prod/exchange/xxkk');
  expect(ringParameterName('prod')).toBe('/exchange-keys/prod/ring');
  expect(caretakerParameterName('prod')).toBe('/exchange-keys/prod/caretaker');
});
