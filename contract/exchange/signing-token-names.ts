// Decides which token may stand where in a signing template, and what to say about one that may not.
import { quoted } from '../quoted';
import { SigningToken } from './signing-template';

const { TIMESTAMP, KEY, RECV_WINDOW, NONCE, PASSPHRASE, METHOD, HOST, PATH, PAYLOAD_HASH } = SigningToken;

/** Stands for the signature, in headers. */
export const SIGNATURE = 'signature';

/** In `tokens`. */
export const SIGNED_TOKENS: readonly string[] = Object.values(SigningToken);
/** In `payloadHash.tokens`. */
export const HASHED_TOKENS: readonly string[] = SIGNED_TOKENS.filter((name) => name !== PAYLOAD_HASH);
/** In the value of a parameter: what is known before query and body are. */
export const PARAMETER_TOKENS: readonly string[] = [TIMESTAMP, KEY, RECV_WINDOW, NONCE, PASSPHRASE, METHOD, HOST, PATH];
/** In the value of a header. */
export const HEADER_TOKENS: readonly string[] = [...PARAMETER_TOKENS, PAYLOAD_HASH, SIGNATURE];

/** Names in letters only, of the API secret; what they name never leaves the process. */
const SECRETS: readonly string[] = ['secret', 'apisecret', 'secretkey', 'apisecretkey', 'privatekey'];

/** What other documents call our tokens. */
const SYNONYMS: Readonly<Record<string, string>> = {
  ts: TIMESTAMP,
  expires: TIMESTAMP,
  apikey: KEY,
  recv: RECV_WINDOW,
  verb: METHOD,
  hostname: HOST,
  uri: SigningToken.PATH_AND_QUERY,
  endpoint: SigningToken.PATH_AND_QUERY,
  requestpath: SigningToken.PATH_AND_QUERY,
  params: SigningToken.QUERY,
  querystring: SigningToken.QUERY,
  data: SigningToken.BODY,
  payload: SigningToken.BODY,
  bodyhash: PAYLOAD_HASH,
  hash: PAYLOAD_HASH,
  sign: SIGNATURE,
  sig: SIGNATURE,
};

/** True for a name that asks for the API secret. */
export function namesSecret(name: string): boolean {
  return SECRETS.includes(letters(name));
}

/** `'tiemstamp' is no token here; allowed are …; did you mean 'timestamp'?` */
export function unknownToken(name: string, allowed: readonly string[]): string {
  const nearest = nearestToken(name, allowed);
  const hint = nearest === undefined ? '' : `; did you mean '${nearest}'?`;
  return `${quoted(name)} is no token here; allowed are ${allowed.join(', ')}${hint}`;
}

/** The allowed name that was probably meant: another spelling, a synonym, or one with the same letters but one. */
function nearestToken(name: string, allowed: readonly string[]): string | undefined {
  const given = letters(name);
  const synonym = SYNONYMS[given];
  if (synonym !== undefined && allowed.includes(synonym)) return synonym;
  return (
    allowed.find((known) => letters(known) === given) ??
    allowed.find((known) => given.length > 2 && letters(known).startsWith(given)) ??
    allowed.find((known) => given.length > 2 && letters(known).length > 2 && almost(letters(known), given))
  );
}

const letters = (name: string): string => name.toLowerCase().replace(/[^a-z]/g, '');

/** Equal but for one character that is missing, too many, wrong, or swapped with its neighbour. */
function almost(a: string, b: string): boolean {
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  const [restA, restB] = [a.slice(start), b.slice(start)];
  const swapped = restB.length > 1 && `${restB[1]}${restB[0]}${restB.slice(2)}` === restA;
  return swapped || restA.slice(1) === restB || restA === restB.slice(1) || restA.slice(1) === restB.slice(1);
}
