// Asks every region the same question. A region without an answer is a failure: the answer would look complete without it.

import { InputError, withCode } from '../../../contract/errors';
import type { AwsClients } from '../aws/clients';
import type { AccountSession } from '../command';
import { Failure } from '../failure';
import { Progress } from '../output/progress';

/** Questions under way at a time. */
const AT_ONCE = 8;

export interface RegionalQuestion<T> {
  /** What is read, in the plural: `allowlists`. */
  readonly what: string;
  readonly ask: (aws: AwsClients, region: string) => Promise<T>;
}

/**
 * The answers, in the order of the regions.
 * @throws Failure `REGIONS_UNREADABLE`, after a line with the reason of each region; a failure of the credentials as it is.
 */
export async function inRegions<T>(
  session: AccountSession,
  regions: readonly string[],
  { what, ask }: RegionalQuestion<T>,
): Promise<T[]> {
  const { context, output, aws } = session;
  const progress = new Progress(context.stderr, output, `reading ${what}`, regions);
  // one look-up of credentials for all regions: it may ask for a code, or take seconds
  const { credentials } = aws.ssm.config;
  context.signal.addEventListener('abort', () => progress.end(), { once: true });
  const answers = new Map<string, T>();
  const refused = new Map<string, InputError>();
  const waiting = [...regions];
  const askNext = async (): Promise<void> => {
    for (let region = waiting.shift(); region !== undefined; region = waiting.shift()) {
      try {
        answers.set(region, await ask(context.connect({ ...aws.connection, credentials, region }), region));
      } catch (error) {
        if (!(error instanceof InputError) || error.code.startsWith('AWS_CREDENTIALS')) throw error;
        refused.set(region, error);
      }
      progress.done(region);
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, askNext));
  } finally {
    waiting.length = 0;
    progress.end();
  }
  for (const region of regions) {
    const error = refused.get(region);
    if (error) output.say(`${region}: ${withCode(error)}`);
  }
  if (refused.size > 0) throw unreadable(what, regions, refused);
  return regions.map((region) => answers.get(region) as T);
}

function unreadable(what: string, regions: readonly string[], refused: ReadonlyMap<string, InputError>): Failure {
  const without = regions.filter((region) => refused.has(region));
  const rest = regions.filter((region) => !refused.has(region));
  return new Failure(
    'REGIONS_UNREADABLE',
    `${what} could not be read in ${without.join(', ')}, and without a region addresses may be missing; run again when it ` +
      `can be read, or leave out on purpose what is not in use: --regions ${rest.join(',') || '<list>'}`,
  );
}
