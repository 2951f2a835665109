// The only door from the library to Lambda: one prebuilt bundle, its own role, its own log group.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ConfigError } from './config-error';

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
}

export class RuntimeFunction extends LambdaFunction {
  constructor(scope: Construct, id: string, props: RuntimeFunctionProps) {
    const logGroup = functionLogGroup(scope, `${id}Logs`);
    const role = functionRole(scope, `${id}Role`, logGroup);
    super(scope, id, {
      runtime: RUNTIME,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(bundlePath(scope, props.bundle)),
      description: props.description,
      timeout: props.timeout,
      memorySize: 256,
      environment: { ...props.environment },
      loggingFormat: LoggingFormat.JSON,
      logGroup,
      role,
    });
  }
}

/** A log group with an end: 6 months, deleted with the stack. */
export function functionLogGroup(scope: Construct, id: string): LogGroup {
  return new LogGroup(scope, id, { retention: RetentionDays.SIX_MONTHS });
}

/** A role that may write to its own log group and nothing else; grants add to it. */
export function functionRole(scope: Construct, id: string, logGroup: LogGroup): Role {
  const role = new Role(scope, id, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  logGroup.grantWrite(role);
  return role;
}

/** `assets/` lies beside `package.json`, whether this file runs from `lib/` or from `dist/lib/`. */
function bundlePath(scope: Construct, bundle: string): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json')) && folder !== dirname(folder)) folder = dirname(folder);
  const path = join(folder, 'assets', bundle);
  if (!existsSync(join(path, 'index.js'))) {
    throw new ConfigError('BUNDLE_MISSING', `Lambda bundle '${bundle}' is not built; run 'npm run bundle'`, scope);
  }
  return path;
}
