// What AWS reports of keys and addresses: told when a stranger does it, and not when the ring, an operator or a deployment does.
import { AllocateAddressCommand, ReleaseAddressCommand, ReplaceRouteCommand } from '@aws-sdk/client-ec2';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { GetKeyPolicyCommand, KMSClient, PutKeyPolicyCommand } from '@aws-sdk/client-kms';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { until } from '../support/until';
import { CONFIG, READER, REGION, SPARE } from '../support/watch-config';
import type { World } from '../support/watch-world';

const VICTIM = `dev-grid-bot-${SPARE[1]}`;

interface Deed {
  readonly what: string;
  readonly event: string;
  readonly article: 'secretaccess' | 'egresschange';
  readonly act: (world: World) => Promise<unknown>;
}

const DEEDS: readonly Deed[] = [
  {
    what: 'a read that is refused',
    event: 'GetSecretValue',
    article: 'secretaccess',
    act: async ({ secrets, secretOf }) => {
      const read = { SecretId: secretOf(VICTIM), VersionStage: 'AWSCURRENT', VersionId: '0'.repeat(32) };
      await expect(secrets.send(new GetSecretValueCommand(read))).rejects.toThrow();
    },
  },
  {
    what: 'a read by the break-glass role',
    event: 'GetSecretValue',
    article: 'secretaccess',
    act: async (world) => {
      const connection = world.aws.client(REGION);
      const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [] });
      await new IAMClient(connection).send(new CreateRoleCommand({ RoleName: 'BreakGlass', AssumeRolePolicyDocument }));
      const assume = { RoleArn: CONFIG.ring.breakGlassRole, RoleSessionName: 'two-people' };
      const { Credentials } = await new STSClient(connection).send(new AssumeRoleCommand(assume));
      const credentials = {
        accessKeyId: Credentials?.AccessKeyId ?? '',
        secretAccessKey: Credentials?.SecretAccessKey ?? '',
        sessionToken: Credentials?.SessionToken,
      };
      const theirs = new SecretsManagerClient({ ...connection, credentials });
      await theirs.send(new GetSecretValueCommand({ SecretId: world.secretOf(VICTIM) }));
    },
  },
  {
    what: 'a value',
    event: 'PutSecretValue',
    article: 'secretaccess',
    act: ({ secrets, secretOf }) =>
      secrets.send(
        new PutSecretValueCommand({ SecretId: secretOf(VICTIM), SecretString: 'x', VersionStages: ['STRANGE'] }),
      ),
  },
  {
    what: 'a label',
    event: 'UpdateSecretVersionStage',
    article: 'secretaccess',
    act: async (world) =>
      world.secrets.send(
        new UpdateSecretVersionStageCommand({
          SecretId: world.secretOf(VICTIM),
          VersionStage: 'STRANGE',
          RemoveFromVersionId: await world.version(VICTIM, 'STRANGE'),
        }),
      ),
  },
  {
    what: 'the policy of the encryption key',
    event: 'PutKeyPolicy',
    article: 'secretaccess',
    act: async ({ aws, secrets, secretOf }) => {
      const kms = new KMSClient(aws.client(REGION));
      const { KmsKeyId: KeyId } = await secrets.send(new DescribeSecretCommand({ SecretId: secretOf(VICTIM) }));
      const { Policy } = await kms.send(new GetKeyPolicyCommand({ KeyId, PolicyName: 'default' }));
      await kms.send(new PutKeyPolicyCommand({ KeyId, PolicyName: 'default', Policy }));
    },
  },
  {
    what: 'an address',
    event: 'ReleaseAddress',
    article: 'egresschange',
    act: async ({ aws }) => {
      const { AllocationId } = await aws.ec2(REGION).send(new AllocateAddressCommand({ Domain: 'vpc' }));
      await aws.ec2(REGION).send(new ReleaseAddressCommand({ AllocationId }));
    },
  },
  {
    what: 'a route',
    event: 'ReplaceRoute',
    article: 'egresschange',
    act: async ({ aws }) => {
      const [{ SubnetId = '' }] = await aws.workloadSubnets(REGION);
      const { RouteTableId, Routes = [] } = await aws.routeTableOf(REGION, SubnetId);
      const way = Routes.find(({ NatGatewayId }) => NatGatewayId);
      const route = { DestinationCidrBlock: way?.DestinationCidrBlock, NatGatewayId: way?.NatGatewayId };
      await aws.ec2(REGION).send(new ReplaceRouteCommand({ RouteTableId, ...route }));
    },
  },
];

export function events(world: () => World): void {
  const told = async () => (await world().mailbox.take()).filter(({ is }) => is === 'event');

  beforeAll(async () => {
    world().clock.set(Date.now());
    await world().quietly();
    await world().mailbox.take();
  });

  test.each(DEEDS)('by a stranger: $what', async ({ event, article, act }) => {
    await act(world());
    const mail = await world().mailbox.wait(event, ({ is }) => is === 'event');
    expect(mail).toMatchObject({ event, article });
    await world().quietly();
    expect((await told()).map((one) => one.is === 'event' && one.event)).toEqual([event]);
  });

  test('a rotation that fails', async () => {
    const { control } = world().exchange;
    // at once: that the exchange does not answer at all would be waited for
    control.configure({ keyQuota: 0 });
    await world().hooks.rotationRetries({ attempts: 1 });
    await world().mustCommand(['key', 'rotate', READER, '--yes']);
    const mail = await world().mailbox.wait('the failure', ({ text }) => text.includes('RotationFailed'));
    expect(mail).toMatchObject({ is: 'event', article: 'rotationevents' });
    expect(mail.text).toContain(READER);
    control.configure({ keyQuota: 20 });
    await world().quietly();
    await world().mailbox.take();
  });

  test('rotation, caretaker and the operator at their work are nothing to tell', async () => {
    await world().mustCommand(['key', 'rotate', READER, '--wait', '--yes']);
    await world().putKey(VICTIM, 'sub-1', ['Read', 'SpotTrade', 'DerivTrade']);
    const at = world().clock.now();
    await world().fire('Caretaker');
    await until('a pass that ends', async () => (await world().sum('CaretakerPass', at)) > 0, 60);
    await world().quietly();
    expect(await told()).toEqual([]);
  });

  test('a deployment that builds on keys and network is nothing to tell', async () => {
    const { availabilityZones } = CONFIG.regions[REGION];
    const regions = {
      [REGION]: { ...CONFIG.regions[REGION], availabilityZones: [...availabilityZones, 'eu-west-1c'] },
    };
    const { Reader: _, ...keys } = CONFIG.keys;
    await world().aws.deploy({
      ...CONFIG,
      regions,
      keys: { ...keys, Late: { ...CONFIG.keys.Reader, instance: '02' } },
    });
    await world().trialRunsOver(['dev-marketdata-02']);
    await world().quietly();
    expect(await told()).toEqual([]);
  });
}
