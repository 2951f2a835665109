// Finds the word that was probably meant.
import { distance } from 'fastest-levenshtein';

const plain = (word: string): string => word.toLowerCase().replace(/[-_. ]/g, '');

/** Beyond this many edits a suggestion is a guess: short words resemble each other. */
const mostEdits = (word: string): number => {
  if (word.length <= 3) return 1;
  return word.length <= 8 ? 2 : 3;
};

/** The candidate nearest to `word`, whatever its case and separators, unless none is near. */
export const nearest = (word: string, candidates: readonly string[]): string | undefined => {
  const [best] = candidates
    .map((candidate) => ({ candidate, edits: distance(plain(word), plain(candidate)) }))
    .sort((a, b) => a.edits - b.edits);
  return best !== undefined && best.edits <= mostEdits(best.candidate) ? best.candidate : undefined;
};
