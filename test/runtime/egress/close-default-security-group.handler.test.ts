// The file that is deployed to close default security groups: small, and working outside this repository.
import { type Bundle, buildBundle, invokeBundle } from '../support/bundle';

let bundle: Bundle;
beforeAll(async () => {
  bundle = await buildBundle('close-default-security-group');
});
afterAll(() => bundle?.remove());

test('is small and expects nothing but the AWS SDK of the Lambda runtime', () => {
  expect(bundle.bytes).toBeLessThan(100_000);
  expect([...new Set(bundle.externals)]).toEqual(['@aws-sdk/client-ec2']);
});

test('answers a Delete', async () => {
  const event = { RequestType: 'Delete', PhysicalResourceId: 'sg-01234567' };
  await expect(invokeBundle(bundle, event, { AWS_REGION: 'eu-west-1' })).resolves.toEqual({
    answer: { PhysicalResourceId: 'sg-01234567' },
  });
});

test('refuses with a code to search for', async () => {
  const event = { RequestType: 'Create', ResourceProperties: { SecurityGroupId: 'default' } };
  await expect(invokeBundle(bundle, event, { AWS_REGION: 'eu-west-1' })).resolves.toMatchObject({
    name: 'Refusal',
    message: expect.stringMatching(/'default' is not a security group id.*\[PROPERTY_INVALID\]$/),
  });
});
