// `allowlist lock`: brings the lock file up to date with what is deployed.
import type { AllowlistDocument } from '../../../contract/allowlist';
import { type LockChange, type LockChangeKind, type LockDocument, mergeDeployed } from '../../../contract/lock';
import { confirm } from '../ask';
import type { AccountCommand, AccountSession } from '../command';
import { Failure } from '../failure';
import { day } from '../output/times';
import { type LockFile, openLock, saveLock } from './lock-file';
import { LOCK_OPTION } from './lock-options';
import { printLockResult } from './lock-result';
import { type NoteChange, WISH_OPTIONS, wishesOf, withNote } from './lock-wishes';
import { REGIONS_OPTION } from './options';
import { readRegions } from './read-regions';
import { refuseInUse } from './refuse-in-use';
import { chosenRegions } from './regions';
import { entriesIn } from './told-changes';

/** What takes trust or traffic away from an address, or says that it was elsewhere than the lock thought. */
const ASKED_ABOUT: readonly LockChangeKind[] = ['draining', 'dropped', 'moved', 'reallocated'];

export const lock: AccountCommand = {
  needs: 'account',
  usage: 'lock',
  summary: 'bring the lock file up to date with what is deployed',
  description:
    'Commit the file: synth then refuses a template that would drop or move an address it lists. ' +
    'Without a file the first run writes it. ' +
    'What is new comes in without a question; that an address drains, is dropped or has moved is asked about. ' +
    'Nothing is written when nothing has changed.',
  options: [
    REGIONS_OPTION,
    LOCK_OPTION,
    ...WISH_OPTIONS,
    { flags: '--accept-edited', description: 'take a lock that was edited by hand or merged, after a look at it' },
    { flags: '--dry-run', description: 'show what would change and write nothing' },
    { flags: '-y, --yes', description: 'do not ask for confirmation' },
  ],
  examples: [
    'lock -e prod',
    "lock -e prod --drain 203.0.113.10 --reason 'zone a is given up' --approved-by OPS-123",
    'lock -e prod --removed-region us-east-1 --dry-run',
  ],
  async run(session, { options }) {
    const wishes = wishesOf(options, day(session.context.now()));
    const file = openLock(session, { lock: options.lock, acceptEdited: options.acceptEdited === true });
    const merged = mergeDeployed(
      file.document,
      await readDeployed(session, file.document, { regions: options.regions, removed: wishes.merge.removedRegions }),
      wishes.merge,
    );
    await refuseInUse(session, merged.document, wishes.merge);
    const { document, changes: noted } = withNote(merged.document, wishes.note);
    const changes: Change[] = [...merged.changes, ...noted];
    if (file.edited) showEdited(session, document);
    const dryRun = options.dryRun === true;
    const shown = !dryRun && (await agree(session, { file, changes, yes: options.yes === true }));
    const written = !dryRun && saveLock(session, file, document);
    const next = nextSteps(session, file, changes, written);
    printLockResult(session, { file, written, changes, document, shown, next });
  },
};

type Change = LockChange | NoteChange;

/** A region that answers that it has no allowlist is what confirms that it was removed. */
async function readDeployed(
  session: AccountSession,
  before: LockDocument | undefined,
  { regions, removed = [] }: { readonly regions: unknown; readonly removed?: readonly string[] },
): Promise<AllowlistDocument[]> {
  const chosen = await chosenRegions(session, regions);
  const known = removed.filter((region) => Object.hasOwn(before?.regions ?? {}, region));
  try {
    return await readRegions(session, [...new Set([...chosen, ...known])].sort(), session);
  } catch (error) {
    const isNothing = error instanceof Failure && error.code === 'ALLOWLIST_NOT_DEPLOYED';
    if (before !== undefined && isNothing) return [];
    throw error;
  }
}

interface Proposal {
  readonly file: LockFile;
  readonly changes: readonly Change[];
  readonly yes: boolean;
}

/** Whether the changes were shown, because somebody was asked. */
async function agree(session: AccountSession, { file, changes, yes }: Proposal): Promise<boolean> {
  const { context, output } = session;
  const isNeeded = file.edited || changes.some(({ kind }) => (ASKED_ABOUT as readonly string[]).includes(kind));
  if (!isNeeded) return false;
  if (!yes) for (const { words } of changes) output.say(words);
  await confirm(context, { yes, question: `Write this to ${file.path}?`, what: `changing the lock ${file.path}` });
  return !yes;
}

/** The fields that no deployment confirms, for a person to read. */
function showEdited({ output }: AccountSession, document: LockDocument): void {
  output.warn('the lock was edited by hand or merged; what AWS does not know stays as it was edited:');
  for (const { availabilityZone, address, since, retireAfter, reason, approvedBy, told } of entriesIn(document)) {
    const fields = JSON.stringify({ since, retireAfter, reason, approvedBy, told });
    output.say(`  ${availabilityZone} ${address}: ${fields}`);
  }
}

function nextSteps(
  { environment }: AccountSession,
  file: LockFile,
  changes: readonly Change[],
  written: boolean,
): string[] {
  if (!written) return [];
  const request = `exchange-keys allowlist request -e ${environment} --exchange <name>`;
  const isForExchanges = changes.some(({ kind }) => ['added', 'draining', 'restored'].includes(kind));
  return [
    file.document === undefined
      ? "next: commit the file, and name it as 'lockFile' in exchange-keys.yaml, or pass it to the stacks as 'lock'"
      : 'next: commit the file',
    ...(isForExchanges ? [`next: '${request}' writes what to ask an exchange for`] : []),
  ];
}
