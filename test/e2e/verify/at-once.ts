// What somebody changes in EC2 is looked at when it happens, in both regions; what a deployment does is not.
import { AllocateAddressCommand, EC2Client, ReleaseAddressCommand } from '@aws-sdk/client-ec2';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { VerifyMetric } from '../../../contract/metrics';
import { until } from '../support/until';
import { GREEN, HOUR, OTHER_REGION, PERIOD, REGION } from '../support/verify-config';
import { measuredAt } from '../support/verify-metrics';
import { NetworkByHand } from '../support/verify-network';
import type { VerifyWorld } from '../support/verify-world';

/** Differences that the check found at that moment, without any schedule. */
const found = ({ cloudwatch }: VerifyWorld, at: number) =>
  until('differences', async () => (await measuredAt(cloudwatch, at))[VerifyMetric.EGRESS_DIFFERENCES] > 0);

/** Somebody's own address, which is nobody's way out; that it is released is a change like any other. */
async function comeAndGo(ec2: EC2Client): Promise<void> {
  const { AllocationId } = await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
  await ec2.send(new ReleaseAddressCommand({ AllocationId }));
}

export function atOnce(world: () => VerifyWorld, begin: () => number): void {
  let start: number;
  const runs = () => world().runs(world().verify.egressCheck);

  beforeAll(async () => {
    start = begin() + HOUR / 2;
    await world().keep(GREEN, begin(), start);
    expect(await world().alarmsOn(start)).toEqual([]);
  });

  test('a change by a deployment is none of anybody’s business', async () => {
    const connection = world().aws.client(REGION);
    const RoleArn = `arn:aws:iam::123456789012:role/cdk-hnb659fds-cfn-exec-role-123456789012-${REGION}`;
    const assume = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'AWSCloudFormation' });
    const { Credentials } = await new STSClient(connection).send(assume);
    const credentials = {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken,
    };
    const before = await runs();
    await comeAndGo(new EC2Client({ ...connection, credentials }));
    // the bus keeps its order: when this has been looked at, so has what came before
    await comeAndGo(world().aws.ec2(REGION));
    await until('a run', async () => (await runs()) > before);
    expect(await runs()).toBe(before + 1);
  });

  test('a route that leads elsewhere', async () => {
    const at = start + PERIOD;
    world().setClock(at);
    const repair = await (await NetworkByHand.of(world())).changeRoute();
    try {
      await found(world(), at);
      await world().keep({ [VerifyMetric.EGRESS_CHECKED]: 1 }, at, at);
      const on = await world().alarmsOn(at);
      expect(on).toContain('EgressDrift');
      await until('gate closed', async () => !(await world().tradingGate()).allowed);
    } finally {
      world().setClock(at + PERIOD);
      await repair();
    }
  });

  test('an address of the other region that is released', async () => {
    const at = start + HOUR;
    await world().keep(GREEN, start + 2 * PERIOD, at - PERIOD);
    const { entries } = await world().aws.allowlist(OTHER_REGION);
    const { allocationId } = entries.find(({ role }) => role === 'standby') as (typeof entries)[number];
    world().setClock(at);
    await world()
      .aws.ec2(OTHER_REGION)
      .send(new ReleaseAddressCommand({ AllocationId: allocationId }));
    await found(world(), at);
    // everything else runs by its schedule and finds nothing: the address is no zone's way out
    const measured = await world().round(at);
    const { [VerifyMetric.EGRESS_DIFFERENCES]: differences, ...others } = measured;
    expect({ ...others, [VerifyMetric.EGRESS_DIFFERENCES]: 0 }).toEqual(GREEN);
    expect(differences).toBeGreaterThan(0);
    expect((await world().alarmsOn(at)).sort()).toEqual(['DoNotTrade', 'EgressDrift']);
    const { code, output } = await world().command(['allowlist', 'verify', '--lock', world().lockFile]);
    expect(code).toBe(1);
    expect(output).toContain('ADDRESS_GONE');
  });
}
