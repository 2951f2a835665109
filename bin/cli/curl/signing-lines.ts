// Writes what a signing template says as lines of Python: the values of tokens, what is signed, and how.
import {
  DigestEncoding,
  NonceFormat,
  PassphraseMode,
  SecretEncoding,
  SigningEncoding,
  type SigningPayloadHash,
  type SigningTemplate,
  type SigningTimestamp,
  SigningToken,
  TimestampFormat,
} from '../../../contract/exchange/signing-template';
import { type Piece, parseEntry, parseText } from '../../../contract/exchange/signing-text';
import { SIGNATURE } from '../../../contract/exchange/signing-token-names';
import { Failure } from '../failure';
import { literal } from './python';

/** The expression that each token stands for. */
export const TOKENS: Readonly<Record<string, string>> = {
  [SigningToken.TIMESTAMP]: 'timestamp',
  [SigningToken.KEY]: 'api_key',
  [SigningToken.RECV_WINDOW]: 'recv_window',
  [SigningToken.NONCE]: 'nonce',
  [SigningToken.PASSPHRASE]: 'passphrase',
  [SigningToken.METHOD]: 'method',
  [SigningToken.HOST]: 'host',
  [SigningToken.PATH]: 'path',
  [SigningToken.QUERY]: 'encoded_query',
  [SigningToken.QUESTION_MARK_QUERY]: 'question(encoded_query)',
  [SigningToken.PATH_AND_QUERY]: 'path + question(encoded_query)',
  [SigningToken.RAW_QUERY]: 'unambiguous(query)',
  [SigningToken.QUESTION_MARK_RAW_QUERY]: 'question(unambiguous(query))',
  [SigningToken.BODY]: 'body',
  [SigningToken.PAYLOAD_HASH]: 'payload_hash',
  [SIGNATURE]: 'signature',
};

const UTC = 'time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now // 1000))';
const TIMES: Readonly<Record<TimestampFormat, string>> = {
  [TimestampFormat.UNIX_SECONDS]: 'str(now // 1000)',
  [TimestampFormat.UNIX_MILLISECONDS]: 'str(now)',
  [TimestampFormat.UNIX_MICROSECONDS]: 'str(now) + "000"',
  [TimestampFormat.UNIX_NANOSECONDS]: 'str(now) + "000000"',
  [TimestampFormat.ISO_8601_SECONDS]: `${UTC} + "Z"`,
  [TimestampFormat.ISO_8601_MILLISECONDS]: `${UTC} + ".%03dZ" % (now % 1000)`,
  [TimestampFormat.ISO_8601_SECONDS_NO_ZONE]: UTC,
};

const NONCES: Readonly<Record<NonceFormat, string>> = {
  [NonceFormat.UNIX_MILLISECONDS]: 'str(time.time_ns() // 1000000)',
  [NonceFormat.UNIX_MICROSECONDS]: 'str(time.time_ns() // 1000)',
  [NonceFormat.UUID]: 'str(uuid.uuid4())',
  [NonceFormat.HEX]: 'secrets.token_hex(16)',
};

const ENCODED: Readonly<Record<DigestEncoding, (digest: string) => string>> = {
  [DigestEncoding.HEX]: (digest) => `${digest}.hexdigest()`,
  [DigestEncoding.BASE64]: (digest) => `base64.b64encode(${digest}.digest()).decode()`,
  [DigestEncoding.RAW]: (digest) => `${digest}.digest()`,
};

const NOT_THE_SECRET = (encoding: string) => `stop("the API secret is not ${encoding}, as the exchange wants it")`;
const SECRETS: Readonly<Record<SecretEncoding, string>> = {
  [SecretEncoding.UTF8]: 'secret = api_secret.encode()',
  [SecretEncoding.BASE64]: `try:
    secret = base64.b64decode(api_secret, validate=True)
except ValueError:
    ${NOT_THE_SECRET('base64')}`,
  [SecretEncoding.HEX]: `if not re.fullmatch("([0-9a-fA-F]{2})*", api_secret):
    ${NOT_THE_SECRET('hexadecimal')}
secret = bytes.fromhex(api_secret)`,
};

const DIGEST: Readonly<Record<SigningEncoding, DigestEncoding>> = {
  [SigningEncoding.HEX]: DigestEncoding.HEX,
  [SigningEncoding.BASE64]: DigestEncoding.BASE64,
};

/** What is known before there is a request: secret, time, nonce, passphrase. */
export function valueLines(template: SigningTemplate): string[] {
  const { secretEncoding = SecretEncoding.UTF8, timestamp, nonce, recvWindowMilliseconds, passphrase } = template;
  return [
    entryOf(SECRETS, secretEncoding),
    ...(timestamp === undefined ? [] : timeLines(timestamp)),
    ...(nonce === undefined ? [] : [`nonce = ${entryOf(NONCES, nonce.format)}`]),
    ...(recvWindowMilliseconds === undefined ? [] : [`recv_window = ${literal(String(recvWindowMilliseconds))}`]),
    ...(passphrase === PassphraseMode.HMAC ? [`passphrase = ${macOf('passphrase.encode()', template)}`] : []),
  ];
}

function timeLines({ format, offsetMilliseconds = 0 }: SigningTimestamp): string[] {
  return [
    `now = time.time_ns() // 1000000${offsetMilliseconds === 0 ? '' : ` + ${Number(offsetMilliseconds)}`}`,
    `timestamp = ${entryOf(TIMES, format)}`,
  ];
}

/** The signature over what `body`, `query` and `encoded_query` are by now. */
export function signatureLines(template: SigningTemplate): string[] {
  const { payloadHash } = template;
  return [
    ...(payloadHash === undefined ? [] : [`payload_hash = ${digestOf(payloadHash)}`]),
    '# what is signed',
    `signed = ${joined(template)}`,
    `signature = ${macOf('signed', template)}`,
  ];
}

/** A text with `{tokens}` in it, as an expression. */
export function filled(text: string, tokens: Readonly<Record<string, string>>): string {
  const pieces = parseText(text) ?? [];
  return pieces.map((piece) => expression(piece, tokens)).join(' + ') || '""';
}

function digestOf(hash: SigningPayloadHash): string {
  return entryOf(ENCODED, hash.encoding)(`hashlib.new(${literal(hash.hash)}, ${joined(hash)})`);
}

function macOf(message: string, { hash, encoding }: SigningTemplate): string {
  return ENCODED[entryOf(DIGEST, encoding)](`hmac.new(secret, ${message}, ${literal(hash)})`);
}

function joined({ tokens, separator = '' }: Pick<SigningTemplate, 'tokens' | 'separator'>): string {
  return `joined(${[literal(separator), ...tokens.map((entry) => expression(parseEntry(entry), TOKENS))].join(', ')})`;
}

function expression(piece: Piece, tokens: Readonly<Record<string, string>>): string {
  return 'literal' in piece ? literal(piece.literal) : tokens[piece.token];
}

/** A file may say what no schema has looked at. */
function entryOf<T>(table: Readonly<Record<string, T>>, name: string): T {
  if (Object.hasOwn(table, name)) return table[name];
  throw new Failure(
    'EXCHANGE_CONFIGURATION_INVALID',
    `the signing template has a word where only ${Object.keys(table).join(', ')} are known; synthesise the ring, which tells each mistake`,
  );
}
