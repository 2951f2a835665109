// Labels at the exchange: short enough for all of them, the same every time, and never mistaken for another ring's.
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { exchangeLabel, isOurs, ringOf } from '../../../runtime/keys/exchange-label';

const account = fc.stringMatching(/^[0-9]{12}$/);
const ring = fc.record({
  account,
  region: fc.constantFrom('eu-west-1', 'us-east-1', 'ap-southeast-2'),
  environment: fc.constantFrom('dev', 'test', 'staging', 'prod'),
});

test('16 characters of [a-z0-9], the same for the same version, recognised as ours', () => {
  fc.assert(
    fc.property(ring, fc.string(), fc.uuid(), (id, name, token) => {
      const label = exchangeLabel(id, name, token);
      expect(label).toMatch(/^xk[0-9a-f]{14}$/);
      expect(exchangeLabel({ ...id }, name, token)).toBe(label);
      expect(isOurs(id, label)).toBe(true);
      for (const other of [label.slice(1), `${label}0`, label.toUpperCase(), `ab${label.slice(2)}`, '', undefined]) {
        expect(isOurs(id, other)).toBe(false);
      }
    }),
  );
});

test('another ring does not take it for its own', () => {
  fc.assert(
    fc.property(ring, ring, fc.uuid(), (a, b, token) => {
      fc.pre(JSON.stringify(a) !== JSON.stringify(b));
      expect(isOurs(b, exchangeLabel(a, 'exchange-keys/prod/prod-bot-a', token))).toBe(false);
    }),
  );
});

test('the form is frozen: keys that live carry it', () => {
  const hex = (text: string) => createHash('sha256').update(text).digest('hex');
  const label = exchangeLabel({ account: '111122223333', region: 'eu-west-1', environment: 'prod' }, 'n', 't');
  expect(label).toBe(`xk${hex('111122223333/eu-west-1/prod').slice(0, 6)}${hex('n:t').slice(0, 8)}`);
});

test('the ring is read from the ARN of the secret', () => {
  const arn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:exchange-keys/prod/prod-bot-a-AbCdEf';
  expect(ringOf(arn, 'prod')).toEqual({ account: '111122223333', region: 'eu-west-1', environment: 'prod' });
  expect(() => ringOf('exchange-keys/prod/prod-bot-a', 'prod')).toThrow(
    expect.objectContaining({ code: 'SECRET_ARN_MALFORMED' }),
  );
});
