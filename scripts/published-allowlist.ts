// Reads back what a deployment published for one region, and checks it against the addresses EC2 really holds.
import { DescribeAddressesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { AllowlistDocument, allowlistParameterName, parseAllowlistDocument } from '../contract/allowlist';
import { environmentsWith } from '../contract/environment';

export interface PublishedAllowlist {
  readonly parameterName: string;
  readonly document: AllowlistDocument;
}

export interface Published {
  readonly endpoint: string;
  readonly environment: string;
  readonly region: string;
}

export async function readPublishedAllowlist({
  endpoint,
  environment,
  region,
}: Published): Promise<PublishedAllowlist> {
  const client = { endpoint, region, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  // An environment that the project declares in cdk.json has passed synth by now; here only its name matters.
  const environments = environmentsWith(environment);
  const parameterName = allowlistParameterName(environment, region, environments);
  const { Parameter } = await new SSMClient(client).send(new GetParameterCommand({ Name: parameterName }));
  const document = parseAllowlistDocument(Parameter?.Value ?? '', {
    environment,
    region,
    environments,
    localAws: true,
  });
  const { Addresses = [] } = await new EC2Client(client).send(
    new DescribeAddressesCommand({ AllocationIds: document.entries.map((entry) => entry.allocationId) }),
  );
  for (const entry of document.entries) {
    const held = Addresses.find((address) => address.AllocationId === entry.allocationId)?.PublicIp;
    if (held !== entry.address) {
      throw new Error(
        `${parameterName} says ${entry.address} for ${entry.allocationId}, but EC2 holds ${held ?? 'no such address'}`,
      );
    }
  }
  return { parameterName, document };
}
