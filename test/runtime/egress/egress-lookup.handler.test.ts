// The file that is deployed: small, free of CDK code, and working outside this repository.
import { isBuiltin } from 'node:module';
import { ADOPTED, ALLOCATION, scriptAddress } from '../support/answers';
import { type Bundle, buildBundle, invokeBundle } from '../support/bundle';
import { useEc2Server } from '../support/scripted';

const server = useEc2Server();

let bundle: Bundle;
beforeAll(async () => {
  bundle = await buildBundle('egress-lookup');
});
afterAll(() => bundle?.remove());

const AWS_REGION = 'eu-west-1';
const accepted = { PhysicalResourceId: ALLOCATION, Data: { AllocationId: ALLOCATION, PublicIp: '198.51.100.7' } };

test('is smaller than 1 MB', () => {
  expect(bundle.bytes).toBeLessThan(1_000_000);
});

test('holds the runtime, the contract and their dependencies only', () => {
  expect(bundle.inputs).toContain('runtime/egress/egress-lookup.handler.ts');
  expect(bundle.inputs.filter((input) => input.includes('aws-cdk-lib') || /^lib\//.test(input))).toEqual([]);
  const own = bundle.inputs.filter((input) => !input.startsWith('node_modules/'));
  expect(own.filter((input) => !/^(runtime|contract)\//.test(input))).toEqual([]);
});

test('expects nothing but the AWS SDK of the Lambda runtime', () => {
  expect(bundle.externals).toContain('@aws-sdk/client-ec2');
  expect(bundle.externals.filter((name) => !name.startsWith('@aws-sdk/') && !isBuiltin(name))).toEqual([]);
});

test('runs a Delete, of anything', async () => {
  const event = { RequestType: 'Delete', PhysicalResourceId: ALLOCATION, ResourceProperties: { Lookup: 'NONE' } };
  const answer = { PhysicalResourceId: ALLOCATION, Data: {} };
  await expect(invokeBundle(bundle, event, { AWS_REGION })).resolves.toEqual({ answer });
  expect(server.current.calls).toEqual([]);
});

test('looks up an address', async () => {
  scriptAddress(server.current);
  const event = { RequestType: 'Create', ResourceProperties: ADOPTED };
  await expect(invokeBundle(bundle, event, { AWS_REGION })).resolves.toEqual({ answer: accepted });
});

test('fails with the refusal', async () => {
  const event = { RequestType: 'Create', ResourceProperties: { ...ADOPTED, AllocationId: undefined } };
  await expect(invokeBundle(bundle, event, { AWS_REGION })).resolves.toEqual({
    name: 'Refusal',
    message:
      "property 'AllocationId' is missing; expected an Elastic IP allocation id, 'eipalloc-…' [PROPERTY_INVALID]",
  });
});

test('takes its region from the Lambda runtime', async () => {
  const event = { RequestType: 'Create', ResourceProperties: ADOPTED };
  const outcome = await invokeBundle(bundle, event, { AWS_REGION: 'us-east-1' });
  expect(outcome).toMatchObject({ message: expect.stringContaining("this function runs in 'us-east-1'") });
});
