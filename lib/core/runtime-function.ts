// A Lambda function out of one prebuilt bundle, with its own role and its own log group.
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { ISecurityGroup, ISubnet, IVpc } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
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

/** Subnets and security group of a function inside a VPC. */
export interface FunctionPlace {
  readonly vpc: IVpc;
  readonly subnets: ISubnet[];
  readonly securityGroup: ISecurityGroup;
}

export class RuntimeFunction extends LambdaFunction {
  constructor(scope: Construct, id: string, props: RuntimeFunctionProps) {
    const logGroup = functionLogGroup(scope, `${id}Logs`);
    const role = functionRole(scope, `${id}Role`, logGroup);
    if (props.place) role.addToPolicy(networkInterfaces());
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
      ...(props.place && {
        vpc: props.place.vpc,
        vpcSubnets: { subnets: props.place.subnets },
        securityGroups: [props.place.securityGroup],
      }),
      loggingFormat: LoggingFormat.JSON,
      logGroup,
      role,
    });
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

/** What Lambda needs to put a function into a VPC; these actions know no resource (Service Authorization Reference). */
function networkInterfaces(): PolicyStatement {
  return new PolicyStatement({
    actions: [
      'ec2:CreateNetworkInterface',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSubnets',
      'ec2:DeleteNetworkInterface',
      'ec2:AssignPrivateIpAddresses',
      'ec2:UnassignPrivateIpAddresses',
    ],
    resources: ['*'],
  });
}
