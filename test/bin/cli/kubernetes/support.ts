// Runs `exchange-keys kubernetes` without an account, and reads what it printed.
import { parseAllDocuments } from 'yaml';
import { type CliOptions, runCli } from '../support/run-cli';

export const KEY = 'prod-trader-bot-a';
export const ROLE = 'arn:aws:iam::111122223333:role/TraderBot';
export const IMAGE = ['--image', '111122223333.dkr.ecr.eu-west-1.amazonaws.com/bot:1.4.0'];
const SAID = ['--exchange', 'xxkk', '--permissions', 'read,trade', '--overlap-hours', '24'];
export const WHERE = ['-e', 'prod', '--region', 'eu-west-1', '--namespace', 'trading'];
const NODES = ['--role', 'EgressNodes', '--security-groups', 'sg-0123456789abcdef0,sg-0fedcba9876543210'];
export const KARPENTER = ['karpenter', '-e', 'prod', '--region', 'eu-west-1', ...NODES, '--ami', 'al2023@v20261101'];

/** Every kind in every form that changes its fields; nobody is asked. */
export const KINDS: Readonly<Record<string, readonly string[]>> = {
  deployment: ['deployment', KEY, ...WHERE, ...SAID, ...IMAGE],
  'deployment by IRSA': ['deployment', KEY, ...WHERE, ...SAID, ...IMAGE, '--role-arn', ROLE],
  'external-secret': ['external-secret', KEY, ...WHERE, ...SAID, ...IMAGE, '--role-arn', ROLE],
  'secret-provider-class': ['secret-provider-class', KEY, ...WHERE, ...SAID, ...IMAGE],
  'secret-provider-class by IRSA': ['secret-provider-class', KEY, ...WHERE, ...SAID, ...IMAGE, '--role-arn', ROLE],
  'network-policy': ['network-policy', KEY, ...WHERE, ...SAID],
  'network-policy of ranges': ['network-policy', KEY, ...WHERE, ...SAID, '--cidrs', '203.0.113.0/24,10.0.0.0/16'],
  'network-policy by name': [
    'network-policy',
    KEY,
    ...WHERE,
    ...SAID,
    '--engine',
    'cilium',
    '--hosts',
    'api.xxkk.example',
  ],
  'cilium-egress-gateway': ['cilium-egress-gateway', KEY, ...WHERE, ...SAID],
  karpenter: [...KARPENTER, '--subnets', 'subnet-0123456789abcdef0,subnet-0fedcba9876543210'],
  'karpenter with Bottlerocket': [
    ...[...KARPENTER.slice(0, -1), 'bottlerocket@1.50.0'],
    ...['--subnets', 'subnet-0123456789abcdef0', '--architecture', 'arm64'],
  ],
};

// biome-ignore lint/suspicious/noExplicitAny: whatever was printed
export type Printed = any;

export const kubernetes = (args: readonly string[], options?: CliOptions) => runCli(['kubernetes', ...args], options);

export async function printed(args: readonly string[], options?: CliOptions): Promise<string> {
  const { code, stdout, stderr } = await kubernetes(args, options);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

export function objectsIn(text: string): Printed[] {
  return parseAllDocuments(text).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS();
  });
}

export async function objects(kind: string): Promise<Printed[]> {
  return objectsIn(await printed(KINDS[kind]));
}

/** The one object of a kind. */
export function one(list: readonly Printed[], kind: string): Printed {
  const found = list.filter((object) => object.kind === kind);
  expect(found).toHaveLength(1);
  return found[0];
}
