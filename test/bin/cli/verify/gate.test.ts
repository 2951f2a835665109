// `verify gate` against functions that answer as the real ones do: open only when everything holds at the same time.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DeleteParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { allowlistParameterName } from '../../../../contract/allowlist';
import { markTold, mergeDeployed } from '../../../../contract/lock';
import type { ProbeAnswer } from '../../../../contract/verify';
import { clientVariables, type LocalAws, startLocalAws } from '../../../../local-aws/start-local-aws';
import { document } from '../../../contract/allowlist-formats/arbitraries';
import { type CliOptions, runCli } from '../support/run-cli';
import { REGION } from '../watch/support/watched-ring';
import {
  check,
  EGRESS_OK,
  type FunctionName,
  gateText,
  inside,
  outside,
  PUBLISHED,
  type Turn,
  VERIFY,
  VerifiedRing,
} from './support/verified-ring';

let aws: LocalAws;
let ring: VerifiedRing;
let lock: string;
beforeAll(async () => {
  aws = await startLocalAws();
  Object.assign(process.env, clientVariables(aws.endpoint, REGION));
  ring = await VerifiedRing.deploy();
}, 120_000);
afterAll(async () => {
  ring?.remove();
  await aws?.stop();
});
beforeEach(async () => {
  ring.plan();
  lock = ring.writeLock();
  await ring.publish();
});

const gate = (args: readonly string[], options: CliOptions = {}) =>
  runCli(['verify', 'gate', '-e', 'prod', '--regions', REGION, '--lock', lock, ...args], options);
const once = async (...args: string[]) => {
  const result = await gate(['--timeout', '0', '--json', ...args]);
  return { ...result, json: result.stdout ? JSON.parse(result.stdout) : undefined };
};
const unmet = async (...args: string[]) => {
  const { code, json } = await once(...args);
  expect({ code, open: json.open }).toEqual({ code: 4, open: false });
  return json.unmet as { condition: string; subject: string; code: string; detail: string }[];
};

test('everything holds', async () => {
  const { code, json, stderr } = await once();
  expect({ code, json }).toEqual({
    code: 0,
    json: {
      ...{ environment: 'prod', region: REGION, open: true, attempts: 1, seconds: expect.any(Number) },
      ...{ probes: 3, lock, unmet: [] },
    },
  });
  expect(stderr).toBe("checking the way out of 'prod' in eu-west-1, once\n");
}, 60_000);

test('in words', async () => {
  const { code, stdout } = await gate([]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^open: traffic of 'prod' may go on, shown after \d+ s\n$/);
}, 60_000);

/** One thing that is wrong, and what is told of it. */
const WRONG: readonly (readonly [string, FunctionName, Turn, string])[] = [
  [
    'a difference in a region',
    'egress-check',
    {
      answer: {
        ...EGRESS_OK,
        differences: [{ region: 'us-east-1', subject: 'nat-1', code: 'NAT_GATEWAY_GONE', message: 'gone' }],
      },
    },
    'egress us-east-1 nat-1 NAT_GATEWAY_GONE gone',
  ],
  [
    'a region that cannot be read',
    'egress-check',
    {
      answer: {
        checked: false,
        differences: [],
        unreadable: [{ region: 'us-east-1', code: 'AWS_NO_ANSWER', message: 'm' }],
      },
    },
    'egress us-east-1 AWS_NO_ANSWER m',
  ],
  [
    'checked, it says, and a region that cannot be read all the same',
    'egress-check',
    { answer: { checked: true, differences: [], unreadable: [{ region: 'us-east-1', code: 'X', message: 'm' }] } },
    'egress us-east-1 X m',
  ],
  [
    'nothing checked',
    'egress-check',
    { answer: { ...EGRESS_OK, checked: false } },
    'egress egress-check not-checked egress-check has checked nothing',
  ],
  ...[{ checked: true }, { ...EGRESS_OK, checked: 'true' }, { ...EGRESS_OK, differences: {} }, {}].map(
    (answer) =>
      [
        `an answer of the egress check that is none: ${JSON.stringify(answer)}`,
        'egress-check',
        { answer },
        'egress egress-check answer-unusable egress-check gave an answer that is none',
      ] as const,
  ),
  [
    'an egress check that breaks',
    'egress-check',
    { throws: 'no memory\nleft' },
    'egress egress-check function-failed egress-check failed: Error: no memory\nleft',
  ],
  [
    'an inside probe that sees another address',
    'inside-probe-b',
    {
      answer: inside('eu-west-1b', {
        outcome: 'fail',
        checks: [
          check(),
          check({ check: 'address', subject: 'eu-west-1b', outcome: 'fail', code: 'ADDRESS_OTHER', detail: 'd' }),
        ],
      }),
    },
    'probe eu-west-1b address eu-west-1b ADDRESS_OTHER d',
  ],
  [
    'an inside probe that knows nothing',
    'inside-probe-a',
    {
      answer: inside('eu-west-1a', {
        outcome: 'unknown',
        checks: [check({ outcome: 'unknown', code: 'TIMEOUT', detail: 'd' })],
      }),
    },
    'probe eu-west-1a signed-read prod-egress-probe-0 TIMEOUT d',
  ],
  [
    'a check that did not pass in an answer that says pass',
    'inside-probe-a',
    {
      answer: inside('eu-west-1a', { checks: [check(), check({ outcome: 'unknown', code: 'TIMEOUT', detail: 'd' })] }),
    },
    'probe eu-west-1a signed-read prod-egress-probe-0 TIMEOUT d',
  ],
  [
    'checks that passed in an answer that says unknown',
    'inside-probe-a',
    { answer: inside('eu-west-1a', { outcome: 'unknown' }) },
    "probe eu-west-1a nothing-proven inside-probe-a gave outcome 'unknown' with 1 checks and 1 keys",
  ],
  [
    'no checks',
    'inside-probe-a',
    { answer: inside('eu-west-1a', { checks: [] }) },
    "probe eu-west-1a nothing-proven inside-probe-a gave outcome 'pass' with 0 checks and 1 keys",
  ],
  [
    'no keys',
    'outside-probe',
    { answer: outside({ keys: [] }) },
    "probe outside nothing-proven outside-probe gave outcome 'pass' with 1 checks and 0 keys",
  ],
  [
    'an outside probe that is let in',
    'outside-probe',
    {
      answer: outside({
        outcome: 'fail',
        checks: [check({ check: 'refused-outside', outcome: 'fail', code: 'LET_IN', detail: 'd' })],
      }),
    },
    'probe outside refused-outside prod-egress-probe-0 LET_IN d',
  ],
  ...(
    [
      ['of another zone', inside('eu-west-1b')],
      ['of the other kind', { ...inside('eu-west-1a'), probe: 'outside' }],
      ['of another schema', { ...inside('eu-west-1a'), schema: 2 as never }],
      ['with checks that are none', { ...inside('eu-west-1a'), checks: [null as never] }],
      ['with a key that is none', { ...inside('eu-west-1a'), keys: [null as never] }],
      ['with an outcome that nobody knows', { ...inside('eu-west-1a'), outcome: 'fine' as never }],
      ['that is a text', 'pass' as never],
      ['that is a list', [inside('eu-west-1a')] as never],
      ['that is nothing', null as never],
    ] as readonly (readonly [string, ProbeAnswer])[]
  ).map(
    ([name, answer]) =>
      [
        `an answer of a probe ${name}`,
        'inside-probe-a',
        { answer },
        expect.stringMatching(/^probe eu-west-1a answer-unusable /),
      ] as const,
  ),
  [
    'a probe that breaks',
    'outside-probe',
    { throws: 'x' },
    'probe outside function-failed outside-probe failed: Error: x',
  ],
  [
    'a closed trading gate',
    'trading-gate',
    { gate: ['exchange-keys-prod-EgressDrift is ALARM'] },
    'trading-gate /exchange-keys/prod/trading-gate gate-closed exchange-keys-prod-EgressDrift is ALARM',
  ],
  [
    'a trading gate that breaks',
    'trading-gate',
    { throws: 'x' },
    'trading-gate /exchange-keys/prod/trading-gate function-failed trading-gate failed: Error: x',
  ],
  [
    'a trading gate that says it is open, and writes nothing',
    'trading-gate',
    { answer: { allowed: true } },
    expect.stringMatching(/^trading-gate \/exchange-keys\/prod\/trading-gate gate-malformed /),
  ],
];

test.each(WRONG)(
  '%s',
  async (_, name, turn, told) => {
    ring.plan({ [name]: [turn] });
    const found = await unmet();
    expect(found.map(({ condition, subject, code, detail }) => `${condition} ${subject} ${code} ${detail}`)).toEqual([
      told,
    ]);
  },
  60_000,
);

test('a trading gate that has expired, written by nobody now', async () => {
  await ring.put(VERIFY.tradingGateParameter, gateText([], new Date(Date.now() - 601_000)));
  ring.plan({ 'trading-gate': [{ answer: {} }] });
  expect(await unmet()).toMatchObject([{ condition: 'trading-gate', code: 'gate-expired' }]);
}, 60_000);

describe('the lock', () => {
  test('an exchange of the probes was not told', async () => {
    ring.writeLock(['other']);
    expect(await unmet()).toMatchObject(
      PUBLISHED.entries.map(({ address }) => ({ condition: 'lock', subject: `xxkk ${address}`, code: 'not-told' })),
    );
  }, 60_000);

  test('it has another address than the region', async () => {
    const other = document(REGION, { a: ['34.240.0.1', 'active'], b: ['34.240.0.9', 'standby'] });
    ring.writeLock(['xxkk'], (told) => mergeDeployed(told, [other], { today: '2026-11-22' }).document);
    const found = await unmet();
    expect(found.map(({ subject, code }) => `${subject} ${code}`).sort()).toEqual([
      'eu-west-1 34.240.0.9 ADDRESS_NOT_DEPLOYED',
      'xxkk 34.240.0.9 not-told',
    ]);
  }, 60_000);

  test('nobody needs to be told of an address that drains', async () => {
    const before = document(REGION, {
      a: ['34.240.0.1', 'active'],
      b: ['34.240.0.2', 'standby'],
      c: ['34.240.0.3', 'standby'],
    });
    ring.writeLock(['xxkk'], (told) => {
      const more = mergeDeployed(told, [before], { today: '2026-11-21' }).document;
      return mergeDeployed(more, [PUBLISHED], { today: '2026-11-22' }).document;
    });
    expect((await once()).code).toBe(0);
  }, 60_000);

  test('a region of it is not read', async () => {
    const virginia = document('us-east-1', { a: ['52.0.0.9', 'standby'] });
    ring.writeLock(['xxkk'], (told) => mergeDeployed(told, [PUBLISHED, virginia], { today: '2026-11-22' }).document);
    expect((await unmet()).map(({ code }) => code).sort()).toEqual(['LOCK_REGION_NOT_READ', 'not-told']);
  }, 60_000);

  test('of other regions does not vouch for the home region, whichever are named', async () => {
    const virginia = document('us-east-1', { a: ['52.0.0.9', 'standby'] });
    const Name = allowlistParameterName('prod', 'us-east-1');
    const away = new SSMClient({ region: 'us-east-1' });
    await away.send(
      new PutParameterCommand({ Name, Value: JSON.stringify(virginia), Type: 'String', Overwrite: true }),
    );
    const { document: foreign } = mergeDeployed(undefined, [virginia], { today: '2026-11-22' });
    const told = markTold(foreign, { exchange: 'xxkk', addresses: ['52.0.0.9'], day: '2026-11-22' });
    ring.writeLock([], () => told);
    const found = await unmet('--regions', 'us-east-1');
    await away.send(new DeleteParameterCommand({ Name }));
    expect(found.map(({ subject, code }) => `${subject} ${code}`)).toEqual([
      'eu-west-1 34.240.0.1 ADDRESS_NOT_LOCKED',
      'eu-west-1 34.240.0.2 ADDRESS_NOT_LOCKED',
    ]);
  }, 60_000);

  test('is edited while the gate waits', async () => {
    ring.writeLock([]);
    const { code, stderr } = await gate(['--timeout', '5m'], { onSleep: () => void ring.writeLock() });
    expect(code).toBe(0);
    expect(stderr).toContain('waiting: lock xxkk 34.240.0.1: the lock does not say that xxkk lets in');
    expect(stderr).toContain('no longer: lock xxkk 34.240.0.1 [not-told]\n');
  }, 60_000);

  test('is half written, and gone, while the gate waits', async () => {
    ring.writeLock([]);
    const steps = [() => writeFileSync(lock, '{"schemaVersion":1,'), () => rmSync(lock), () => ring.writeLock()];
    const { code, stderr } = await gate(['--timeout', '5m'], { onSleep: () => void steps.shift()?.() });
    expect(code).toBe(0);
    const codes = [...stderr.matchAll(/^waiting: lock .*\[([\w-]+)\]$/gm)].map(([, found]) => found);
    expect(codes).toEqual(['not-told', 'not-told', 'LOCK_NOT_JSON', 'LOCK_FILE_MISSING']);
  }, 60_000);

  test.each([
    ['is not there', () => `${lock}.none`, 'LOCK_FILE_MISSING'],
    ['is a folder', () => ring.folder, 'LOCK_FILE_UNREADABLE'],
    ['has marks of a conflict', () => broken('<<<<<<< HEAD\n{}'), 'LOCK_MERGE_CONFLICT'],
    ['was edited by hand', () => broken((text) => text.replace('"standby"', '"active"')), 'LOCK_EDITED'],
    [
      'is of another environment',
      () => broken((text) => text.replace('"prod"', '"staging"')),
      'LOCK_OTHER_ENVIRONMENT',
    ],
  ])(
    '%s',
    async (_, file, expected) => {
      ring.plan({ 'egress-check': [{ throws: 'not asked' }, { throws: 'not asked' }] });
      const { code, stdout, stderr } = await gate(['--lock', file()]);
      expect({ code: code !== 0 && code !== 4, stdout }).toEqual({ code: true, stdout: '' });
      expect(stderr).toContain(`[${expected}]`);
      expect(ring.left('egress-check')).toBe(2);
    },
    60_000,
  );

  function broken(content: string | ((text: string) => string)): string {
    const text = typeof content === 'string' ? content : content(readFileSync(ring.writeLock(), 'utf8'));
    writeFileSync(lock, text);
    return lock;
  }

  test('a region stops publishing while the gate waits, and begins again', async () => {
    ring.plan({ 'egress-check': [{ answer: { ...EGRESS_OK, checked: false } }, { answer: EGRESS_OK }] });
    const name = allowlistParameterName('prod', REGION);
    let sleeps = 0;
    const { code, stderr } = await gate(['--timeout', '5m'], {
      onSleep: async () => {
        sleeps += 1;
        await ring.put(name, sleeps === 1 ? '{}' : JSON.stringify(PUBLISHED));
      },
    });
    expect(code).toBe(0);
    expect(stderr).toMatch(/waiting: lock .*: allowlists could not be read in eu-west-1, .*\[REGIONS_UNREADABLE\]/);
    // its reason is told by the first reading only
    expect(stderr).not.toContain('ALLOWLIST_DOCUMENT');
  }, 60_000);
});

describe('waiting', () => {
  test('until all of it holds at the same time; tells what changes', async () => {
    const failing = {
      answer: inside('eu-west-1a', { outcome: 'fail', checks: [check({ outcome: 'fail', code: 'IP_NOT_ALLOWED' })] }),
    };
    const open = { gate: [] };
    ring.plan({
      'inside-probe-a': [failing, failing, { answer: inside('eu-west-1a') }],
      'outside-probe': [{ answer: outside() }, { answer: outside() }, { throws: 'x' }, { answer: outside() }],
      'trading-gate': [{ gate: ['a is ALARM'] }, open, open, open],
    });
    const waits: number[] = [];
    const { code, stdout, stderr } = await gate(['--timeout', '5m', '--json'], {
      onSleep: (wait) => void waits.push(wait),
    });
    expect({ code, waits }).toEqual({ code: 0, waits: [10_000, 10_000, 10_000] });
    expect(JSON.parse(stdout)).toMatchObject({ open: true, attempts: 4 });
    expect(stderr.split('\n').slice(1)).toEqual([
      'waiting: probe eu-west-1a signed-read prod-egress-probe-0: read [IP_NOT_ALLOWED]',
      'waiting: trading-gate /exchange-keys/prod/trading-gate: a is ALARM [gate-closed]',
      'no longer: trading-gate /exchange-keys/prod/trading-gate [gate-closed]',
      'no longer: probe eu-west-1a signed-read prod-egress-probe-0 [IP_NOT_ALLOWED]',
      'waiting: probe outside: outside-probe failed: Error: x [function-failed]',
      'no longer: probe outside [function-failed]',
      '',
    ]);
  }, 60_000);

  test('until its time is over, with a last attempt at the end', async () => {
    ring.plan({ 'trading-gate': [{ gate: ['a is ALARM', 'b\u001b[2J is missing'] }] });
    const waits: number[] = [];
    const { code, stdout, stderr } = await gate(['--timeout', '25s'], { onSleep: (wait) => void waits.push(wait) });
    expect(code).toBe(4);
    expect(waits.at(-1)).toBeLessThanOrEqual(10_000);
    expect(waits.reduce((sum, wait) => sum + wait)).toBeLessThanOrEqual(25_000);
    expect(stdout.split('\n')).toEqual([
      'trading-gate /exchange-keys/prod/trading-gate: a is ALARM [gate-closed]',
      'trading-gate /exchange-keys/prod/trading-gate: b\\u001b[2J is missing [gate-closed]',
      '',
    ]);
    expect(stderr).toMatch(
      /error: 2 conditions of the gate of 'prod' did not hold after \d+ s: .*; keep traffic off, .* \[GATE_TIMED_OUT\]\n$/,
    );
    expect(stderr.match(/^waiting: /gm)).toHaveLength(1);
  }, 60_000);
});

describe('probes', () => {
  const NONE = { ...VERIFY, outsideProbe: undefined, insideProbes: {} };

  test('are missing', async () => {
    await ring.publish(NONE);
    const { code, stderr } = await gate([]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: the ring of 'prod' has no probes, .* --without-probes \[GATE_NO_PROBES\]\n$/);
  }, 60_000);

  test('are done without, on purpose', async () => {
    await ring.publish(NONE);
    const { code, json, stderr } = await once('--without-probes');
    expect({ code, probes: json.probes }).toEqual({ code: 0, probes: 0 });
    expect(stderr).toMatch(/^warning: without probes nothing shows what exchanges let in/);
  }, 60_000);

  test('are run also when they could be done without', async () => {
    ring.plan({ 'outside-probe': [{ throws: 'x' }] });
    expect(await unmet('--without-probes')).toMatchObject([{ condition: 'probe', subject: 'outside' }]);
  }, 60_000);
});

test('without a lock, says so', async () => {
  const before = process.cwd();
  const folder = mkdtempSync(`${ring.folder}/empty-`);
  process.chdir(folder);
  try {
    const { code, stderr } = await runCli(['verify', 'gate', '-e', 'prod', '--timeout', '0']);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^warning: there is no lock file .*egress\.lock\.json, so what the regions publish/);
  } finally {
    process.chdir(before);
  }
}, 60_000);

test('a function that is not there ends it', async () => {
  await ring.publish({ ...VERIFY, egressCheck: 'gone' });
  const { code, stderr } = await gate([]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/error: function 'gone' of the ring of 'prod' does not exist, .* \[VERIFY_INCOMPLETE\]\n$/);
}, 60_000);
