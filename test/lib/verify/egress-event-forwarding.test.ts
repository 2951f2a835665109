// What happens to addresses of another region reaches the ring: which events, by whom, to where, and never round in circles.
import { App, Stack } from 'aws-cdk-lib';
import { EgressEventForwarding, EgressEventForwardingProps } from '../../../lib';
import { EGRESS_CHANGES } from '../../../lib/watch/egress-changes';
import { refusal } from '../../support/config-error';
import { ACCOUNT, compliantTemplate, resourcesOf } from '../../support/egress';
import { watchTemplate, withRing } from '../../support/keys';

const HOME = 'eu-west-1';

function forwarding(props: Partial<EgressEventForwardingProps> = {}, region?: string): Stack {
  const stack = new Stack(new App(), 'Addresses', { env: { account: ACCOUNT, region: region ?? 'us-east-1' } });
  new EgressEventForwarding(stack, 'EventForwarding', { environment: 'dev', homeRegion: HOME, ...props });
  return stack;
}

const ruleOf = (stack: Stack) =>
  Object.values(resourcesOf(compliantTemplate(stack), 'AWS::Events::Rule'))[0].Properties;
const text = (value: unknown) => JSON.stringify(value).replaceAll('"},"', '');

test('it forwards what the ring tells of at home, from its own region only, to the bus of the home region', () => {
  const { EventPattern, State, Targets } = ruleOf(forwarding());
  expect(State).toBe('ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS');
  expect(EventPattern).toMatchObject({
    region: ['us-east-1'],
    source: ['aws.ec2'],
    'detail-type': ['AWS API Call via CloudTrail'],
    detail: { eventName: EGRESS_CHANGES },
  });
  const [target] = Targets as { Arn: unknown; RoleArn: unknown }[];
  expect(Targets).toHaveLength(1);
  expect(text(target.Arn)).toContain(`:events:${HOME}:${ACCOUNT}:event-bus/default`);
  expect(target.RoleArn).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^EventForwardingRole/), 'Arn'] });
});

test('but for the region and the role of its deployments, the pattern is that of the ring', () => {
  const atHome = Object.entries(resourcesOf(watchTemplate(withRing().ring), 'AWS::Events::Rule'));
  const [, rule] = atHome.find(([id]) => id.startsWith('EventEgressChange')) ?? [];
  const withoutRoles = (pattern: unknown) =>
    JSON.stringify(pattern).replaceAll(/cfn-exec-role-\d+-[a-z0-9-]+/g, 'role');
  const { region: _region, ...pattern } = ruleOf(forwarding()).EventPattern as { region: string[] };
  const named = withoutRoles(pattern);
  expect(named).toContain('EnableAddressTransfer');
  expect(named).toContain('{"exists":false}');
  const home = rule?.Properties.EventPattern as { detail: { eventName: string[]; userIdentity: { type: unknown } } };
  const { detail } = pattern as unknown as typeof home;
  expect(detail.eventName).toEqual(home.detail.eventName);
  expect(detail.userIdentity.type).toEqual(home.detail.userIdentity.type);
});

test('deployments of its own region are not told of', () => {
  expect(text(ruleOf(forwarding()).EventPattern)).toContain(`cfn-exec-role-${ACCOUNT}-us-east-1`);
  const arn = `arn:aws:iam::${ACCOUNT}:role/Deploy`;
  const pattern = text(ruleOf(forwarding({ deploymentRoleArn: arn })).EventPattern);
  expect(pattern).toContain(`{"anything-but":["${arn}"]}`);
});

test('its role may put events there and do nothing else, for rules of this account and region', () => {
  const [role] = Object.values(resourcesOf(compliantTemplate(forwarding()), 'AWS::IAM::Role'));
  const { AssumeRolePolicyDocument, Policies, ManagedPolicyArns } = role.Properties as {
    AssumeRolePolicyDocument: { Statement: object[] };
    Policies: { PolicyDocument: { Statement: object[] } }[];
    ManagedPolicyArns?: string[];
  };
  expect(ManagedPolicyArns).toBeUndefined();
  expect(Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)).toEqual([
    { Action: 'events:PutEvents', Effect: 'Allow', Resource: expect.anything() },
  ]);
  expect(text(Policies)).toContain(`:events:${HOME}:${ACCOUNT}:event-bus/default`);
  expect(AssumeRolePolicyDocument.Statement).toEqual([
    expect.objectContaining({
      Principal: { Service: 'events.amazonaws.com' },
      Condition: { StringEquals: { 'aws:SourceAccount': ACCOUNT }, ArnLike: { 'aws:SourceArn': expect.anything() } },
    }),
  ]);
  expect(text(AssumeRolePolicyDocument)).toContain(`:events:us-east-1:${ACCOUNT}:rule/*`);
});

test.each<[string, Partial<EgressEventForwardingProps>, string | undefined]>([
  ['FORWARDING_FROM_HOME_REGION', {}, HOME],
  ['REGION_MALFORMED', { homeRegion: 'eu-west-1a' }, undefined],
  ['ENVIRONMENT_UNKNOWN', { environment: 'qa' }, undefined],
])('%s', (code, props, region) => {
  refusal(code, () => forwarding(props, region));
});

test('what is published in the region is forwarded, too', () => {
  const found = Object.values(resourcesOf(compliantTemplate(forwarding()), 'AWS::Events::Rule')).map(
    ({ Properties }) => Properties.EventPattern as { source: string[]; region: string[] },
  );
  expect(found.map(({ source, region }) => [...source, ...region])).toEqual([
    ['aws.ec2', 'us-east-1'],
    ['aws.ssm', 'us-east-1'],
  ]);
  expect(JSON.stringify(found[1])).toContain('*/exchange-keys/dev/*');
});
