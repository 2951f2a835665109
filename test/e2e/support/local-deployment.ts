// One local AWS for a test file, the real CDK CLI against it, and the SDK's view of what is really there.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  Address,
  DescribeAddressesCommand,
  DescribeNatGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  EC2Client,
  NatGateway,
  RouteTable,
  Subnet,
} from '@aws-sdk/client-ec2';
import { stringify } from 'yaml';
import type { Config } from '../../../bin/config/config';
import type { AllowlistDocument } from '../../../contract/allowlist';
import { environmentFor, LocalAws, startLocalAws } from '../../../local-aws/start-local-aws';
import { CdkRun, cdk } from '../../../scripts/cdk-cli';
import { readPublishedAllowlist } from '../../../scripts/published-allowlist';

const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

export class LocalDeployment {
  /** @param more environment variables of the CDK CLI */
  public static async start(regions: string[], more: NodeJS.ProcessEnv = {}): Promise<LocalDeployment> {
    const deployment = new LocalDeployment(
      await startLocalAws(),
      mkdtempSync(path.join(tmpdir(), 'exchange-keys-e2e-')),
      more,
    );
    try {
      const environments = regions.map((region) => `aws://123456789012/${region}`);
      await deployment.mustRun(['bootstrap', ...environments]);
    } catch (error) {
      await deployment.stop();
      throw error;
    }
    return deployment;
  }

  private constructor(
    private readonly local: LocalAws,
    public readonly workspace: string,
    private readonly more: NodeJS.ProcessEnv,
  ) {}

  public get endpoint(): string {
    return this.local.endpoint;
  }

  public env(region = 'eu-west-1'): NodeJS.ProcessEnv {
    // Templates are validated in validation.test.ts; here it would only cost seconds per command.
    return { ...environmentFor(this.endpoint, region, this.workspace), CDK_VALIDATION: 'false', ...this.more };
  }

  public async stop(): Promise<void> {
    await this.local.stop();
    rmSync(this.workspace, { recursive: true, force: true });
  }

  public run(args: string[], signal?: AbortSignal, onLine?: (line: string) => void): Promise<CdkRun> {
    return cdk([...args, '--output', path.join(this.workspace, 'cdk.out')], { env: this.env(), signal, onLine });
  }

  public async mustRun(args: string[]): Promise<string> {
    const { code, output } = await this.run(args);
    if (code !== 0) throw new Error(`cdk ${args.join(' ')} exited with ${code}:\n${output}`);
    return output;
  }

  /** Writes the configuration and gives the CLI arguments that use it. */
  public withConfig(config: Config): string[] {
    const file = path.join(this.workspace, 'exchange-keys.yaml');
    writeFileSync(file, stringify(config));
    return ['-c', `config=${file}`];
  }

  public deployArguments(config: Config): string[] {
    return ['deploy', '--all', '--require-approval', 'never', '--concurrency', '2', ...this.withConfig(config)];
  }

  public deploy(config: Config): Promise<string> {
    return this.mustRun(this.deployArguments(config));
  }

  public destroy(config: Config, stacks: string): Promise<string> {
    return this.mustRun(['destroy', stacks, '--force', ...this.withConfig(config)]);
  }

  public async allowlist(region: string, environment = 'dev'): Promise<AllowlistDocument> {
    return (await readPublishedAllowlist({ endpoint: this.endpoint, environment, region })).document;
  }

  /** Outputs of a stack, without the exports that only other stacks read. */
  public async outputs(region: string, stack: string): Promise<Record<string, string>> {
    const client = new CloudFormationClient(this.client(region));
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stack }));
    const outputs = (Stacks?.[0].Outputs ?? []).filter((output) => !output.ExportName);
    return Object.fromEntries(outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
  }

  public async addresses(region: string): Promise<Address[]> {
    return (await this.ec2(region).send(new DescribeAddressesCommand({}))).Addresses ?? [];
  }

  /** NAT gateways that are not deleted. */
  public async natGateways(region: string): Promise<NatGateway[]> {
    const { NatGateways = [] } = await this.ec2(region).send(new DescribeNatGatewaysCommand({}));
    return NatGateways.filter(({ State }) => State === 'available');
  }

  public async workloadSubnets(region: string): Promise<Subnet[]> {
    const { Subnets = [] } = await this.ec2(region).send(new DescribeSubnetsCommand({}));
    return Subnets.filter(({ Tags }) =>
      Tags?.some(({ Key, Value }) => Key === 'Name' && Value?.includes('/Workload/')),
    );
  }

  public async routeTableOf(region: string, subnetId: string): Promise<RouteTable> {
    const Filters = [{ Name: 'association.subnet-id', Values: [subnetId] }];
    const { RouteTables = [] } = await this.ec2(region).send(new DescribeRouteTablesCommand({ Filters }));
    if (RouteTables.length !== 1) throw new Error(`${subnetId} has ${RouteTables.length} route tables`);
    return RouteTables[0];
  }

  public ec2(region: string): EC2Client {
    return new EC2Client(this.client(region));
  }

  public client(region: string) {
    return { endpoint: this.endpoint, region, credentials: CREDENTIALS };
  }
}
