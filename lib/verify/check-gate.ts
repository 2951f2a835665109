// Refuses what a gate could not be run with. A step is no construct, so that there is no place to name.
import { Duration, Token } from 'aws-cdk-lib';
import { parseRegion } from '../../contract/availability-zone';
import { environmentsWith, parseEnvironment } from '../../contract/environment';
import { InputError } from '../../contract/errors';
import { quoted } from '../../contract/quoted';
import type { AllowlistGateProps } from './allowlist-gate';

const MOST_MINUTES = 480;
const USUAL_MINUTES = 45;
/** It becomes part of a command. */
const PATH = /^[A-Za-z0-9._@+-]+(\/[A-Za-z0-9._@+-]+)*$/;
const VERSION = /^[0-9A-Za-z][0-9A-Za-z.+-]*$/;
const ROLE_ARN = /^arn:[a-z-]+:iam::[0-9]{12}:role\/[\w+=,.@/-]+$/;

/** What of a gate's props becomes part of commands and policies. */
export interface CheckedGate {
  readonly environment: string;
  readonly region: string;
  readonly minutes: number;
  readonly lockFile?: string;
  readonly withoutProbes: boolean;
  readonly accessRoleArn?: string;
  readonly packageVersion?: string;
}

/** @throws InputError for everything that is wrong, see docs/faq.md. */
export function checkGate(props: AllowlistGateProps): CheckedGate {
  const { environment, region, lockFile, accessRoleArn, packageVersion } = props;
  for (const [name, value] of Object.entries({ environment, region, lockFile, accessRoleArn, packageVersion })) {
    if (!Token.isUnresolved(value)) continue;
    throw new InputError(
      'VALUE_UNKNOWN_AT_SYNTH',
      `'${name}' must be known at synth, got a token; give a literal value instead of a parameter or an attribute`,
    );
  }
  requireLockFile(props);
  requireText('accessRoleArn', accessRoleArn, ROLE_ARN, 'the ARN of one role, arn:aws:iam::<account>:role/<name>');
  requireText('packageVersion', packageVersion, VERSION, "a version such as '1.4.0', or a tag such as 'latest'");
  // which environments a project has added is not known here
  const extra = environmentsWith(environment);
  return {
    environment: parseEnvironment(environment, extra),
    region: parseRegion(region),
    minutes: minutesOf(props.timeout),
    lockFile,
    withoutProbes: props.withoutProbes ?? false,
    accessRoleArn,
    packageVersion,
  };
}

function requireLockFile({ lockFile, input }: AllowlistGateProps): void {
  const needed = "a path within 'input' of letters, digits, '.', '_', '@', '+', '-' and '/', such as egress.lock.json";
  requireText('lockFile', lockFile, PATH, needed);
  if (lockFile?.split('/').includes('..')) throw unusable('lockFile', lockFile, needed);
  if (lockFile === undefined || input !== undefined) return;
  throw new InputError(
    'GATE_LOCK_WITHOUT_INPUT',
    `'lockFile' is '${lockFile}' and there is no 'input' that holds it; pass the source of the pipeline as 'input'`,
  );
}

function requireText(prop: string, value: string | undefined, form: RegExp, needed: string): void {
  if (value !== undefined && !form.test(value)) throw unusable(prop, value, needed);
}

function unusable(prop: string, value: string, needed: string): InputError {
  return new InputError('GATE_VALUE_UNUSABLE', `'${prop}' of the gate is ${quoted(value)}; write ${needed}`);
}

function minutesOf(timeout: Duration | undefined): number {
  if (timeout === undefined) return USUAL_MINUTES;
  const minutes = timeout.isUnresolved() ? Number.NaN : timeout.toMinutes({ integral: false });
  if (Number.isInteger(minutes) && minutes >= 1 && minutes <= MOST_MINUTES) return minutes;
  throw new InputError(
    'GATE_TIMEOUT_UNUSABLE',
    `'timeout' of the gate is ${timeout.isUnresolved() ? 'a token' : timeout.toHumanString()}; give whole minutes from 1 minute to 8 hours`,
  );
}
