// Decides which names headers and parameters of a signing template may have.
import { quoted } from '../quoted';
import { escaped, type SigningProblem } from './signing-problem';
import type { SigningTemplate } from './signing-template';

/** RFC 9110, `token`. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Set by the HTTP client, or about the connection: a value of ours would break the request or smuggle another one. */
const RESERVED: readonly string[] = [
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'te',
  'trailer',
  'upgrade',
  'expect',
  'proxy-authorization',
  'proxy-connection',
  'cookie',
];

/** The problems of the names of headers. */
export function checkHeaderNames({ headers = {} }: SigningTemplate): SigningProblem[] {
  const names = Object.keys(headers);
  return names.flatMap((name, index) => {
    const problem = headerNameProblem(name, names.slice(0, index));
    const path = `/headers/${escaped(name)}`;
    return problem === undefined ? [] : [{ path, code: 'SIGNING_HEADER_NAME', message: problem }];
  });
}

function headerNameProblem(name: string, earlier: readonly string[]): string | undefined {
  const lower = name.toLowerCase();
  if (!HEADER_NAME.test(name)) {
    return `${quoted(name)} is no name for a header; use letters, digits and hyphens`;
  }
  if (RESERVED.includes(lower)) return `header ${quoted(name)} is set by the HTTP client; remove it`;
  const twin = earlier.find((other) => other.toLowerCase() === lower);
  if (twin !== undefined) return `headers ${quoted(twin)} and ${quoted(name)} are one header; remove one`;
  return undefined;
}

/** Parameters with the same name, the signature's among them. */
export function checkParameterNames({ parameters = [], signatureParameter }: SigningTemplate): SigningProblem[] {
  const named = [
    ...parameters.map(({ name }, index) => ({ name, path: `/parameters/${index}/name` })),
    ...(signatureParameter === undefined ? [] : [{ name: signatureParameter.name, path: '/signatureParameter/name' }]),
  ];
  return named
    .filter(({ name }, index) => named.findIndex((other) => other.name === name) < index)
    .map(({ name, path }) => ({
      path,
      code: 'SIGNING_PARAMETER_TWICE',
      message: `parameter ${quoted(name)} is added twice; remove one`,
    }));
}
