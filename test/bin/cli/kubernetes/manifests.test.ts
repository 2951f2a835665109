// What the manifests mean: one source of the key, nodes with static addresses, no rights, files that the loader accepts.
import { parse } from 'yaml';
import { loaderVariables, refreshDelay } from '../../../../contract/workload';
import { IMAGE, KEY, KINDS, objects, objectsIn, one, type Printed, printed, ROLE } from './support';

const MARK = { 'exchange-keys.io/egress': 'prod' };
const NAMES = loaderVariables('XXKK');

const deploymentOf = async (kind: string) => one(await objects(kind), 'Deployment');
const podOf = (deployment: Printed) => deployment.spec.template.spec;
const variablesOf = (deployment: Printed): Record<string, string> =>
  Object.fromEntries(podOf(deployment).containers[0].env.map(({ name, value }: Printed) => [name, value]));

const WITH_DEPLOYMENT = Object.keys(KINDS).filter((kind) => KINDS[kind].includes(IMAGE[0]));

describe.each(WITH_DEPLOYMENT)('%s', (kind) => {
  test('the pod selects and tolerates the nodes that Karpenter or an EgressNodeGroup marks', async () => {
    const pod = podOf(await deploymentOf(kind));
    const nodes = one(await objects('karpenter'), 'NodePool').spec.template;
    expect(pod.nodeSelector).toEqual(MARK);
    expect(nodes.metadata.labels).toEqual(MARK);
    const [taint] = nodes.spec.taints;
    expect(pod.tolerations).toEqual([{ ...taint, operator: 'Equal' }]);
    expect(pod).not.toHaveProperty('hostNetwork');
  });

  test('the pod has no rights, and one replica at a time', async () => {
    const deployment = await deploymentOf(kind);
    const pod = podOf(deployment);
    expect(pod.securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: 10001,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(pod.containers).toHaveLength(1);
    expect(pod.containers[0].securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(pod).toMatchObject({ automountServiceAccountToken: false, enableServiceLinks: false });
    expect(deployment.spec.strategy).toEqual({ type: 'Recreate' });
    expect(deployment.spec.selector.matchLabels).toEqual(deployment.spec.template.metadata.labels);
  });

  test('exactly one source of the key, and what the loader must know', async () => {
    const variables = variablesOf(await deploymentOf(kind));
    const sources = [NAMES.secretFile, NAMES.secretId, NAMES.apiKey].filter((name) => name in variables);
    expect(sources).toEqual([kind.startsWith('deployment') ? NAMES.secretId : NAMES.secretFile]);
    expect(variables).toMatchObject({
      XXKK_KEY_NAME: KEY,
      XXKK_KEY_PERMISSIONS: 'read,trade',
      XXKK_KEY_OVERLAP_HOURS: '24',
      XXKK_EXCHANGE_PARAMETER: '/exchange-keys/prod/exchange/xxkk',
      AWS_REGION: 'eu-west-1',
    });
  });

  test('no Kubernetes Secret and no value of a key is written', async () => {
    const text = await printed(KINDS[kind]);
    expect(text).not.toMatch(/^kind: Secret$/m);
    expect(text).not.toMatch(/API_KEY|API_SECRET|stringData/);
  });
});

test('deployment: variables under a prefix of their own', async () => {
  const text = await printed([...KINDS.deployment, '--prefix', 'XXKK_B']);
  const variables = Object.keys(variablesOf(one(objectsIn(text), 'Deployment')));
  expect(variables.filter((name) => !name.startsWith('XXKK_B_'))).toEqual(['AWS_REGION']);
});

/** As the loader checks it: nothing for others, no writing for the group. */
const accepted = (mode: number) => (mode & 0o027) === 0;

describe('external-secret', () => {
  test('asks for AWSCURRENT by name, as the service account, within a tenth of the overlap', async () => {
    const list = await objects('external-secret');
    const { spec } = one(list, 'ExternalSecret');
    expect(spec.data).toEqual([
      { secretKey: 'key.json', remoteRef: { key: `exchange-keys/prod/${KEY}`, version: 'AWSCURRENT' } },
    ]);
    const [, minutes] = /^(\d+)m$/.exec(spec.refreshInterval) ?? [];
    expect(Number(minutes) * 60_000).toBeLessThanOrEqual(refreshDelay(24, 1));
    expect(spec.target).toMatchObject({ name: 'trader-bot-a', deletionPolicy: 'Retain' });
    const account = one(list, 'ServiceAccount');
    expect(account.metadata.annotations).toEqual({ 'eks.amazonaws.com/role-arn': ROLE });
    expect(one(list, 'SecretStore').spec.provider.aws).toEqual({
      service: 'SecretsManager',
      region: 'eu-west-1',
      auth: { jwt: { serviceAccountRef: { name: account.metadata.name } } },
    });
  });

  test('the file is one that the loader accepts, and that the pod can read', async () => {
    const deployment = await deploymentOf('external-secret');
    const { secret } = podOf(deployment).volumes[0];
    expect(secret.secretName).toBe(one(await objects('external-secret'), 'ExternalSecret').spec.target.name);
    expect(accepted(secret.defaultMode)).toBe(true);
    expect(secret.defaultMode & 0o040).not.toBe(0);
    expect(podOf(deployment).securityContext.fsGroup).toBe(podOf(deployment).securityContext.runAsGroup);
    const [mount] = podOf(deployment).containers[0].volumeMounts;
    expect(mount).not.toHaveProperty('subPath');
    expect(variablesOf(deployment).XXKK_SECRET_FILE).toBe(`${mount.mountPath}/${secret.items[0].path}`);
  });
});

describe('secret-provider-class', () => {
  test.each([
    ['secret-provider-class', 'true'],
    ['secret-provider-class by IRSA', 'false'],
  ])('%s: AWSCURRENT by name, in a file that loader and pod can use', async (kind, usePodIdentity) => {
    const list = await objects(kind);
    const { parameters, secretObjects } = one(list, 'SecretProviderClass').spec;
    expect(secretObjects).toBeUndefined();
    expect(parameters).toMatchObject({ region: 'eu-west-1', usePodIdentity });
    const [file, ...others] = parse(parameters.objects);
    expect(others).toEqual([]);
    expect(file).toEqual({
      objectName: `exchange-keys/prod/${KEY}`,
      objectType: 'secretsmanager',
      objectVersionLabel: 'AWSCURRENT',
      objectAlias: 'key.json',
      filePermission: '0440',
    });
    expect(accepted(Number.parseInt(file.filePermission, 8))).toBe(true);
    const pod = podOf(one(list, 'Deployment'));
    // the driver's files belong to root and its group, whatever fsGroup says
    expect(pod.securityContext.supplementalGroups).toEqual([0]);
    expect(pod.volumes[0].csi.volumeAttributes.secretProviderClass).toBe(
      one(list, 'SecretProviderClass').metadata.name,
    );
  });

  test('says what renews the file, what to do without, and where driver and provider must run', async () => {
    const text = await printed(KINDS['secret-provider-class']);
    expect(text).toMatch(/^# THE FILE OF A RUNNING POD IS RENEWED ONLY WITH BOTH: 'mountedByCsiDriver: true'/m);
    expect(text).toMatch(/^# WITHOUT THE TWO leave enableSecretRotation off/m);
    expect(text).toContain('tolerations: [{ operator: Exists }]');
  });
});

describe('network-policy', () => {
  const egressOf = async (kind: string) => (await objects(kind))[0].spec.egress;

  test('selects the pods of the deployment', async () => {
    const { labels } = (await deploymentOf('deployment')).spec.template.metadata;
    expect((await objects('network-policy'))[0].spec.podSelector.matchLabels).toEqual(labels);
    expect((await objects('network-policy by name'))[0].spec.endpointSelector.matchLabels).toEqual(labels);
    const gateway = (await objects('cilium-egress-gateway'))[0].spec.selectors[0].podSelector.matchLabels;
    expect(gateway).toEqual({ ...labels, 'io.kubernetes.pod.namespace': 'trading' });
  });

  test('lets out DNS, TCP 443 and the Pod Identity agent only; nothing in', async () => {
    const [policy] = await objects('network-policy');
    expect(policy.spec).toMatchObject({ policyTypes: ['Ingress', 'Egress'], ingress: [] });
    const ports = policy.spec.egress.map(({ ports }: Printed) =>
      ports.map(({ protocol, port }: Printed) => `${protocol} ${port}`),
    );
    expect(ports).toEqual([['UDP 53', 'TCP 53'], ['TCP 443'], ['TCP 80']]);
    expect(policy.spec.egress[1].to).toEqual([{ ipBlock: { cidr: '0.0.0.0/0', except: ['169.254.0.0/16'] } }]);
    expect(policy.spec.egress[2].to).toEqual([{ ipBlock: { cidr: '169.254.170.23/32' } }]);
  });

  test('says what a DNS cache on the node needs', async () => {
    expect(await printed(KINDS['network-policy'])).toContain('169.254.20.10/32');
  });

  test('with ranges, 443 is open to these only', async () => {
    expect((await egressOf('network-policy of ranges'))[1].to).toEqual([
      { ipBlock: { cidr: '203.0.113.0/24' } },
      { ipBlock: { cidr: '10.0.0.0/16' } },
    ]);
  });

  test('by name: DNS answers and 443 for the exchange and the AWS endpoints', async () => {
    const [dns, https, agent] = await egressOf('network-policy by name');
    const names = ['api.xxkk.example', 'secretsmanager.eu-west-1.amazonaws.com', 'ssm.eu-west-1.amazonaws.com'];
    const matches = names.map((matchName) => ({ matchName }));
    expect(dns.toPorts[0].rules.dns).toEqual(matches);
    expect(https).toEqual({ toFQDNs: matches, toPorts: [{ ports: [{ port: '443', protocol: 'TCP' }] }] });
    expect(agent).toEqual({ toEntities: ['host'], toPorts: [{ ports: [{ port: '80', protocol: 'TCP' }] }] });
  });

  test('by name with IRSA: STS instead of the agent', async () => {
    const text = await printed([...KINDS['network-policy by name'], '--role-arn', ROLE]);
    expect(text).toContain('sts.eu-west-1.amazonaws.com');
    expect(text).not.toContain('toEntities');
  });
});

test('cilium-egress-gateway: the gateway is a marked node, and the limits are said', async () => {
  const text = await printed(KINDS['cilium-egress-gateway']);
  const [policy] = await objects('cilium-egress-gateway');
  expect(policy.spec).toMatchObject({
    destinationCIDRs: ['0.0.0.0/0'],
    egressGateway: { nodeSelector: { matchLabels: MARK } },
  });
  for (const limit of [
    'SECURITY GROUPS',
    'UDP 8472',
    'RACE AT START',
    'FAILURE',
    'IPv4 only',
    'bpf.masquerade',
    'kubeProxyReplacement',
    'CiliumEndpointSlice',
  ]) {
    expect(text).toContain(limit);
  }
});

test('karpenter: the subnets and groups by id, no public address, one hop, encrypted disks', async () => {
  const { spec } = one(await objects('karpenter'), 'EC2NodeClass');
  expect(spec).toMatchObject({
    subnetSelectorTerms: [{ id: 'subnet-0123456789abcdef0' }, { id: 'subnet-0fedcba9876543210' }],
    securityGroupSelectorTerms: [{ id: 'sg-0123456789abcdef0' }, { id: 'sg-0fedcba9876543210' }],
    associatePublicIPAddress: false,
    metadataOptions: { httpTokens: 'required', httpPutResponseHopLimit: 1 },
  });
  const bottlerocket = one(await objects('karpenter with Bottlerocket'), 'EC2NodeClass').spec.blockDeviceMappings;
  expect([spec.blockDeviceMappings.length, bottlerocket.length]).toEqual([1, 2]);
  for (const { ebs } of [...spec.blockDeviceMappings, ...bottlerocket]) expect(ebs.encrypted).toBe(true);
});

test.each(Object.keys(KINDS))('%s: comments first, none wider than the page', async (kind) => {
  const lines = (await printed(KINDS[kind])).split('\n');
  const end = lines.findIndex((line) => !line.startsWith('#'));
  expect(end).toBeGreaterThan(2);
  expect(lines[end]).toMatch(/^apiVersion: /);
  expect(lines.slice(end).filter((line) => line.startsWith('#'))).toEqual([]);
  expect(Math.max(...lines.slice(0, end).map(({ length }) => length))).toBeLessThanOrEqual(120);
});
