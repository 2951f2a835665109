// Validates Kubernetes objects against the schemas their projects publish; ES modules, hence a process of its own.
// In: a JSON list of objects. Out: a JSON list of { kind, valid, errors }.
import { readFileSync } from 'node:fs';

const ESO = '@kubernetes-models/external-secrets/_schemas/ComGithubExternalSecretsExternalSecretsApisExternalsecretsV1';
const CILIUM = '@kubernetes-models/cilium/_schemas/ComGithubCiliumCiliumPkgK8sApisCiliumIoV2';
const FILES = {
  'apps/v1 Deployment': 'kubernetes-models/_schemas/IoK8sApiAppsV1Deployment.js',
  'networking.k8s.io/v1 NetworkPolicy': 'kubernetes-models/_schemas/IoK8sApiNetworkingV1NetworkPolicy.js',
  'v1 ServiceAccount': 'kubernetes-models/_schemas/IoK8sApiCoreV1ServiceAccount.js',
  'external-secrets.io/v1 SecretStore': `${ESO}SecretStore.js`,
  'external-secrets.io/v1 ExternalSecret': `${ESO}ExternalSecret.js`,
  'cilium.io/v2 CiliumNetworkPolicy': `${CILIUM}CiliumNetworkPolicy.js`,
  'cilium.io/v2 CiliumEgressGatewayPolicy': `${CILIUM}CiliumEgressGatewayPolicy.js`,
  'karpenter.k8s.aws/v1 EC2NodeClass':
    '@kubernetes-models/karpenter/_schemas/ComGithubAwsKarpenterProviderAwsPkgApisV1EC2NodeClass.js',
  'karpenter.sh/v1 NodePool': '@kubernetes-models/karpenter/_schemas/IoK8sSigsKarpenterPkgApisV1NodePool.js',
};

const results = [];
for (const object of JSON.parse(readFileSync(0, 'utf8'))) {
  const kind = `${object.apiVersion} ${object.kind}`;
  const file = FILES[kind];
  if (file === undefined) {
    results.push({ kind, valid: undefined });
    continue;
  }
  const { validate } = await import(new URL(`../../node_modules/${file}`, import.meta.url));
  const valid = validate(object);
  results.push({ kind, valid, errors: validate.errors ?? [] });
}
console.log(JSON.stringify(results));
