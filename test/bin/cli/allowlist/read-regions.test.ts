// Reading the allowlists of all regions: what one region does not answer is never left out of the list in silence.
import { connect } from '../../../../bin/cli/aws/clients';
import type { Context } from '../../../../bin/cli/context';
import { clientVariables } from '../../../../local-aws/start-local-aws';
import { jsonError } from '../support/loopback-aws';
import { type CliOptions, runCli } from '../support/run-cli';
import { type Account, ec2Error, impatient, published, regionList, startAccount } from './support/account';

const IRELAND = published('eu-west-1', { a: ['34.240.0.1', 'active'] });
const VIRGINIA = published('us-east-1', { a: ['52.0.0.9', 'standby'] });

let aws: Account;
beforeAll(async () => {
  aws = await startAccount();
  Object.assign(process.env, clientVariables(aws.endpoint, 'eu-west-1'));
});
afterAll(() => aws.stop());
beforeEach(() => {
  aws.regions = { 'us-east-1': VIRGINIA, 'eu-west-1': IRELAND };
  aws.describe = undefined;
  aws.operations.length = 0;
});

const print = (args: readonly string[] = [], options: CliOptions = {}) =>
  runCli(['allowlist', 'print', '-e', 'prod', '--format', 'cidr', ...args], { connect: impatient, ...options });
const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`eu-west-${index + 10}`, ''])) as Record<
    string,
    string
  >;

test('every enabled region, and the ring is not asked for', async () => {
  expect(await print()).toEqual({ code: 0, stdout: '34.240.0.1/32\n52.0.0.9/32\n', stderr: '' });
  expect(aws.operations.sort()).toEqual(['DescribeRegions', 'GetParameter', 'GetParameter']);
});

test('a region that is not opted into is not asked', async () => {
  aws.describe = regionList(['eu-west-1', 'ap-east-1 opted-in', 'me-south-1 not-opted-in']);
  expect((await print()).stdout).toBe('34.240.0.1/32\n');
  expect(aws.operations.filter((name) => name === 'GetParameter')).toHaveLength(2);
});

test('only the regions that are named', async () => {
  expect((await print(['--regions', 'us-east-1, eu-north-1'])).stdout).toBe('52.0.0.9/32\n');
  expect(aws.operations).toEqual(['GetParameter', 'GetParameter']);
});

test.each([
  ['eu-west-1,', 'LIST_MALFORMED'],
  ['', 'LIST_MALFORMED'],
  ['eu-west-1,EU', 'REGION_MALFORMED'],
  ['eu-west-1,us-east-1,eu-west-1', 'REGIONS_TWICE'],
])('--regions %j', async (list, code) => {
  const { code: exit, stdout, stderr } = await print(['--regions', list]);
  expect({ exit, stdout, stderr }).toEqual({ exit: 2, stdout: '', stderr: expect.stringContaining(`[${code}]\n`) });
  expect(aws.operations).toEqual([]);
});

describe('a region without an answer is a failure', () => {
  test.each([
    [
      'denied',
      jsonError('AccessDeniedException', 'an SCP denies it'),
      "'ssm:GetParameter' was denied (an SCP denies it)",
    ],
    ['unreachable', { hangUp: true }, 'socket hang up'],
    ['silent', { silent: true }, "no answer to 'ssm:GetParameter' in ap-east-1 (ETIMEDOUT)"],
    ['throttled', jsonError('ThrottlingException'), '[AWS_THROTTLED]'],
    ['broken', jsonError('InternalServerError', 'oops', 500), '[AWS_CALL_FAILED]'],
    ['malformed', '{"schemaVersion":1', '[ALLOWLIST_DOCUMENT_NOT_JSON]'],
    ['copied from elsewhere', IRELAND, '[ALLOWLIST_DOCUMENT_OTHER_REGION]'],
    ['holding a private address', published('ap-east-1', { a: ['10.0.0.1', 'active'] }), '[ALLOWLIST_PRIVATE]'],
  ])('%s', async (_, answer, words) => {
    aws.regions['ap-east-1'] = answer;
    const { code, stdout, stderr } = await print();
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    const [reason, message] = stderr.split('\n');
    expect(reason).toMatch(/^ap-east-1: /);
    expect(reason).toContain(words);
    expect(message).toBe(
      'error: allowlists could not be read in ap-east-1, and without a region addresses may be missing; run again when it can be read, ' +
        'or leave out on purpose what is not in use: --regions eu-west-1,us-east-1 [REGIONS_UNREADABLE]',
    );
  });

  test('all of them are named at once', async () => {
    aws.regions['ap-east-1'] = jsonError('AccessDeniedException');
    aws.regions['us-east-1'] = { hangUp: true };
    const { stderr } = await print();
    expect(stderr).toMatch(
      /^ap-east-1: .*\nus-east-1: .*\nerror: .* in ap-east-1, us-east-1, .*--regions eu-west-1 \[/,
    );
  });

  test('what is wrong with the credentials is said once', async () => {
    for (const region of Object.keys(aws.regions)) aws.regions[region] = jsonError('ExpiredTokenException');
    const { code, stderr } = await print();
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^error: .*\[AWS_CREDENTIALS_EXPIRED\]\n$/),
    });
  });
});

test.each([
  ['denied', ec2Error('UnauthorizedOperation'), "'ec2:DescribeRegions' was denied", 'AWS_ACCESS_DENIED'],
  ['refused', ec2Error('AuthFailure', 'x', 401), 'does not accept the credentials', 'AWS_CREDENTIALS_REFUSED'],
  ['empty', regionList([]), "'ec2:DescribeRegions' gave an answer that cannot be used", 'AWS_CALL_FAILED'],
])('the list of regions is %s', async (_, answer, words, code) => {
  aws.describe = answer;
  const { code: exit, stdout, stderr } = await print();
  expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' });
  expect(stderr).toContain(words);
  expect(stderr).toContain(`[${code}]`);
});

test.each([
  [{ 'eu-west-1': '' }, 'in eu-west-1;'],
  [many(9), 'in any of 9 regions;'],
])('deployed nowhere', async (regions, words) => {
  aws.regions = regions;
  const { code, stdout, stderr } = await print();
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(`no allowlist of environment 'prod' ${words}`);
  expect(stderr).toContain('[ALLOWLIST_NOT_DEPLOYED]');
});

test('no region is known', async () => {
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  delete process.env.AWS_REGION;
  delete process.env.AWS_DEFAULT_REGION;
  const { stderr } = await print();
  Object.assign(process.env, { AWS_REGION, ...(AWS_DEFAULT_REGION && { AWS_DEFAULT_REGION }) });
  expect(stderr).toContain('[AWS_REGION_MISSING]');
});

test('eight regions at a time, with credentials that are looked up once', async () => {
  aws.regions = { ...many(30), 'eu-west-1': IRELAND };
  let [underWay, most, lookUps] = [0, 0, 0];
  const counting: Context['connect'] = (connection) => {
    const credentials = async () => {
      lookUps += 1;
      return { accessKeyId: 'AKIAX', secretAccessKey: 'x' };
    };
    const clients = connect({ credentials, ...connection });
    clients.ssm.middlewareStack.add(
      (next) => async (args) => {
        most = Math.max(most, ++underWay);
        return next(args).finally(() => {
          underWay -= 1;
        });
      },
      { step: 'initialize' },
    );
    return clients;
  };
  const { code, stdout } = await print(['--regions', Object.keys(aws.regions).join()], { connect: counting });
  expect({ code, stdout, most, lookUps }).toEqual({ code: 0, stdout: '34.240.0.1/32\n', most: 8, lookUps: 1 });
});

describe('progress', () => {
  const CLEAR = '\r\u001b[K';
  beforeEach(() => {
    aws.regions = { ...many(5), 'eu-west-1': IRELAND };
  });

  test('is one line on a terminal, and nothing of it stays', async () => {
    const { stdout, stderr } = await print([], { answer: () => undefined });
    expect(stdout).toBe('34.240.0.1/32\n');
    const [before, ...shown] = stderr.split(CLEAR);
    expect([before, shown.at(-1)]).toEqual(['', '']);
    expect(shown).toHaveLength(8);
    expect(shown[0]).toBe('reading allowlists of 0/6 regions, waiting for eu-west-1, eu-west-10, …');
    expect(Math.max(...shown.map(({ length }) => length))).toBeLessThan(80);
    expect(shown[6]).toBe('reading allowlists of 6/6 regions');
  });

  test('is a plain line without one, and none for three regions', async () => {
    expect((await print()).stderr).toBe('reading allowlists of 6 regions\n');
    expect((await print(['--regions', 'eu-west-1,eu-west-10,eu-west-11'])).stderr).toBe('');
  });

  test('is gone when the command is interrupted', async () => {
    aws.regions['eu-west-10'] = { silent: true };
    const { code, stdout, stderr } = await print([], { answer: () => undefined, interruptAt: /5\/6/ });
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(stderr.endsWith(`waiting for eu-west-10${CLEAR}interrupted\n`)).toBe(true);
  });
});
