// What `allowlist lock` is asked to do besides following what is deployed.
import { annotateLock, type LockAnnotation, type LockDocument, type MergeOptions } from '../../../contract/lock';
import { quoted } from '../../../contract/quoted';
import type { OptionText } from '../command';
import { EXIT } from '../exit-codes';
import { Failure } from '../failure';
import { addressesUnclear, dayOption, listOption } from './lock-options';

export const WISH_OPTIONS: readonly OptionText[] = [
  { flags: '--drain <list>', description: 'standby addresses that are to leave' },
  { flags: '--restore <list>', description: 'draining addresses that are to be used again' },
  { flags: '--drop <list>', description: 'addresses to forget: not deployed, and known to no exchange' },
  { flags: '--removed-region <list>', description: 'regions of the lock that are not deployed any more' },
  { flags: '--retire-days <days>', description: 'days until what begins to drain should be gone (default: 30)' },
  { flags: '--address <list>', description: 'addresses that the next three are about (default: those of --drain)' },
  { flags: '--retire-after <day>', description: 'first day on which they should be gone, 2026-11-22' },
  { flags: '--reason <text>', description: 'why they are there, or why they go' },
  { flags: '--approved-by <text>', description: 'ticket or pull request of whoever agreed' },
];

export interface Wishes {
  readonly merge: MergeOptions;
  /** What to write on which addresses. */
  readonly note?: { readonly addresses: readonly string[]; readonly annotation: LockAnnotation };
}

/** An annotation for the list of changes. */
export interface NoteChange {
  readonly kind: 'annotated';
  readonly region: string;
  readonly availabilityZone: string;
  readonly address: string;
  readonly words: string;
}

/** @throws Failure `LIST_MALFORMED`, `DAY_MALFORMED`, `ADDRESSES_UNCLEAR`. */
export function wishesOf(options: Readonly<Record<string, unknown>>, today: string): Wishes {
  const merge: MergeOptions = {
    today,
    ...(options.retireDays !== undefined && { retireDays: wholeDays(String(options.retireDays)) }),
    drain: listOption('--drain', options.drain),
    restore: listOption('--restore', options.restore),
    drop: listOption('--drop', options.drop),
    removedRegions: listOption('--removed-region', options.removedRegion),
  };
  return { merge, note: noteOf(options, merge) };
}

function noteOf(options: Readonly<Record<string, unknown>>, { today, drain }: MergeOptions): Wishes['note'] {
  const retireAfter = dayOption('--retire-after', options.retireAfter);
  const [reason, approvedBy] = [textOption(options.reason), textOption(options.approvedBy)];
  const named = listOption('--address', options.address);
  const isAny = [retireAfter, reason, approvedBy].some((value) => value !== undefined);
  if (!isAny && named === undefined) return undefined;
  if (!isAny) {
    throw addressesUnclear(
      '--address says what --retire-after, --reason and --approved-by are about, and none of them was given',
      'add one of them, or leave it out',
    );
  }
  const addresses = named ?? drain;
  if (addresses === undefined) {
    throw addressesUnclear(
      '--retire-after, --reason and --approved-by are about addresses, and none was given',
      'add --address',
    );
  }
  return { addresses, annotation: { today, retireAfter, reason, approvedBy } };
}

const textOption = (given: unknown) => (given === undefined ? undefined : String(given));

/** @throws InputError as `annotateLock` does. */
export function withNote(lock: LockDocument, note: Wishes['note']): { document: LockDocument; changes: NoteChange[] } {
  if (note === undefined) return { document: lock, changes: [] };
  const document = annotateLock(lock, note, note.annotation);
  const changes = Object.entries(document.regions).flatMap(([region, entries]) =>
    entries.flatMap((entry): NoteChange[] => {
      const old = lock.regions[region].find(({ address }) => address === entry.address);
      const said = (['retireAfter', 'reason', 'approvedBy'] as const)
        .filter((key) => entry[key] !== old?.[key])
        .map((key) => `${key} '${entry[key]}'${old?.[key] === undefined ? '' : `, was '${old[key]}'`}`);
      const { availabilityZone, address } = entry;
      if (said.length === 0) return [];
      return [
        {
          kind: 'annotated',
          region,
          availabilityZone,
          address,
          words: `${availabilityZone} ${address}: ${said.join('; ')}`,
        },
      ];
    }),
  );
  return { document, changes };
}

/** @throws Failure `LOCK_RETIRE_DAYS`. */
function wholeDays(given: string): number {
  if (/^\d{1,3}$/.test(given) && Number(given) >= 1 && Number(given) <= 365) return Number(given);
  throw new Failure('LOCK_RETIRE_DAYS', `--retire-days is ${quoted(given)}; write a whole number from 1 to 365`, {
    exitCode: EXIT.usage,
  });
}
