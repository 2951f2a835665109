// A key in Secrets Manager, with the real SDK against a service that answers as the test says.
import { LoaderError } from '../../../../loaders/node';
import { expectedKey } from '../../../../loaders/node/key/expected-key';
import { Unreachable } from '../../../../loaders/node/key/key-source';
import { SecretsManagerSource } from '../../../../loaders/node/key/secrets-manager-source';
import { API_KEY, documentText, SECRET, VALUES, versionId } from './support/held-keys';
import { give, json, refuse, SecretsService } from './support/secrets-service';

let service: SecretsService;
beforeEach(async () => {
  service = await SecretsService.start();
});
afterEach(() => service.stop());

const never = new AbortController().signal;
const source = (client = service.client(), id = SECRET) =>
  new SecretsManagerSource({
    id,
    client,
    label: `secret '${id}' (XXKK_SECRET_ID)`,
    expected: expectedKey({ prefix: 'XXKK', secretId: id }),
  });

async function refusal(reader: SecretsManagerSource, signal = never): Promise<LoaderError> {
  const error = await reader.read(signal).then(
    () => new Error('nothing was refused'),
    (thrown) => thrown,
  );
  if (!(error instanceof LoaderError)) throw error;
  for (const value of VALUES) expect(`${error.message}${error.stack}${JSON.stringify(error)}`).not.toContain(value);
  expect(error.message).toContain(`secret '${SECRET}' (XXKK_SECRET_ID): `);
  return error;
}

test('asks for AWSCURRENT and nothing else, once; the version is that of the answer', async () => {
  service.answer = give(documentText(), versionId(7));
  const key = await source().read(never);
  expect([key.apiKey, key.keyVersion, key.source]).toEqual([API_KEY, versionId(7), 'secrets-manager']);
  expect(service.asked).toEqual([
    { target: 'secretsmanager.GetSecretValue', body: { SecretId: SECRET, VersionStage: 'AWSCURRENT' } },
  ]);
});

test.each<[number, string, string]>([
  [400, 'AccessDeniedException', 'role'],
  [400, 'ResourceNotFoundException', 'check name, region and account'],
  [400, 'InvalidRequestException', 'marked for deletion'],
  [400, 'DecryptionFailure', 'KMS'],
  [400, 'UnrecognizedClientException', 'credentials'],
  [400, 'ValidationException', 'credentials'],
  [403, 'ExpiredTokenException', 'credentials'],
])('%d %s is a refusal: another try changes nothing', async (status, type, advice) => {
  service.answer = refuse(status, type);
  const error = await refusal(source());
  expect(error).not.toBeInstanceOf(Unreachable);
  expect([error.code, error.message.includes(`(${type})`), error.message.includes(advice)]).toEqual([
    'SECRET_UNREADABLE',
    true,
    true,
  ]);
});

test.each<[number, string]>([
  [500, 'InternalServiceError'],
  [503, 'ServiceUnavailableException'],
  [400, 'ThrottlingException'],
  [429, 'TooManyRequestsException'],
])('%d %s may pass', async (status, type) => {
  service.answer = refuse(status, type);
  const error = await refusal(source());
  expect(error).toBeInstanceOf(Unreachable);
  expect([error.code, error.message.includes(type)]).toEqual(['SECRET_UNREADABLE', true]);
});

test.each<[string, (service: SecretsService) => void]>([
  [
    'a connection that is cut',
    (it) => {
      it.answer = (response) => response.destroy();
    },
  ],
  [
    'an answer that is cut',
    (it) => {
      it.answer = (response) => {
        response.writeHead(200, { 'content-length': 500 });
        response.write('{"Secret');
        setTimeout(() => response.destroy(), 20);
      };
    },
  ],
  [
    'no answer in time',
    (it) => {
      it.answer = () => {};
    },
  ],
  [
    'HTML of a proxy',
    (it) => {
      it.answer = (response) => {
        response.writeHead(502);
        response.end('<html>APISECRET0001</html>');
      };
    },
  ],
])('%s may pass', async (_, spoil) => {
  spoil(service);
  const error = await refusal(source(service.client({ requestTimeout: 200 })));
  expect(error).toBeInstanceOf(Unreachable);
  expect(error.code).toBe('SECRET_UNREADABLE');
});

test('nobody listens', async () => {
  const client = service.client();
  await service.stop();
  const error = await refusal(source(client));
  expect(error).toBeInstanceOf(Unreachable);
  service = await SecretsService.start();
});

test('no region, no credentials: the first is nobody else to change, the second may pass', async () => {
  const send = (error: Error) => source({ send: () => Promise.reject(error) } as never);
  expect(await refusal(send(new Error('Region is missing')))).not.toBeInstanceOf(Unreachable);
  const error = Object.assign(new Error('Could not load credentials'), { name: 'CredentialsProviderError' });
  expect(await refusal(send(error))).toBeInstanceOf(Unreachable);
});

test('a read that is ended ends the request', async () => {
  const abort = new AbortController();
  service.answer = () => abort.abort();
  expect(await refusal(source(), abort.signal)).toBeInstanceOf(Unreachable);
});

test.each<[string, object, string]>([
  [
    'binary',
    { SecretBinary: Buffer.from(documentText()).toString('base64'), VersionId: versionId(1) },
    'KEY_DOCUMENT_MALFORMED',
  ],
  ['no version', { SecretString: documentText() }, 'KEY_DOCUMENT_MALFORMED'],
  ['nothing', {}, 'KEY_DOCUMENT_MALFORMED'],
  [
    'the placeholder',
    { SecretString: '{"schema":1,"placeholder":true}', VersionId: versionId(1) },
    'CREDENTIALS_PLACEHOLDER',
  ],
  ['half a document', { SecretString: documentText().slice(0, 90), VersionId: versionId(1) }, 'KEY_DOCUMENT_MALFORMED'],
  [
    'a key of another environment',
    { SecretString: documentText({ name: 'dev-trader-bot-a' }), VersionId: versionId(1) },
    'KEY_OF_OTHER_ENVIRONMENT',
  ],
  [
    'a key of another workload',
    { SecretString: documentText({ name: 'prod-trader-bot-b' }), VersionId: versionId(1) },
    'KEY_OF_OTHER_WORKLOAD',
  ],
  [
    'a key of another exchange',
    { SecretString: documentText({ exchange: 'yykk' }), VersionId: versionId(1) },
    'KEY_OF_OTHER_EXCHANGE',
  ],
])('%s is refused at once', async (_, body, code) => {
  service.answer = (response) => json(response, 200, body);
  const error = await refusal(source());
  expect([error.code, error instanceof Unreachable]).toEqual([code, false]);
});

describe('a client of its own', () => {
  const before = { ...process.env };
  beforeEach(() => {
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: service.endpoint,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'us-east-1',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    });
  });
  afterEach(() => {
    process.env = { ...before };
  });
  const own = (id: string) =>
    new SecretsManagerSource({
      id,
      client: undefined,
      label: 'secret',
      expected: expectedKey({ prefix: 'XXKK', secretId: id }),
    });

  test.each([
    [SECRET, 'us-east-1'],
    [`arn:aws:secretsmanager:ap-northeast-1:111122223333:secret:${SECRET}-AbC123`, 'ap-northeast-1'],
  ])('%s is asked for in %s', async (id, region) => {
    let scope = '';
    service.answer = (response, asked) => {
      scope = String(response.req.headers.authorization);
      give(documentText(), versionId(1))(response, asked);
    };
    expect((await own(id).read(never)).apiKey).toBe(API_KEY);
    expect(scope).toContain(`/${region}/secretsmanager/aws4_request`);
  });

  test('tries a passing error again by itself, a few times', async () => {
    service.answer = refuse(500, 'InternalServiceError');
    await expect(own(SECRET).read(never)).rejects.toBeInstanceOf(Unreachable);
    expect(service.asked).toHaveLength(3);
  });
});

test('without the SDK the package to install is named', () => {
  jest.isolateModules(() => {
    jest.doMock('@aws-sdk/client-secrets-manager', () => {
      throw Object.assign(new Error("Cannot find module '@aws-sdk/client-secrets-manager'"), {
        code: 'MODULE_NOT_FOUND',
      });
    });
    const { SecretsManagerSource: Alone } = require('../../../../loaders/node/key/secrets-manager-source');
    const make = () =>
      new Alone({
        id: SECRET,
        label: `secret '${SECRET}' (XXKK_SECRET_ID)`,
        expected: expectedKey({ prefix: 'XXKK' }),
      });
    expect(make).toThrow(
      expect.objectContaining({ code: 'LOADER_SDK_MISSING', message: expect.stringContaining('install it') }),
    );
  });
});
