// A key over its life in the local AWS: staging labels move, the secret goes, the service goes; the loader sees what is AWSCURRENT and nothing else (G18).
import { randomUUID } from 'node:crypto';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { ErrorClass, type KeyHolder, type LoaderWarning, loadKey, type Rotation } from '../../../../loaders/node';
import { type LocalAws, startLocalAws } from '../../../../local-aws/start-local-aws';
import { documentText, NAME, SECRET } from './support/held-keys';

const REGION = 'eu-central-1';
const before = { ...process.env };
let aws: LocalAws;
let operator: SecretsManagerClient;
let arn: string;

beforeAll(async () => {
  aws = await startLocalAws();
  Object.assign(process.env, {
    ...{
      AWS_ENDPOINT_URL: aws.endpoint,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'us-east-1',
    },
    ...{ AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null', AWS_EC2_METADATA_DISABLED: 'true' },
  });
  operator = new SecretsManagerClient({ region: REGION });
}, 90_000);
afterAll(async () => {
  process.env = { ...before };
  await aws?.stop();
});

const put = async (version: string, stage: string) => {
  const text = documentText({ versionId: version, apiKey: `KEY-${version}` });
  await operator.send(
    new PutSecretValueCommand({
      SecretId: arn,
      ClientRequestToken: version,
      SecretString: text,
      VersionStages: [stage],
    }),
  );
  return version;
};
const promote = (to: string, from: string) =>
  operator.send(
    new UpdateSecretVersionStageCommand({
      SecretId: arn,
      VersionStage: 'AWSCURRENT',
      MoveToVersionId: to,
      RemoveFromVersionId: from,
    }),
  );

test('from the placeholder to the end of the service', async () => {
  const warnings: LoaderWarning[] = [];
  const rotations: Rotation[] = [];
  const load = (): Promise<KeyHolder> =>
    loadKey({
      environment: { XXKK_SECRET_ID: arn, XXKK_KEY_NAME: NAME },
      ...{ records: () => {}, logger: { info: () => {}, warn: () => {} } },
      onWarning: (warning) => void warnings.push(warning),
    });

  const placeholder = randomUUID();
  const secret = { Name: SECRET, SecretString: '{"schema":1,"placeholder":true}', ClientRequestToken: placeholder };
  ({ ARN: arn = '' } = await operator.send(new CreateSecretCommand(secret)));
  await expect(load()).rejects.toMatchObject({ code: 'CREDENTIALS_PLACEHOLDER' });

  const first = await put(randomUUID(), 'AWSCURRENT');
  // The ARN says its region; the one of the environment is another.
  const holder = await load();
  holder.onRotate((rotation) => void rotations.push(rotation));
  expect([holder.current.keyVersion, holder.current.apiKey]).toEqual([first, `KEY-${first}`]);

  const second = await put(randomUUID(), 'AWSPENDING');
  expect(await holder.refresh()).toBe('unchanged');
  await promote(second, first);
  expect(await holder.refused(ErrorClass.IP_NOT_ALLOWED, first)).toBe('unchanged');
  expect(holder.current.keyVersion).toBe(first);
  expect(await holder.refused(ErrorClass.KEY_EXPIRED, first)).toBe('changed');
  expect([holder.current.keyVersion, holder.current.apiKey]).toEqual([second, `KEY-${second}`]);

  // The rotation was taken back: what is current counts, whichever way it went.
  await promote(first, second);
  expect(await holder.refresh()).toBe('changed');
  expect(rotations.map(({ previous, current }) => [previous.keyVersion, current.keyVersion])).toEqual([
    [first, second],
    [second, first],
  ]);
  expect(warnings).toEqual([]);

  await operator.send(new DeleteSecretCommand({ SecretId: arn }));
  await expect(holder.refresh()).rejects.toMatchObject({
    code: 'SECRET_UNREADABLE',
    message: expect.stringContaining('deletion'),
  });
  await expect(load()).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' });
  await aws.stop();
  await expect(holder.refresh()).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' });
  expect(holder.current.keyVersion).toBe(first);
  await holder.close();
}, 90_000);
