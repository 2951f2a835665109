// What proves a ring's way out, in a nested stack: the egress check, an inside probe per zone, the outside probe.
import { Duration, NestedStack, Tags } from 'aws-cdk-lib';
import { PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { CfnEventInvokeConfig } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { pascalCaseZone } from '../../contract/availability-zone';
import { ALLOWLIST_REGIONS_VARIABLE, ENVIRONMENT_VARIABLE } from '../../contract/keys';
import {
  CLOSED_PATHS_VARIABLE,
  ECHO_SERVICES_VARIABLE,
  EXIT_ZONE_VARIABLE,
  LOCKED_ADDRESS_VARIABLE,
  NETWORKS_VARIABLE,
  PROBE_KEYS_VARIABLE,
  PROBE_MINUTES,
  ZONE_VARIABLE,
} from '../../contract/verify';
import { acknowledge } from '../core/acknowledge';
import { acknowledgePattern } from '../core/arn-pattern';
import { ENVIRONMENT_TAG } from '../core/environment-claim';
import { allowReadingSettings, publishedParameters } from '../core/reading-settings';
import { FunctionPlace, RuntimeFunction, RuntimeFunctionProps } from '../core/runtime-function';
import { createRateSchedule } from '../core/schedule';
import { markVerifying } from '../core/verifying-function';
import type { VerifyFunctions } from '../watch/ring-watch';
import type { CheckedProbes } from './check-probes';

/** A workload subnet, where an inside probe runs. */
export interface ProbeZone {
  readonly zone: string;
  /** Zone of the address that its traffic leaves from. */
  readonly exitZone: string;
  readonly place: FunctionPlace;
  /** Address of the exit zone in the lock; undefined without a lock. */
  readonly lockedAddress?: string;
}

/** What the ring tells its probes. */
export interface RingProbesProps {
  readonly checked: CheckedProbes;
  readonly zones: readonly ProbeZone[];
  /** Names of the probe keys, comma-separated, may be a token. */
  readonly keys: string;
}

export interface RingVerifyProps {
  readonly environment: string;
  /** True while the network may be away. */
  readonly suspended: boolean;
  /** As `publishedNetworks` writes them, may be a token. */
  readonly networks: string;
  /** Comma-separated, may be a token. */
  readonly allowlistRegions: string;
  /** Undefined for a ring without probes, and while it is suspended. */
  readonly probes?: RingProbesProps;
}

/** Nested, so that what it needs leaves the ring's own stack to the keys. */
export class RingVerify implements VerifyFunctions {
  public readonly egressCheck: RuntimeFunction;
  public readonly insideProbes: ReadonlyMap<string, RuntimeFunction>;
  public readonly outsideProbe?: RuntimeFunction;
  private readonly stack: NestedStack;

  constructor(
    ring: Construct,
    private readonly props: RingVerifyProps,
  ) {
    const { environment, probes } = props;
    this.stack = new NestedStack(ring, 'Verify', {
      description: `Egress check and probes of ${environment}: the proof of its way out`,
    });
    this.egressCheck = this.createEgressCheck();
    this.insideProbes = new Map(probes?.zones.map((zone) => [zone.zone, this.createInsideProbe(probes, zone)]));
    this.outsideProbe = probes && this.createOutsideProbe(probes);
  }

  /** ARNs of the roles that may read the probe keys, and nothing else of the ring's secrets. */
  public get probeRoleArns(): string[] {
    const probes = [...this.insideProbes.values(), ...(this.outsideProbe ? [this.outsideProbe] : [])];
    return probes.map(({ role }) => (role as Role).roleArn);
  }

  /** Outside every VPC: what it is to find would cut it off inside. */
  private createEgressCheck(): RuntimeFunction {
    const { environment, suspended } = this.props;
    const check = this.createScheduled('EgressCheck', {
      bundle: 'egress-check',
      description: `Compares addresses, NAT gateways and routes of ${environment} with what is published (cdk-exchange-keys)`,
      reservedConcurrentExecutions: suspended ? 0 : undefined,
      environment: { [NETWORKS_VARIABLE]: this.props.networks },
    });
    const role = check.role as Role;
    const parameters = publishedParameters(role, environment);
    const allow = (sid: string, actions: string[], resource: string) =>
      role.addToPolicy(new PolicyStatement({ sid, actions, resources: [resource] }));
    allow('ReadPublished', ['ssm:GetParameter', 'ssm:GetParametersByPath'], parameters);
    acknowledgePattern(role, parameters);
    const things = ['Addresses', 'AddressTransfers', 'NatGateways', 'RouteTables', 'Subnets', 'VpcEndpoints', 'Vpcs'];
    allow(
      'LookAtNetworks',
      things.map((thing) => `ec2:Describe${thing}`),
      '*',
    );
    acknowledge(
      role,
      { pack: 'AwsSolutions', rule: 'IAM5', detail: 'Resource::*' },
      'describe actions know no resource',
    );
    return check;
  }

  private createInsideProbe(
    probes: RingProbesProps,
    { zone, exitZone, place, lockedAddress }: ProbeZone,
  ): RuntimeFunction {
    return this.createProbe(`InsideProbe${pascalCaseZone(zone)}`, probes, {
      bundle: 'inside-probe',
      description: `Proves from ${zone} that ${this.props.environment} leaves by its static address, and by nothing else (cdk-exchange-keys)`,
      place,
      environment: {
        [ZONE_VARIABLE]: zone,
        [EXIT_ZONE_VARIABLE]: exitZone,
        ...(lockedAddress !== undefined && { [LOCKED_ADDRESS_VARIABLE]: lockedAddress }),
        [CLOSED_PATHS_VARIABLE]: JSON.stringify(probes.checked.closedPaths),
      },
    });
  }

  private createOutsideProbe(probes: RingProbesProps): RuntimeFunction {
    return this.createProbe('OutsideProbe', probes, {
      bundle: 'outside-probe',
      description: `Proves that the exchange refuses the probe keys of ${this.props.environment} elsewhere (cdk-exchange-keys)`,
    });
  }

  /** It reads its keys by the policies of their secrets and of the encryption key, as a workload does: its role has none. */
  private createProbe(
    id: string,
    { checked, keys }: RingProbesProps,
    props: Omit<RuntimeFunctionProps, 'timeout'>,
  ): RuntimeFunction {
    const { environment } = this.props;
    const probe = this.createScheduled(id, {
      ...props,
      environment: {
        ...props.environment,
        [PROBE_KEYS_VARIABLE]: keys,
        [ECHO_SERVICES_VARIABLE]: checked.echoServices.join(','),
      },
    });
    allowReadingSettings(probe.role as Role, environment);
    Tags.of(probe.role as Role).add(ENVIRONMENT_TAG, environment, { priority: 1000 });
    return probe;
  }

  private createScheduled(id: string, props: Omit<RuntimeFunctionProps, 'timeout'>): RuntimeFunction {
    const { environment, allowlistRegions } = this.props;
    const target = new RuntimeFunction(this.stack, id, {
      ...props,
      timeout: Duration.seconds(60),
      environment: {
        [ENVIRONMENT_VARIABLE]: environment,
        [ALLOWLIST_REGIONS_VARIABLE]: allowlistRegions,
        ...props.environment,
      },
    });
    markVerifying(target, environment);
    // No dead letters and no retries: a run that is missing is missed by its alarm, and the next one comes in five minutes.
    new CfnEventInvokeConfig(this.stack, `${id}Retries`, {
      functionName: target.functionName,
      qualifier: '$LATEST',
      maximumRetryAttempts: 0,
    });
    createRateSchedule(this.stack, id, {
      target,
      description: `Runs ${id} of the exchange API keys`,
      minutes: PROBE_MINUTES,
    });
    return target;
  }
}
