// The lock is what the regions publish, and every exchange has been told of every address that may be used.
import { Writable } from 'node:stream';
import { InputError } from '../../../contract/errors';
import { exchangesOf, type LockDocument } from '../../../contract/lock';
import { TOLD_COMMAND } from '../../../contract/lock/commands';
import { compareLock } from '../allowlist/compare-lock';
import { openExistingLock, openLockIfAny } from '../allowlist/lock-file';
import { readRegions } from '../allowlist/read-regions';
import { chosenRegions } from '../allowlist/regions';
import type { Session, Values } from '../command';
import { Output } from '../output/output';
import type { Unmet } from './unmet';

export interface LockCondition {
  /** Undefined where there is no lock. */
  readonly file?: string;
  unmet(exchanges: readonly string[]): Promise<Unmet[]>;
}

/** The region answers again, or is being deployed; the file is being written. Not so a problem of credentials. */
const mayPass = ({ code }: InputError) => !code.startsWith('AWS_');

/**
 * Reads everything once: what cannot be read from the start is not waited for.
 * @throws Failure as `openLockIfAny`, `chosenRegions` and `readRegions` do.
 */
export async function lockCondition(session: Session, { options }: Pick<Values, 'options'>): Promise<LockCondition> {
  const { document, path: file } = openLockIfAny(session, options);
  if (document === undefined) {
    session.output.warn(`there is no lock file ${file}, so what the regions publish is not compared with one`);
    return { unmet: async () => [] };
  }
  const chosen = await chosenRegions(session, options.regions);
  // traffic of the ring leaves there, whatever else is left out
  const regions = [...new Set([...chosen, session.ring.region])].sort();
  await readRegions(session, regions, session);
  return {
    file,
    async unmet(exchanges) {
      try {
        // again each time: it may be edited, and half written, while the gate waits
        const { document: lock } = openExistingLock(session, { lock: file });
        return [...(await differences(silenced(session), lock, regions)), ...untold(lock, exchanges)];
      } catch (error) {
        if (!(error instanceof InputError) || !mayPass(error)) throw error;
        return [{ condition: 'lock', subject: file, code: error.code, detail: error.message }];
      }
    },
  };
}

async function differences(session: Session, lock: LockDocument, regions: readonly string[]): Promise<Unmet[]> {
  const documents = await readRegions(session, regions, session);
  return compareLock(lock, { regions, documents }).map(({ code, region, address, words }) => ({
    condition: 'lock',
    subject: `${region} ${address}`,
    code,
    detail: words,
  }));
}

function untold({ regions }: LockDocument, exchanges: readonly string[]): Unmet[] {
  const inUse = Object.values(regions)
    .flat()
    .filter(({ role }) => role !== 'draining');
  return exchanges.flatMap((exchange) =>
    inUse
      .filter((entry) => !exchangesOf(entry).includes(exchange))
      .map(
        ({ address, availabilityZone }): Unmet => ({
          condition: 'lock',
          subject: `${exchange} ${address}`,
          code: 'not-told',
          detail: `the lock does not say that ${exchange} lets in the address of ${availabilityZone}; when it does, run '${TOLD_COMMAND}'`,
        }),
      ),
  );
}

/** The same reading every ten seconds is told once. Its progress listens to a signal of its own, so that listeners do not pile up. */
function silenced(session: Session): Session {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const output = new Output(nowhere, nowhere, session.output.look);
  return { ...session, output, context: { ...session.context, stderr: nowhere, signal: new AbortController().signal } };
}
