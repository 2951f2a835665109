// A Lambda function out of one prebuilt bundle, with its own role and its own log group.
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  CfnFunction,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge';
import { bundlePath } from './runtime-bundle';

/** The one place that names the Lambda runtime. */
const RUNTIME = Runtime.NODEJS_24_X;

export interface RuntimeFunctionProps {
  /** Name of the bundle: `runtime/<area>/<bundle>.handler.ts` becomes `assets/<bundle>/index.js`. */
  readonly bundle: string;
  /** What the function does, for whoever reads the template or the console. */
  readonly description: string;
  /** Longest run; the handler must give up before it. */
  readonly timeout: Duration;
  /** Plain configuration; never key material. @default none */
  readonly environment?: { [name: string]: string };
  /** Memory in MiB, and with it the share of a processor. @default 256 */
  readonly memorySize?: number;
  /** Where the function runs. @default outside every VPC */
  readonly place?: FunctionPlace;
  /** Most runs at once; 0 stops the function. @default no limit of its own */
  readonly reservedConcurrentExecutions?: number;
}

/** Where in a VPC a function runs, by ids. */
export interface FunctionPlace {
  readonly subnetIds: string[];
  readonly securityGroupIds: string[];
}

export class RuntimeFunction extends LambdaFunction {
  constructor(scope: Construct, id: string, props: RuntimeFunctionProps) {
    const logGroup = functionLogGroup(scope, `${id}Logs`);
    const role = functionRole(scope, `${id}Role`, logGroup);
    if (props.place) allowNetworkInterfaces(role);
    super(scope, id, {
      runtime: RUNTIME,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(bundlePath(scope, props.bundle)),
      description: props.description,
      timeout: props.timeout,
      memorySize: props.memorySize ?? 256,
      environment: { ...props.environment },
      reservedConcurrentExecutions: props.reservedConcurrentExecutions,
      loggingFormat: LoggingFormat.JSON,
      logGroup,
      role,
    });
    // By ids: the L2 property wants a VPC with subnets and route tables, none of which the function needs.
    if (props.place) (this.node.defaultChild as CfnFunction).vpcConfig = props.place;
  }
}

/** A log group with an end: 6 months, deleted with the stack. */
export function functionLogGroup(scope: Construct, id: string): LogGroup {
  return new LogGroup(scope, id, { retention: RetentionDays.SIX_MONTHS, removalPolicy: RemovalPolicy.DESTROY });
}

/** A role that may write to its own log group and nothing else; grants add to it. */
export function functionRole(scope: Construct, id: string, logGroup: LogGroup): Role {
  const role = new Role(scope, id, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  logGroup.grantWrite(role);
  return role;
}

/**
 * What Lambda needs to put a function into a VPC, and to take it out again: it deletes the network interfaces with the
 * function's role. These actions know no resource (Service Authorization Reference).
 */
export function allowNetworkInterfaces(role: Role): void {
  const actions = [
    'ec2:CreateNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ];
  role.addToPolicy(new PolicyStatement({ actions, resources: ['*'] }));
  acknowledge(role, { pack: 'AwsSolutions', rule: 'IAM5', detail: 'Resource::*' }, 'these actions know no resource');
}
