// The options of the commands that print manifests, and how their values are read: nothing unchecked gets into a manifest.
import { parseSecurityGroupId, parseSubnetId } from '../../../contract/aws-ids';
import { parseCidr } from '../../../contract/cidr';
import { quoted } from '../../../contract/quoted';
import { loaderVariables } from '../../../contract/workload';
import { parseNamespace, parseServiceAccount } from '../../../contract/workload/service-account-name';
import { listOption } from '../allowlist/lock-options';
import type { OptionText } from '../command';
import { EXIT } from '../exit-codes';
import { asUsage, Failure } from '../failure';

export const WORKLOAD_OPTIONS: readonly OptionText[] = [
  { flags: '--namespace <name>', description: 'namespace of the workload' },
  {
    flags: '--service-account <name>',
    description: "its service account (default: the key's purpose and instance, trader-bot-a)",
  },
  { flags: '--role-arn <arn>', description: 'role of the service account, for IRSA (default: EKS Pod Identity)' },
  {
    flags: '--prefix <text>',
    description: "what the loader's variables begin with, as it was attached (default: the exchange's name, XXKK)",
  },
  { flags: '--exchange <name>', description: 'say what the key is instead of asking AWS: its exchange,' },
  { flags: '--permissions <list>', description: 'its permissions, read,trade,' },
  { flags: '--overlap-hours <hours>', description: 'and its overlap; all three, or none' },
];

export const IMAGE_OPTION: OptionText = {
  flags: '--image <image>',
  description: "the workload's container image, best with its digest",
};

type Options = Readonly<Record<string, unknown>>;

/** @throws Failure `KUBERNETES_OPTION_MISSING`. */
export function required(options: Options, name: string, flag: string, example: string): string {
  const value = options[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new Failure('KUBERNETES_OPTION_MISSING', `${flag} is missing; add it, for example ${flag} ${example}`, {
    exitCode: EXIT.usage,
  });
}

/** A text of the option's form. @throws Failure `KUBERNETES_OPTION_MALFORMED`. */
export function formed(flag: string, value: string, form: RegExp, example: string): string {
  if (form.test(value)) return value;
  throw new Failure(
    'KUBERNETES_OPTION_MALFORMED',
    `${flag} ${quoted(value)} is not one; write for example ${example}`,
    {
      exitCode: EXIT.usage,
    },
  );
}

export function namespaceOption(options: Options): string {
  return asUsage(() => parseNamespace(required(options, 'namespace', '--namespace', 'trading')));
}

export function serviceAccountOption({ serviceAccount }: Options, otherwise: string): string {
  return asUsage(() => parseServiceAccount(String(serviceAccount ?? otherwise)));
}

/** @throws Failure `LOADER_PREFIX_MALFORMED`. */
export function prefixOption({ prefix }: Options): string | undefined {
  if (prefix === undefined) return undefined;
  asUsage(() => loaderVariables(String(prefix)));
  return String(prefix);
}

const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/;

export function roleArnOption({ roleArn }: Options): string | undefined {
  if (roleArn === undefined) return undefined;
  return formed('--role-arn', String(roleArn), ROLE_ARN, 'arn:aws:iam::111122223333:role/TraderBot');
}

const IMAGE = /^[a-z0-9][a-zA-Z0-9._/:@-]{0,499}$/;
const IMAGE_EXAMPLE = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/trader-bot@sha256:<digest>';

export function imageOption(options: Options): string {
  return formed('--image', required(options, 'image', '--image', IMAGE_EXAMPLE), IMAGE, IMAGE_EXAMPLE);
}

/** Ranges as they were given, each once. */
export function cidrsOption({ cidrs }: Options): string[] | undefined {
  const given = listOption('--cidrs', cidrs);
  return given && [...new Set(given.map((cidr) => asUsage(() => parseCidr(cidr).text)))];
}

const HOST = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

export function hostsOption({ hosts }: Options): string[] | undefined {
  return listOption('--hosts', hosts)?.map((host) => formed('--hosts', host, HOST, 'api.xxkk.example,ws.xxkk.example'));
}

export function subnetsOption({ subnets }: Options): string[] | undefined {
  return listOption('--subnets', subnets)?.map((id) => asUsage(() => parseSubnetId(id)));
}

export function securityGroupsOption(options: Options): string[] {
  const text = required(options, 'securityGroups', '--security-groups', 'sg-0123456789abcdef0,sg-0fedcba9876543210');
  return (listOption('--security-groups', text) ?? []).map((id) => asUsage(() => parseSecurityGroupId(id)));
}
