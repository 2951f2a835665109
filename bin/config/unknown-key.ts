// Says what was probably meant by a key that is not allowed where it stands.
import { isAnyName, LEVELS, type Level, levelAt, levelPathFrom } from './levels';
import { nearest } from './nearest';
import { type Path, showKey, showPath, showPlace } from './show';

/** What to print about an unknown key, and the allowed key it stands for, if one is near. */
export interface UnknownKey {
  readonly text: string;
  readonly meant?: string;
}

const ownersOf = (key: string): Level[] => LEVELS.filter(({ keys }) => keys.includes(key));

/** Where the key belongs: the name of the child mapping if it is one of `parent`, else the whole path. */
const belongs = (key: string, owners: readonly Level[], parent: Path): string => {
  const places = owners.map((owner) => {
    const path = levelPathFrom(owner, parent);
    if (path.length === 0) return 'at the top level';
    const last = String(path.at(-1));
    const isChild = path.length === parent.length + 1 && parent.every((step, index) => step === path[index]);
    return `under '${isChild && !isAnyName(last) ? last : showPath(path)}'`;
  });
  return `${showKey(key)} belongs ${places.join(' or ')}`;
};

/** Explains the key of the mapping at `parent`. */
export const explainUnknownKey = (key: string, parent: Path): UnknownKey => {
  const text = `unknown key ${showKey(key)} at ${showPath([...parent, key])}`;
  const owners = ownersOf(key);
  if (owners.length > 0) return { text: `${text}; ${belongs(key, owners, parent)}` };
  const allowed = levelAt(parent)?.keys ?? [];
  const meant = nearest(key, allowed);
  if (meant !== undefined) return { text: `${text}; did you mean ${showKey(meant)}?`, meant };
  const elsewhere = nearest(key, [...new Set(LEVELS.flatMap(({ keys }) => keys))]);
  if (elsewhere !== undefined) {
    const hint = belongs(elsewhere, ownersOf(elsewhere), parent);
    return { text: `${text}; did you mean ${showKey(elsewhere)}? ${hint}` };
  }
  return { text: `${text}; allowed at ${showPlace(parent)}: ${allowed.join(', ')}` };
};

/** Whether the key has a meaning somewhere in the file. */
export const isKnownKey = (key: string): boolean => ownersOf(key).length > 0;
