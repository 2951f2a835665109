// The roles of our functions allow exactly the EC2 actions that their code calls: one too few fails on AWS, one too many
// is a gift.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { AddressSource } from '../../../lib';
import { compliantTemplate, withAddresses, withNetwork } from '../../support/egress';

const RUNTIME = path.join(__dirname, '..', '..', '..', 'runtime');
const CLOSING = 'egress/default-security-group.ts';
/** Reads that the look-up and the scheduled check share. */
const SHARED = ['shared/egress-check/address-snapshot.ts', 'shared/egress-check/network-snapshot.ts'];

function calledIn(files: string[]): string[] {
  const text = files.map((file) => readFileSync(path.join(RUNTIME, file), 'utf8')).join('\n');
  return [...new Set([...text.matchAll(/new (\w+)Command\(/g)].map(([, name]) => `ec2:${name}`))].sort();
}

const allowedIn = (stack: Stack) =>
  [...new Set(JSON.stringify(compliantTemplate(stack).toJSON()).match(/ec2:\w+/g))]
    .filter((name) => /:(Describe|Get|Revoke)/.test(name))
    .sort();

test('the look-up: it reads, and changes nothing', () => {
  const { addressStack } = withAddresses({ source: AddressSource.ipamPool('ipam-pool-0123456789abcdef0') });
  const own = readdirSync(path.join(RUNTIME, 'egress')).map((file) => `egress/${file}`);
  const called = calledIn([...own.filter((file) => file !== CLOSING), ...SHARED]);
  expect(called.length).toBeGreaterThan(3);
  expect(called.filter((action) => !/^ec2:(Describe|Get)/.test(action))).toEqual([]);
  expect(allowedIn(addressStack)).toEqual(called);
});

test('the closing of the default security group', () => {
  expect(allowedIn(withNetwork().networkStack)).toEqual(calledIn([CLOSING]));
});

test('rules are removed from that one group only', () => {
  const [role] = Object.values(compliantTemplate(withNetwork().networkStack).findResources('AWS::IAM::Role')).filter(
    (resource) => JSON.stringify(resource).includes('ec2:Revoke'),
  );
  const { Statement } = role.Properties.Policies[0].PolicyDocument;
  const revoke = Statement.find(({ Action }: { Action: string | string[] }) =>
    Action.includes('ec2:RevokeSecurityGroupEgress'),
  );
  expect(JSON.stringify(revoke.Resource)).toContain('"DefaultSecurityGroup"');
});
