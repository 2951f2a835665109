// A ring in the local AWS: role, parameter, secrets, and a small rotation function that keeps the contract of the real one.
import {
  CloudFormationClient,
  CreateStackCommand,
  type CreateStackCommandInput,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation';
import {
  formatDescription,
  KeyPermission,
  keyName,
  PLACEHOLDER,
  RiskTier,
  ringParameterName,
  secretName,
} from '../../../../contract/keys';

export const REGION = 'eu-west-1';
export const ENVIRONMENT = 'prod';
export const ROTATION_FUNCTION = 'ring-rotation';
export const LOG_GROUP = '/exchange-keys/prod/rotation';

/** What the function does is decided by the API key it finds: `bad…` is refused, `odd…` warned about, and so on. */
const FUNCTION = `
const { SecretsManagerClient, DescribeSecretCommand, GetSecretValueCommand, PutSecretValueCommand, UpdateSecretVersionStageCommand } = require('@aws-sdk/client-secrets-manager');
const client = new SecretsManagerClient({});
const send = (command) => client.send(command);
const stage = (SecretId, VersionStage, RemoveFromVersionId, MoveToVersionId) =>
  send(new UpdateSecretVersionStageCommand({ SecretId, VersionStage, RemoveFromVersionId, MoveToVersionId }));
const read = async (SecretId, VersionId) => JSON.parse((await send(new GetSecretValueCommand({ SecretId, VersionId }))).SecretString);
exports.handler = async (event) => {
  const { SecretId } = event;
  const stages = (await send(new DescribeSecretCommand({ SecretId }))).VersionIdsToStages;
  const holder = (label) => Object.keys(stages).find((id) => stages[id].includes(label));
  if (event.command === 'validate-candidate') {
    const { apiKey } = await read(SecretId, holder('XKCANDIDATE'));
    if (apiKey.startsWith('crash')) throw new Error('no verdict');
    if (apiKey.startsWith('vague')) return { maybe: true };
    if (apiKey.startsWith('bad')) return { ok: false, code: 'KEY_PERMISSIONS_WRONG', message: 'the key may withdraw' };
    return { ok: true, warnings: apiKey.startsWith('odd') ? ['the key has no end'] : [] };
  }
  const { Step: step, ClientRequestToken: token } = event;
  const say = (outcome, more) => console.log(JSON.stringify({ level: 'INFO', message: 'step', token, step, outcome, ...more }));
  if (step === 'createSecret') {
    const document = await read(SecretId, holder('XKCANDIDATE') || holder('AWSCURRENT'));
    await send(new PutSecretValueCommand({ SecretId, ClientRequestToken: token, SecretString: JSON.stringify(document), VersionStages: ['AWSPENDING'] }));
  }
  if (step === 'testSecret') {
    const { apiKey } = await read(SecretId, token);
    if (apiKey.startsWith('late')) {
      await stage(SecretId, 'AWSPENDING', token);
      say('done', { operation: 'abandon', message: 'the pending version was removed', code: 'KEY_ALLOWLIST_EMPTY' });
      say('refused', { code: 'KEY_ALLOWLIST_EMPTY', message: 'the key is bound to no address' });
      throw new Error('refused');
    }
    if (apiKey.startsWith('stuck')) {
      say('failed', { code: 'EXCHANGE_DOWN', message: 'no answer' });
      throw new Error('again later');
    }
  }
  if (step === 'finishSecret') {
    const current = holder('AWSCURRENT');
    if ('apiKey' in (await read(SecretId, current))) await stage(SecretId, 'xk:revoke:' + (Math.ceil(Date.now() / 1000) + 86400), undefined, current);
    await stage(SecretId, 'AWSCURRENT', current, token);
    await stage(SecretId, 'AWSPENDING', token);
    if (holder('XKCANDIDATE')) await stage(SecretId, 'XKCANDIDATE', holder('XKCANDIDATE'));
  }
  say('done', {});
};
`;

export const DESCRIPTION = formatDescription({
  owner: 'desk-1',
  exchange: 'xxkk',
  account: 'sub-7',
  permissions: [KeyPermission.READ, KeyPermission.TRADE],
  tier: RiskTier.HIGH,
  overlapHours: 24,
});

export const secretNameOf = (instance: string) => secretName(keyName(ENVIRONMENT, 'trader-bot', instance));

const role = (service: object) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: service, Action: 'sts:AssumeRole' }],
    },
  },
});

const att = (resource: string, attribute: string) => ({ 'Fn::GetAtt': [resource, attribute] });

/** The text of the ring's document around the ARN of the intake role. */
const RING_DOCUMENT = JSON.stringify({
  schema: 1,
  environment: ENVIRONMENT,
  region: REGION,
  intakeRoleArn: '|',
  rotationFunction: ROTATION_FUNCTION,
  rotationLogGroup: LOG_GROUP,
  caretakerFunction: 'ring-caretaker',
  caretakerLogGroup: '/exchange-keys/prod/caretaker',
  requestTopicArn: 'arn:aws:sns:eu-west-1:123456789012:requests',
}).split('|');

function template(instances: readonly string[]): object {
  const keys = instances.flatMap((instance) => [
    [
      `Key${instance}`,
      {
        Type: 'AWS::SecretsManager::Secret',
        Properties: { Name: secretNameOf(instance), Description: DESCRIPTION, SecretString: PLACEHOLDER },
      },
    ],
    [
      `Schedule${instance}`,
      {
        Type: 'AWS::SecretsManager::RotationSchedule',
        DependsOn: ['Permission', 'LogGroup'],
        Properties: {
          SecretId: { Ref: `Key${instance}` },
          RotationLambdaARN: att('Rotation', 'Arn'),
          RotateImmediatelyOnUpdate: false,
          RotationRules: { ScheduleExpression: 'rate(28 days)' },
        },
      },
    ],
  ]);
  return {
    Resources: {
      Role: role({ Service: 'lambda.amazonaws.com' }),
      Intake: role({ AWS: { 'Fn::Join': ['', ['arn:aws:iam::', { Ref: 'AWS::AccountId' }, ':root']] } }),
      LogGroup: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: LOG_GROUP } },
      Rotation: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          FunctionName: ROTATION_FUNCTION,
          Handler: 'index.handler',
          Runtime: 'nodejs22.x',
          Timeout: 60,
          Role: att('Role', 'Arn'),
          LoggingConfig: { LogGroup: LOG_GROUP },
          Code: { ZipFile: FUNCTION },
        },
      },
      Permission: {
        Type: 'AWS::Lambda::Permission',
        Properties: {
          Action: 'lambda:InvokeFunction',
          FunctionName: { Ref: 'Rotation' },
          Principal: 'secretsmanager.amazonaws.com',
        },
      },
      Ring: {
        Type: 'AWS::SSM::Parameter',
        Properties: {
          Name: ringParameterName(ENVIRONMENT),
          Type: 'String',
          Value: { 'Fn::Join': ['', [RING_DOCUMENT[0], att('Intake', 'Arn'), RING_DOCUMENT[1]]] },
        },
      },
      ...Object.fromEntries(keys),
    },
  };
}

/** Deploys a ring with a key `prod-trader-bot-<instance>` for each instance. */
export async function deployRing(instances: readonly string[]): Promise<void> {
  const client = new CloudFormationClient({ region: REGION });
  const input: CreateStackCommandInput = {
    StackName: 'ring',
    TemplateBody: JSON.stringify(template(instances)),
    Capabilities: ['CAPABILITY_IAM'],
  };
  await client.send(new CreateStackCommand(input));
  await waitUntilStackCreateComplete({ client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, { StackName: 'ring' });
}
