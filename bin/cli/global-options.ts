// The options of all commands, and what they are when they are not given.
import { environmentsWith, parseEnvironment } from '../../contract/environment';
import { ENVIRONMENT_VARIABLE } from '../../contract/keys';
import type { OptionText } from './command';
import type { Context } from './context';
import { EXIT } from './exit-codes';
import { asUsage, Failure } from './failure';
import type { Look } from './output/output';

export const GLOBAL_OPTIONS: readonly OptionText[] = [
  { flags: '-e, --environment <name>', description: `environment of the ring (default: ${ENVIRONMENT_VARIABLE})` },
  {
    flags: '--region <region>',
    description: 'region to ask: the home region of a ring (default: AWS_REGION, or that of the profile)',
  },
  { flags: '--profile <name>', description: 'profile of the AWS configuration (default: AWS_PROFILE)' },
  { flags: '--json', description: 'print results as JSON' },
  { flags: '--no-color', description: 'no colours; there are none without a terminal' },
];

export interface GlobalOptions {
  readonly environment?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly json?: boolean;
  readonly color?: boolean;
}

/** @throws Failure `ENVIRONMENT_MISSING`; as `parseEnvironment`. */
export function environmentOf({ environment }: GlobalOptions, { env }: Context): string {
  const name = environment ?? env[ENVIRONMENT_VARIABLE];
  if (!name) {
    throw new Failure(
      'ENVIRONMENT_MISSING',
      `no environment is named; add --environment, or set ${ENVIRONMENT_VARIABLE}`,
      {
        exitCode: EXIT.usage,
      },
    );
  }
  return asUsage(() => parseEnvironment(name, environmentsWith(name)));
}

export function lookOf({ json, color }: GlobalOptions, { stdout, stderr, env }: Context): Look {
  const terminal = stdout.isTTY === true && stderr.isTTY === true;
  return { json: json === true, color: terminal && color !== false && !env.NO_COLOR && env.TERM !== 'dumb' };
}
