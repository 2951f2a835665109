// Closing a default security group, with the real EC2 client against an EC2 that keeps state, and one that fails.
import { type CloseEvent, closeDefaultSecurityGroup } from '../../../runtime/egress/default-security-group';
import { cutOff, fault, hang, ok, type Reply, raw, reset } from '../support/ec2-server';
import { IMPATIENT, REGION, refusalOf } from '../support/lookups';
import { useEc2Server } from '../support/scripted';

const GROUP = 'sg-0123456789abcdef0';
const server = useEc2Server();

/** What EC2 gives every new VPC. */
const INGRESS = { ipProtocol: '-1', groups: [{ userId: '111122223333', groupId: GROUP }] };
const EGRESS = { ipProtocol: '-1', ipRanges: [{ cidrIp: '0.0.0.0/0' }] };

interface Rules {
  ingress: object[];
  egress: object[];
}

/** A group that answers with its rules and loses those that are revoked. */
function scriptGroup(rules: Rules): Rules {
  const empty =
    (list: 'ingress' | 'egress'): Reply =>
    (response, call) => {
      rules[list] = [];
      ok({ return: true })(response, call);
    };
  server.current
    .on('DescribeSecurityGroups', (response, call) =>
      ok({
        securityGroupInfo: [{ groupId: GROUP, ipPermissions: rules.ingress, ipPermissionsEgress: rules.egress }],
      })(response, call),
    )
    .on('RevokeSecurityGroupIngress', empty('ingress'))
    .on('RevokeSecurityGroupEgress', empty('egress'));
  return rules;
}

const close = (event: Partial<CloseEvent> = {}, region: string | undefined = REGION) =>
  closeDefaultSecurityGroup(
    {
      RequestType: 'Create',
      ResourceProperties: { ServiceToken: 'arn:aws:lambda:x', SecurityGroupId: GROUP },
      ...event,
    },
    { region, patience: IMPATIENT },
  );

test.each(['Create', 'Update'])('%s removes what a new VPC has, and looks again', async (RequestType) => {
  const rules = scriptGroup({ ingress: [INGRESS], egress: [EGRESS] });
  await expect(close({ RequestType })).resolves.toEqual({ PhysicalResourceId: GROUP });
  expect(rules).toEqual({ ingress: [], egress: [] });
  expect(server.current.count('DescribeSecurityGroups')).toBe(2);
  const revoked = server.current.calls.filter(({ Action }) => Action.startsWith('Revoke'));
  expect(revoked).toEqual([
    expect.objectContaining({ GroupId: GROUP, 'IpPermissions.1.Groups.1.GroupId': GROUP }),
    expect.objectContaining({ GroupId: GROUP, 'IpPermissions.1.IpRanges.1.CidrIp': '0.0.0.0/0' }),
  ]);
});

test('a closed group is left as it is, so a second run changes nothing', async () => {
  scriptGroup({ ingress: [], egress: [] });
  await expect(close()).resolves.toEqual({ PhysicalResourceId: GROUP });
  expect(server.current.calls.filter(({ Action }) => Action.startsWith('Revoke'))).toEqual([]);
});

test('killed between the two removals and run again, it is closed', async () => {
  const rules = scriptGroup({ ingress: [INGRESS], egress: [EGRESS] });
  server.current.on('RevokeSecurityGroupEgress', fault(503, 'Unavailable'));
  expect((await refusalOf(close())).message).toContain('some rules may be gone already, deploy again');
  expect(rules).toEqual({ ingress: [], egress: [EGRESS] });
  scriptGroup(rules);
  await close();
  expect(rules).toEqual({ ingress: [], egress: [] });
});

test('rules that stay, or come back, fail the deployment', async () => {
  scriptGroup({ ingress: [INGRESS], egress: [EGRESS] });
  server.current.on('RevokeSecurityGroupEgress', ok({ return: true }));
  expect(await refusalOf(close())).toMatchObject({
    code: 'SECURITY_GROUP_STILL_OPEN',
    message: expect.stringContaining(`security group '${GROUP}' still has 1 rules`),
  });
});

test.each<[string, Reply, string]>([
  ['an error', fault(400, 'InvalidGroup.NotFound'), 'AWS_NO_ANSWER'],
  ['a refusal', fault(403, 'UnauthorizedOperation'), 'AWS_NOT_ALLOWED'],
  ['errors for ever', fault(500, 'InternalError'), 'AWS_NO_ANSWER'],
  ['silence', hang, 'AWS_NO_ANSWER'],
  ['a closed connection', reset, 'AWS_NO_ANSWER'],
  ['half an answer', cutOff({ securityGroupInfo: [] }), 'AWS_NO_ANSWER'],
  ['an empty body', raw(200, ''), 'AWS_ANSWER_UNUSABLE'],
  ['no group', ok({ securityGroupInfo: [] }), 'AWS_ANSWER_UNUSABLE'],
  [
    'another group',
    ok({ securityGroupInfo: [{ groupId: 'sg-99999999', ipPermissions: [], ipPermissionsEgress: [] }] }),
    'AWS_ANSWER_UNUSABLE',
  ],
  ['a group without its rules', ok({ securityGroupInfo: [{ groupId: GROUP }] }), 'AWS_ANSWER_UNUSABLE'],
])(
  '%s is not taken for a closed group',
  async (_, reply, code) => {
    server.current.on('DescribeSecurityGroups', reply);
    expect((await refusalOf(close())).code).toBe(code);
  },
  20_000,
);

test('a Delete opens nothing, asks nothing, and needs no properties', async () => {
  const event = { RequestType: 'Delete', PhysicalResourceId: GROUP, ResourceProperties: undefined };
  await expect(close(event)).resolves.toEqual({ PhysicalResourceId: GROUP });
  expect(server.current.calls).toEqual([]);
});

test.each<[string, Partial<CloseEvent>, string]>([
  ['no properties', { ResourceProperties: undefined }, 'PROPERTY_INVALID'],
  ['no group', { ResourceProperties: {} }, 'PROPERTY_INVALID'],
  ['a malformed group', { ResourceProperties: { SecurityGroupId: 'default' } }, 'PROPERTY_INVALID'],
  ['a property too many', { ResourceProperties: { SecurityGroupId: GROUP, Keep: 'egress' } }, 'PROPERTY_UNKNOWN'],
  ['another request type', { RequestType: 'Read' }, 'REQUEST_TYPE_UNKNOWN'],
])('%s', async (_, event, code) => {
  expect((await refusalOf(close(event))).code).toBe(code);
  expect(server.current.calls).toEqual([]);
});

test('a function without a region', async () => {
  const event = { RequestType: 'Create', ResourceProperties: { SecurityGroupId: GROUP } };
  const outcome = closeDefaultSecurityGroup(event, { region: undefined, patience: IMPATIENT });
  expect((await refusalOf(outcome)).code).toBe('REGION_MISMATCH');
});
