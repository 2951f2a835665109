// Binds a key to the one workload that has it in a region, and tells the workload where its key is.
import { Stack } from 'aws-cdk-lib';
import { IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { IConstruct } from 'constructs';
import { loaderPrefix, loaderVariables } from '../../../contract/workload';
import { requireConcrete, requireRegion } from '../../core/checks';
import { ConfigError, checked } from '../../core/config-error';
import { environmentOf } from '../../core/environment-claim';
import { AttachableKey } from './attachable-key';
import { exchangeParameter } from './exchange-parameter';

/** Refuses a workload the key must not have; a second one of the same region among them. */
export function bindWorkload(key: AttachableKey, workload: IConstruct): void {
  const { construct, keyName, ring } = key;
  const other = environmentOf(workload);
  if (other !== undefined && other !== ring.environment) {
    throw new ConfigError(
      'WORKLOAD_OF_OTHER_ENVIRONMENT',
      `the key '${keyName}' is of environment '${ring.environment}', the workload '${workload.node.path}' is in a stack of '${other}'; use a key of '${other}'`,
      construct,
    );
  }
  const region = requireRegion(workload);
  if (region !== ring.region && !ring.replicaRegions.includes(region)) {
    throw new ConfigError(
      'REPLICA_MISSING',
      `workload '${workload.node.path}' is in ${region}, where key '${keyName}' has no copy; it is in ${[ring.region, ...ring.replicaRegions].join(', ')}: add the region to 'replicaRegions' of the ring`,
      construct,
    );
  }
  const before = key.attached.get(region);
  if (before !== undefined && before !== workload) {
    throw new ConfigError(
      'KEY_SHARED',
      `key '${keyName}' is attached to '${before.node.path}' in ${region} already and cannot be attached to '${workload.node.path}' as well; one key, one workload: add a key for the other one`,
      construct,
    );
  }
  key.attached.set(region, workload);
}

const PREFIXES = Symbol.for('cdk-exchange-keys.loader-prefixes');

type WithPrefixes = IConstruct & { [PREFIXES]?: Map<string, string> };

/** The prefixes under which something has keys. */
export function prefixesOf(running: IConstruct): string[] {
  return [...((running as WithPrefixes)[PREFIXES]?.keys() ?? [])];
}

/** The prefix of the key's variables in what runs; refuses one that another key has there. */
export function claimPrefix(key: AttachableKey, running: IConstruct, given?: string): string {
  const { construct, keyName, exchange } = key;
  const prefix = requireConcrete(construct, 'prefix', given ?? loaderPrefix(exchange.name));
  checked(construct, 'prefix', () => loaderVariables(prefix));
  const claimed = running as WithPrefixes;
  if (!claimed[PREFIXES]) Object.defineProperty(claimed, PREFIXES, { value: new Map() });
  const prefixes = claimed[PREFIXES] as Map<string, string>;
  const holder = prefixes.get(prefix);
  if (holder !== undefined) {
    throw new ConfigError(
      'LOADER_PREFIX_TAKEN',
      `'${running.node.path}' has key '${holder}' under prefix '${prefix}' already; ${holder === keyName ? 'attach a key once' : `give key '${keyName}' another 'prefix'`}`,
      construct,
    );
  }
  prefixes.set(prefix, keyName);
  return prefix;
}

/** What the workload is told, none of it secret. The source of the key is `secret`, or what the platform fills. */
export function workloadVariables(
  key: AttachableKey,
  workload: IConstruct,
  prefix: string,
  source: 'secret' | 'variables' | 'file',
): { readonly [name: string]: string } {
  const names = loaderVariables(prefix);
  const { echoUrl } = key.ring;
  return {
    ...(source === 'secret' && { [names.secretId]: key.secretName }),
    [names.keyName]: key.keyName,
    [names.keyPermissions]: key.permissions.join(','),
    [names.keyOverlapHours]: String(key.overlapHours),
    [names.exchangeParameter]: exchangeParameter(key, workload),
    ...(echoUrl !== undefined && { [names.echoUrl]: echoUrl }),
  };
}

/** Lets the workload read how its exchange is talked to. */
export function allowReadingExchange(key: AttachableKey, workload: IConstruct, role: IRole): void {
  const { account, partition, region } = Stack.of(workload);
  const name = exchangeParameter(key, workload);
  const arn = `arn:${partition}:ssm:${region}:${account}:parameter${name}`;
  role.addToPrincipalPolicy(new PolicyStatement({ actions: ['ssm:GetParameter'], resources: [arn] }));
}
