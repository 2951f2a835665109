// Refuses paths that an exchange could read as another endpoint than the one whose category was checked.
import { InputError } from '../errors';

/** Characters of RFC 3986 without those that frameworks cut a path at: `;` begins parameters for some. */
const PATH = /^\/(?:[A-Za-z0-9._~!$&'()*+,=:@/-]|%[0-9A-Fa-f]{2})*$/;
/** Letters, digits and `-._~`, which need no encoding and spell a segment in a second way. */
const NEEDLESS = /%(?:2[DE]|3\d|[46][1-9A-F]|[57][0-9A]|5F|7E)/i;
/** Control characters and `#`, `%`, `/`, `;`, `?`, `\\`: whoever decodes early finds another path behind them. */
const CUTTING = /%(?:[01]\w|7F|2[35F]|3[BF]|5C)/i;

/**
 * The path as it is compared with a table of endpoints, where only `:` has two spellings.
 * @param path percent-encoded, without a query.
 * @throws InputError `REQUEST_MALFORMED`; the path is not shown, as it may hold ids.
 */
export function comparablePath(path: string): string {
  if (typeof path !== 'string' || !PATH.test(path)) {
    throw malformed("the path does not begin with '/', or has a query or a character that must be percent-encoded");
  }
  if (/\/{2}/.test(path)) throw malformed('the path has an empty segment');
  if (/\/\.{1,2}(?:\/|$)/.test(path)) throw malformed("the path has a segment '.' or '..'");
  const comparable = path.replace(/%3A/gi, ':');
  if (CUTTING.test(comparable)) {
    throw malformed(
      "the path has an encoded '/', '\\', ';', '?', '#', '%' or control character; an id with one cannot be sent",
    );
  }
  if (NEEDLESS.test(comparable)) {
    throw malformed("the path has an encoded letter, digit, '-', '.', '_' or '~'; write it as it is");
  }
  return comparable;
}

function malformed(problem: string): InputError {
  return new InputError('REQUEST_MALFORMED', `the request cannot be sent: ${problem}`);
}
