// Said of a workload that nothing in the app starts, so that nobody can tell where it runs; and the way to accept that.
import { CfnResource, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { requireConcrete } from '../../core/checks';
import { finding } from '../../core/config-error';
import { AppResource } from './app-resources';
import { AttachableKey } from './attachable-key';

export function placementUnknown(key: AttachableKey, what: string, missing: string, example: string): string {
  return finding(
    'WORKLOAD_PLACEMENT_UNKNOWN',
    `${what} has key '${key.keyName}', and ${missing} in this app runs it, so that nobody knows from which addresses it calls the exchange; define what runs it here, or say in 'acknowledgePlacement' what keeps it in the workload subnets (for example for ${example})`,
  );
}

/** Said of what starts the workload, or could, in a way that is not read here. */
export function starterUnknown(key: AttachableKey, what: string, { resource, type }: AppResource): string {
  return finding(
    'WORKLOAD_PLACEMENT_UNKNOWN',
    `'${resource.node.path}' (${type}) names ${what}, which has key '${key.keyName}', and where it starts the workload cannot be read from it; say in 'acknowledgePlacement' what keeps it in the workload subnets`,
  );
}

/** A reason as it was given, undefined for none or a blank one. It is written into the metadata of the workload's template. */
export function recordReason(
  key: AttachableKey,
  workload: IConstruct,
  prop: string,
  given?: string,
): string | undefined {
  const reason = given === undefined ? undefined : requireConcrete(key.construct, prop, given).trim();
  if (!reason) return undefined;
  const name = `exchange-keys:${prop}:${key.keyName}`;
  const { defaultChild } = workload.node;
  if (defaultChild && CfnResource.isCfnResource(defaultChild)) defaultChild.addMetadata(name, reason);
  // an imported role has no resource
  else Stack.of(workload).addMetadata(name, reason);
  return reason;
}
