// The look-up's role allows exactly the EC2 actions that its code calls: one too few fails on AWS, one too many is a gift.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { AddressSource } from '../../../lib';
import { compliantTemplate, resourcesOf, withAddresses } from '../../support/egress';

const RUNTIME = path.join(__dirname, '..', '..', '..', 'runtime');

test('role and code agree', () => {
  const sources = readdirSync(RUNTIME, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(path.join(RUNTIME, file), 'utf8'));
  const called = new Set(
    sources.flatMap((text) => [...text.matchAll(/new (\w+)Command\(/g)].map(([, name]) => `ec2:${name}`)),
  );
  const { addressStack } = withAddresses({ source: AddressSource.ipamPool('ipam-pool-0123456789abcdef0') });
  const allowed = Object.values(resourcesOf(compliantTemplate(addressStack), 'AWS::IAM::Policy'))
    .map(({ Properties }) => Properties as { PolicyDocument: { Statement: { Action: string | string[] }[] } })
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement.flatMap(({ Action }) => Action))
    .filter((action) => action.startsWith('ec2:'));
  expect(allowed.sort()).toEqual([...called].sort());
  expect(allowed.length).toBeGreaterThan(3);
});
