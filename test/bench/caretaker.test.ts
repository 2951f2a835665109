// What a pass asks for is counted, against the local AWS and the loopback exchange, and does not grow by the back door.
import type { MeasuredPass } from '../../bench/caretaker/measure-pass';
import { bench, measured } from './run-bench';

const SECRETS = 'secretsmanager:';
const KEYS = 10;

describe('a ring of 10 keys', () => {
  const passes = new Map<string, MeasuredPass>();

  beforeAll(() => {
    for (const one of measured<MeasuredPass[]>('caretaker', '--keys', String(KEYS))) passes.set(one.pass, one);
  }, 120_000);

  const pass = (name: string) => passes.get(name) as MeasuredPass;

  test('has six passes, each timed', () => {
    expect([...passes.keys()]).toEqual([
      'nothing due',
      'one slot of 24',
      'check of all',
      '10 % restricted',
      '10 % revoked',
      'after that',
    ]);
    for (const { milliseconds, keys } of passes.values()) {
      expect(milliseconds).toBeGreaterThan(0);
      expect(keys).toBe(KEYS);
    }
  });

  test('asks for nothing of keys at rest: the list of secrets, and the list of the account', () => {
    const { aws, exchange } = pass('after that');
    expect(exchange).toEqual({ listKeys: 1 });
    expect(aws).toEqual({
      [`${SECRETS}ListSecrets`]: 1,
      // the management key, to read the account's list
      [`${SECRETS}DescribeSecret`]: 1,
      [`${SECRETS}GetSecretValue`]: 1,
      'ssm:GetParameter': 2,
      'ssm:PutParameter': 1,
    });
  });

  test('checks every key once, with one read and one look at it', () => {
    const { aws, exchange } = pass('check of all');
    expect(exchange).toEqual({ account: KEYS + 1, inspectKey: KEYS + 1, listKeys: 1 });
    // the current key of each and the former one of those at rest; the management key twice, once to sign with
    expect(aws[`${SECRETS}GetSecretValue`]).toBe(KEYS + (KEYS - 1) + 2);
    expect(aws).not.toHaveProperty(`${SECRETS}UpdateSecretVersionStage`);
  });

  test('takes one step in each of two passes for a key whose overlap is over', () => {
    expect(pass('10 % restricted').exchange).toMatchObject({ modifyKey: 1 });
    expect(pass('10 % restricted').exchange).not.toHaveProperty('deleteKey');
    expect(pass('10 % revoked').exchange).toMatchObject({ deleteKey: 1 });
    expect(pass('10 % revoked').exchange).not.toHaveProperty('modifyKey');
  });
});

test.each([
  [['--help'], 0, 'usage: npm run bench:caretaker'],
  [['--keys', '1,none'], 2, "--keys takes whole numbers from 1 to 2000, got 'none'"],
  [['--quick'], 2, "Unknown option '--quick'"],
])('answers %j', (args, code, text) => {
  const { status, stdout, stderr } = bench('caretaker', ...args);
  expect(status).toBe(code);
  expect(stdout + stderr).toContain(text);
});
