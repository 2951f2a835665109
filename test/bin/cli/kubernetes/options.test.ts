// What is refused before anybody is asked, each with its code.
import { IMAGE, KARPENTER, KINDS, kubernetes, WHERE } from './support';

const SUBNETS = ['--subnets', 'subnet-0123456789abcdef0'];
const POLICY = KINDS['network-policy'];
const without = (args: readonly string[], flag: string) => {
  const index = args.indexOf(flag);
  return [...args.slice(0, index), ...args.slice(index + 2)];
};
const withValue = (args: readonly string[], flag: string, value: string) => [...without(args, flag), flag, value];

test.each<[string, readonly string[]]>([
  ['KUBERNETES_OPTION_MISSING', without(POLICY, '--namespace')],
  ['KUBERNETES_OPTION_MISSING', without(KINDS.deployment, '--image')],
  ['KUBERNETES_OPTION_MISSING', without(KINDS['external-secret'], '--role-arn')],
  ['KUBERNETES_OPTION_MISSING', without([...KARPENTER, ...SUBNETS], '--security-groups')],
  ['KUBERNETES_OPTION_MISSING', without([...KARPENTER, ...SUBNETS], '--ami')],
  ['KUBERNETES_OPTION_MISSING', without([...KARPENTER, ...SUBNETS], '--role')],
  ['KUBERNETES_KEY_HALF_SAID', without(POLICY, '--exchange')],
  ['KUBERNETES_KEY_HALF_SAID', without(POLICY, '--permissions')],
  ['KUBERNETES_KEY_HALF_SAID', without(POLICY, '--overlap-hours')],
  ['KUBERNETES_OPTION_MALFORMED', withValue(POLICY, '--overlap-hours', '12')],
  ['KUBERNETES_OPTION_MALFORMED', withValue(POLICY, '--overlap-hours', '24h')],
  ['KUBERNETES_OPTION_MALFORMED', withValue(POLICY, '--engine', 'calico')],
  ['KUBERNETES_OPTION_MALFORMED', withValue(KINDS['network-policy by name'], '--hosts', 'api.xxkk.example,*.evil')],
  ['KUBERNETES_OPTION_MALFORMED', withValue(KINDS.deployment, '--image', 'bot:1\nevil: yes')],
  [
    'KUBERNETES_OPTION_MALFORMED',
    withValue(KINDS['external-secret'], '--role-arn', 'arn:aws:iam::111122223333:role/*'),
  ],
  ['KUBERNETES_OPTION_MALFORMED', withValue([...KARPENTER, ...SUBNETS], '--ami', 'al2023@latest')],
  ['KUBERNETES_OPTION_MALFORMED', withValue([...KARPENTER, ...SUBNETS], '--role', 'path/Role')],
  ['KUBERNETES_OPTION_MALFORMED', [...KARPENTER, ...SUBNETS, '--architecture', 'x86']],
  ['KUBERNETES_OPTION_UNUSED', [...POLICY, '--hosts', 'api.xxkk.example']],
  ['KUBERNETES_OPTION_UNUSED', [...POLICY, '--file', 'exchange.json']],
  ['KUBERNETES_OPTION_UNUSED', [...KINDS['network-policy by name'], '--cidrs', '203.0.113.0/24']],
  ['NAMESPACE_MALFORMED', withValue(POLICY, '--namespace', '*')],
  ['NAMESPACE_RESERVED', withValue(POLICY, '--namespace', 'kube-system')],
  ['SERVICE_ACCOUNT_MALFORMED', [...POLICY, '--service-account', 'bot*']],
  ['SERVICE_ACCOUNT_RESERVED', [...POLICY, '--service-account', 'default']],
  ['LOADER_PREFIX_MALFORMED', [...POLICY, '--prefix', 'xxkk']],
  ['EXCHANGE_NAME_MALFORMED', withValue(POLICY, '--exchange', 'X')],
  ['PERMISSION_UNKNOWN', withValue(POLICY, '--permissions', 'read,everything')],
  ['LIST_MALFORMED', withValue(POLICY, '--permissions', 'read,,trade')],
  ['SUBNET_ID_MALFORMED', [...KARPENTER, '--subnets', 'subnet-1']],
  ['SECURITY_GROUP_ID_MALFORMED', withValue([...KARPENTER, ...SUBNETS], '--security-groups', 'sg-1')],
  ['CIDR_HOST_BITS_SET', withValue(KINDS['network-policy of ranges'], '--cidrs', '203.0.113.1/24')],
  ['KEY_OF_OTHER_ENVIRONMENT', ['network-policy', 'dev-trader-bot-a', ...WHERE]],
  ['KEY_NAME_MALFORMED', ['deployment', 'trader', ...WHERE, ...IMAGE]],
])('%s: %j', async (code, args) => {
  const { code: exit, stdout, stderr } = await kubernetes(args);
  expect(stderr).toContain(`[${code}]`);
  expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
});
