// What is wrong with how a function with a key runs.
import { CfnFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { finding } from '../../core/config-error';
import { AppResources, part } from './app-resources';
import { AttachableKey } from './attachable-key';
import { warnOfUnwatchedLogs } from './log-group-advice';
import { plainSecretFindings } from './plain-secrets';
import { placeFindings } from './subnet-findings';

export interface AttachedFunction {
  readonly key: AttachableKey;
  readonly fn: LambdaFunction;
  readonly prefix: string;
}

export function functionFindings(app: AppResources, { key, fn, prefix }: AttachedFunction): string[] {
  const by = app.of(fn.node.defaultChild as CfnFunction);
  const { VpcConfig, Environment, LoggingConfig, CapacityProviderConfig: ownMachines } = by.properties;
  const { SubnetIds, SecurityGroupIds, Ipv6AllowedForDualStack: dualStack } = part(VpcConfig);
  // without a group of its own Lambda makes one, which nobody looks through
  warnOfUnwatchedLogs(key, by, part(LoggingConfig).LogGroup ?? null);
  const findings = placeFindings(app, key, {
    by,
    what: 'a function',
    subnets: SubnetIds,
    securityGroups: SecurityGroupIds,
  });
  if (ownMachines !== undefined) {
    findings.push(
      finding(
        'WORKLOAD_OUTSIDE_EGRESS_NETWORK',
        `function '${fn.node.path}' with key '${key.keyName}' runs on machines of a capacity provider, whose subnets are not read here; leave 'capacityProviderConfig' out`,
      ),
    );
  }
  if (dualStack !== undefined && dualStack !== false) {
    findings.push(
      finding(
        'WORKLOAD_OUTSIDE_EGRESS_NETWORK',
        `function '${fn.node.path}' with key '${key.keyName}' may leave by IPv6 (ipv6AllowedForDualStack), whose addresses no exchange knows; set it to false`,
      ),
    );
  }
  return [...findings, ...plainSecretFindings(key, fn.node.path, prefix, namesOf(Environment))];
}

/** Undefined for a map that is a token as a whole; the settings of the key are always in it. */
function namesOf(environment: unknown): string[] | undefined {
  const names = Object.keys(part(part(environment).Variables));
  return names.length > 0 && !names.some((name) => name === 'Ref' || name.startsWith('Fn::')) ? names : undefined;
}
