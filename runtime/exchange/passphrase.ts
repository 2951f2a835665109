// Makes the passphrase of a new key.
import { randomInt } from 'node:crypto';

const SETS = ['ABCDEFGHJKLMNPQRSTUVWXYZ', 'abcdefghijkmnopqrstuvwxyz', '23456789', '!_'];
const LETTERS_AND_DIGITS = SETS.slice(0, 3).join('');
const LENGTH = 24;

/** Of every kind of character that exchanges ask for, within the 8 to 32 characters that they allow; 130 bits. */
export function randomPassphrase(): string {
  const pick = (characters: string) => characters[randomInt(characters.length)];
  const picked = [...SETS.map(pick), ...Array.from({ length: LENGTH - SETS.length }, () => pick(LETTERS_AND_DIGITS))];
  for (let index = picked.length - 1; index > 0; index--) {
    const other = randomInt(index + 1);
    [picked[index], picked[other]] = [picked[other], picked[index]];
  }
  return picked.join('');
}
