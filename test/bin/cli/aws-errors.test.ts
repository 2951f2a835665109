// What AWS refuses or fails to answer, told for people: the real SDK against an endpoint that refuses on purpose.
import { connect } from '../../../bin/cli/aws/clients';
import { principalOf, sessionName } from '../../../bin/cli/aws/intake-role';
import type { Context } from '../../../bin/cli/context';
import { clientVariables } from '../../../local-aws/start-local-aws';
import { jsonError, type LoopbackAws, type Responder, startLoopbackAws, xmlError } from './support/loopback-aws';
import { DESCRIPTION, REGION } from './support/ring-stack';
import { everythingPrinted, runCli } from './support/run-cli';

const RING = {
  schema: 1,
  environment: 'prod',
  region: REGION,
  intakeRoleArn: 'arn:aws:iam::123456789012:role/ring-intake',
  rotationFunction: 'ring-rotation',
  rotationLogGroup: '/ring',
  caretakerFunction: 'c',
  caretakerLogGroup: '/c',
  requestTopicArn: 'arn:aws:sns:eu-west-1:123456789012:requests',
};
const CALLER = 'arn:aws:sts::123456789012:assumed-role/Desk/alice@example.com';
const ring = (document: object = RING) => ({ body: { Parameter: { Value: JSON.stringify(document) } } });
const identity = {
  body: `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>${CALLER}</Arn><UserId>u</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
};
const assumed = {
  body: `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>ASIAX</AccessKeyId><SecretAccessKey>x</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2100-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
};

let aws: LoopbackAws;
let respond: Responder;
beforeAll(async () => {
  aws = await startLoopbackAws((...call) => respond(...call));
  Object.assign(process.env, clientVariables(aws.endpoint, REGION));
});
afterAll(() => aws.stop());

/** One attempt instead of five: how often and how long is the SDK's business. */
const once: Context['connect'] = (connection) => connect({ ...connection, maxAttempts: 1 } as typeof connection);
const cli = (...args: string[]) => runCli([...args, '-e', 'prod'], { connect: once });

describe('the ring', () => {
  test('is not there', async () => {
    respond = () => jsonError('ParameterNotFound');
    const { code, stderr } = await cli('key', 'list');
    expect(code).toBe(1);
    expect(stderr).toBe(
      "error: no ring of environment 'prod' in eu-west-1: SSM parameter /exchange-keys/prod/ring does not exist; check --environment, --region and the account, or deploy the ring [RING_NOT_FOUND]\n",
    );
  });

  test.each([
    [{ ...RING, environment: 'staging' }, 'RING_OF_OTHER_PLACE'],
    [{ ...RING, region: 'us-east-1' }, 'RING_OF_OTHER_PLACE'],
    [{ ...RING, schema: 2 }, 'RING_DOCUMENT_MALFORMED'],
  ])('is another one: %#', async (document, expected) => {
    respond = () => ring(document);
    const { code, stderr } = await cli('key', 'list');
    expect({ code, known: stderr.includes(`[${expected}]`) }).toEqual({ code: 1, known: true });
  });
});

test.each([
  ['ExpiredTokenException', 400, 'AWS_CREDENTIALS_EXPIRED', 'ssm:GetParameter'],
  ['UnrecognizedClientException', 400, 'AWS_CREDENTIALS_REFUSED', 'UnrecognizedClientException'],
  ['InvalidSignatureException', 400, 'AWS_CREDENTIALS_REFUSED', "the machine's clock"],
  ['AccessDeniedException', 400, 'AWS_ACCESS_DENIED', "'ssm:GetParameter' was denied (said by the endpoint)"],
  ['ThrottlingException', 400, 'AWS_THROTTLED', 'run again in a minute'],
  [
    'InternalServerError',
    500,
    'AWS_CALL_FAILED',
    "'ssm:GetParameter' failed (InternalServerError: said by the endpoint)",
  ],
  ['BrandNewException', 400, 'AWS_CALL_FAILED', 'BrandNewException'],
])('%s', async (type, status, expected, words) => {
  respond = () => jsonError(type, undefined, status);
  const { code, stdout, stderr } = await cli('key', 'list');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(`[${expected}]`);
  expect(stderr).toContain(words);
  expect(stderr).not.toMatch(/^\s+at /m);
});

test('no credentials and no region', async () => {
  const none: Context['connect'] = (connection) => once({ ...connection, credentials: undefined });
  const { AWS_ACCESS_KEY_ID, AWS_REGION } = process.env;
  delete process.env.AWS_ACCESS_KEY_ID;
  expect((await runCli(['key', 'list', '-e', 'prod'], { connect: none })).stderr).toContain(
    '[AWS_CREDENTIALS_MISSING]',
  );
  Object.assign(process.env, { AWS_ACCESS_KEY_ID });
  delete process.env.AWS_REGION;
  expect((await cli('key', 'list')).stderr).toContain('[AWS_REGION_MISSING]');
  Object.assign(process.env, { AWS_REGION });
});

test('an answer that cannot be parsed is no list', async () => {
  respond = (operation) => (operation === 'GetParameter' ? ring() : { body: 'half an ans' });
  const { code, stdout } = await cli('key', 'list', '--json');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
});

describe('the intake role', () => {
  const answers =
    (role: ReturnType<Responder>): Responder =>
    (operation) => {
      if (operation === 'GetParameter') return ring();
      if (operation === 'GetCallerIdentity') return identity;
      if (operation === 'AssumeRole') return role;
      return jsonError('ResourceNotFoundException');
    };

  test('of which the caller is no operator', async () => {
    respond = answers(xmlError('AccessDenied', 'not authorized to perform: sts:AssumeRole'));
    const { code, stderr } = await cli('key', 'rotate', 'prod-trader-bot-a', '--yes');
    expect(code).toBe(1);
    expect(stderr).toContain(
      `${CALLER} may not act as the intake role ${RING.intakeRoleArn}; add arn:aws:iam::123456789012:role/Desk to 'operators' of the ring of 'prod'`,
    );
    expect(stderr).toContain('[OPERATOR_UNKNOWN]');
  });

  test('is assumed once, under the name of the caller', async () => {
    let session: unknown;
    respond = (operation, input, path) => {
      if (operation === 'AssumeRole') session = input.RoleSessionName;
      return answers(assumed)(operation, input, path);
    };
    aws.operations.length = 0;
    const { stderr } = await cli('key', 'rotate', 'prod-trader-bot-a', '--yes');
    expect(stderr).toContain("there is no key 'prod-trader-bot-a'");
    expect(session).toBe('exchange-keys-alice@example.com');
    expect(aws.operations).toEqual(['GetParameter', 'GetCallerIdentity', 'AssumeRole', 'DescribeSecret']);
  });

  test('may not move labels: the refusal of the key is told all the same, and what is left', async () => {
    let version = '';
    const operations: string[] = [];
    respond = (operation, input, path) => {
      operations.push(operation);
      if (operation === 'DescribeSecret') {
        return {
          body: {
            ARN: 'arn',
            Name: 'exchange-keys/prod/prod-trader-bot-a',
            Description: DESCRIPTION,
            RotationEnabled: true,
            VersionIdsToStages: { one: ['AWSCURRENT'], ...(version && { [version]: ['XKCANDIDATE'] }) },
          },
        };
      }
      if (operation === 'PutSecretValue') {
        expect(input.VersionStages).toEqual(['XKCANDIDATE']);
        version = String(input.ClientRequestToken);
        return { body: {} };
      }
      if (operation === 'Invoke')
        return { body: JSON.stringify({ ok: false, code: 'KEY_NOT_BOUND', message: 'no address' }) };
      if (operation === 'UpdateSecretVersionStage') return jsonError('AccessDeniedException');
      return answers(assumed)(operation, input, path);
    };
    const { code, stderr } = await runCli(['key', 'put', 'prod-trader-bot-a', '-e', 'prod', '--stdin', '--yes'], {
      connect: once,
      stdin: JSON.stringify({ apiKey: 'loopback-key', apiSecret: 'loopback-secret' }),
    });
    expect(code).toBe(1);
    expect(stderr).toContain('warning: the refused key is still marked as candidate');
    expect(stderr).toContain('error: the key was refused and is not used: no address [KEY_NOT_BOUND]');
    expect(operations).not.toContain('RotateSecret');
  });

  test('what AWS says about the value that was put is not repeated', async () => {
    respond = (operation, input, path) => {
      if (operation === 'DescribeSecret') {
        return {
          body: {
            ARN: 'arn',
            Name: 'exchange-keys/prod/prod-trader-bot-a',
            Description: DESCRIPTION,
            RotationEnabled: true,
            VersionIdsToStages: { one: ['AWSCURRENT'] },
          },
        };
      }
      if (operation === 'PutSecretValue')
        return jsonError('ValidationException', `Value '${input.SecretString}' failed`);
      return answers(assumed)(operation, input, path);
    };
    const { code, stderr } = await runCli(['key', 'put', 'prod-trader-bot-a', '-e', 'prod', '--stdin', '--yes'], {
      connect: once,
      env: { DEBUG: '1' },
      stdin: JSON.stringify({ apiKey: 'loopback-key', apiSecret: 'loopback-secret' }),
    });
    expect(code).toBe(1);
    expect(stderr).toContain("'secretsmanager:PutSecretValue' failed (ValidationException)");
    expect(everythingPrinted.join('\n')).not.toMatch(/loopback-(key|secret)/);
  });
});

test('a thousand keys, page by page, sorted; a broken one is shown and warned about', async () => {
  const secret = (index: number) => ({
    ARN: `arn:${index}`,
    Name: `exchange-keys/prod/prod-bot${(index * 7919) % 1000}-a`,
    Description: index === 500 ? 'edited by hand' : DESCRIPTION,
    RotationEnabled: true,
    LastRotatedDate: 1_795_000_000,
    SecretVersionsToStages: { one: ['AWSCURRENT'] },
  });
  const tokens: unknown[] = [];
  respond = (operation, { NextToken, MaxResults, Filters }) => {
    if (operation === 'GetParameter') return ring();
    expect({ MaxResults, Filters }).toEqual({
      MaxResults: 100,
      Filters: [{ Key: 'name', Values: ['exchange-keys/prod/'] }],
    });
    tokens.push(NextToken);
    const start = Number(NextToken ?? 0);
    const stranger = { ARN: 'arn:x', Name: 'exchange-keys/prod2/x', Description: '' };
    return {
      body: {
        SecretList: [...Array.from({ length: 100 }, (_, i) => secret(start + i)), stranger],
        ...(start < 900 && { NextToken: `${start + 100}` }),
      },
    };
  };
  const { code, stdout, stderr } = await cli('key', 'list', '--json');
  expect(code).toBe(0);
  const keys = JSON.parse(stdout) as { name: string; problem?: { code: string } }[];
  expect(tokens).toHaveLength(10);
  expect(keys).toHaveLength(1000);
  expect(keys.map(({ name }) => name)).toEqual(keys.map(({ name }) => name).sort());
  expect(keys.flatMap(({ problem }) => problem?.code ?? [])).toEqual(['DESCRIPTION_MALFORMED']);
  expect(stderr.match(/^warning: /gm)).toHaveLength(1);
  expect(aws.operations).not.toContain('GetSecretValue');
});

test.each([
  [CALLER, 'exchange-keys-alice@example.com', 'arn:aws:iam::123456789012:role/Desk'],
  ['arn:aws:iam::123456789012:user/ops/bob', 'exchange-keys-bob', 'arn:aws:iam::123456789012:user/ops/bob'],
  ['arn:aws:iam::123456789012:root', 'exchange-keys-root', 'arn:aws:iam::123456789012:root'],
  [
    `arn:aws-cn:sts::123456789012:assumed-role/Desk/${'é'.repeat(64)}`,
    `exchange-keys-${'-'.repeat(50)}`,
    'arn:aws-cn:iam::123456789012:role/Desk',
  ],
])('%s', (caller, session, principal) => {
  expect(sessionName(caller)).toBe(session);
  expect(principalOf(caller)).toBe(principal);
});
