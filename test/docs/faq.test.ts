// The FAQ covers every refusal of the sources, invents none, and its headings and snippets are what they claim to be.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseSync } from '@swc/core';
import { App } from 'aws-cdk-lib';
import { transformSync } from 'esbuild';
import { compose } from '../../bin/compose';
import { readConfig } from '../../bin/config/read-config';
import { diffAllowlists, parseAllowlistDocument } from '../../contract/allowlist';
import {
  parseAllocationId,
  parseIpamPoolId,
  parseNatGatewayId,
  parseRouteTableId,
  parseSubnetId,
  parseVpcId,
} from '../../contract/aws-ids';
import { checkAllowlist, checkAllowlistEntry, parseCidr } from '../../contract/cidr';
import { EMBEDDING_RANGES } from '../../contract/cidr/embedded-ipv4';
import { SPECIAL_RANGES } from '../../contract/cidr/special-ranges';
import { InputError } from '../../contract/errors';
import { xxkkConfiguration } from '../support/exchange-configuration';
import { entriesFor, faqEntries, faqSnippets, faqText, isInFaq, PROCEDURES } from '../support/faq';

const ROOT = path.join(__dirname, '..', '..');

const filesIn = (folder: string, endings: RegExp): { file: string; text: string }[] =>
  readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => endings.test(file))
    .map((file) => ({
      file: path.join(folder, file),
      text: readFileSync(path.join(ROOT, folder, file), 'utf8'),
    }));

const sources = ['contract', 'lib', 'loaders/node', 'protocol', 'bin', 'runtime'].flatMap((folder) =>
  filesIn(folder, /\.ts$/),
);
const pythonSources = filesIn('loaders/python/exchange_keys_loader', /\.py$/);

// --- Codes

/** Texts in the form of a code that are none. */
const NO_CODES = [
  'ADOPTED_ADDRESS',
  'IPAM_BLOCK',
  'EXISTING_NETWORK',
  'TRUST_REDIRECTION_DOMAIN',
  'TAG_RESOLVE_FAILED',
  // environment variables
  'AWS_REGION',
  'XXKK_API_BASE_URL',
  // the beginning of several
  'AWS_CREDENTIALS',
  // words of AWS and Node.js
  'AL2023_ARM_64_STANDARD',
  'ALL_NEW',
  'BOTTLEROCKET_ARM_64',
  'CONTROL_MESSAGE',
  'DATA_MESSAGE',
  'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS',
  'ERR_BUFFER_TOO_LARGE',
  'INSUFFICIENT_DATA',
  'MANAGED_INSTANCES',
  'NO_SCHEDULE',
  'ON_DEMAND',
  'TRIM_HORIZON',
  // in the brackets of EXCHANGE_ANSWER_UNUSABLE
  'ANSWER_ENCODED',
  'STATUS_UNKNOWN',
  // words of Python
  'O_BINARY',
  'O_CLOEXEC',
  'O_NONBLOCK',
];

/** Every literal in the form of a code, so that no new helper can hide one. */
const literalCodes = (text: string): string[] => [
  ...[...text.matchAll(/'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)'/g)].map(([, code]) => code),
  // Python, whose formatter leaves no other quotes around them.
  ...[...text.matchAll(/"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)"/g)].map(([, code]) => code),
  // `refuseOther('region', …)` makes its code of the key.
  ...[...text.matchAll(/`([A-Z0-9_]+_)\$\{key\.toUpperCase\(\)\}`/g)].flatMap(([, start]) =>
    [...text.matchAll(/refuseOther\('(\w+)'/g)].map(([, key]) => start + key.toUpperCase()),
  ),
];

/** What probes and checks answer is no message; it has tables of its own. */
const answerCodes = new Set(
  readFileSync(path.join(ROOT, 'docs', 'allowlist.md'), 'utf8')
    .split('## What probes and checks say')[1]
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => [...line.split('|')[1].matchAll(/`(\w+)`/g)].map(([, code]) => code)),
);

const isVariable = (code: string) => code.startsWith('EXCHANGE_KEYS_');
const allCodes = new Set([...sources, ...pythonSources].flatMap(({ text }) => literalCodes(text)));
const sourceCodes = new Set([...allCodes].filter((code) => !NO_CODES.includes(code) && !isVariable(code)));
const faqCodes = new Set(faqEntries.flatMap(({ codes }) => codes));

test('every code of the sources has an entry', () => {
  expect(sourceCodes.size).toBeGreaterThan(100);
  expect([...sourceCodes].filter((code) => !faqCodes.has(code) && !answerCodes.has(code))).toEqual([]);
});

test('every code of the FAQ is in the sources', () => {
  expect([...faqCodes].filter((code) => !sourceCodes.has(code))).toEqual([]);
});

test('every code that probes and checks are said to answer is in the sources', () => {
  expect(answerCodes.size).toBeGreaterThan(40);
  expect([...answerCodes].filter((code) => !sourceCodes.has(code))).toEqual([]);
});

test('what is declared to be no code is still there', () => {
  expect(NO_CODES.filter((text) => !allCodes.has(text))).toEqual([]);
});

// --- Messages

interface Sample {
  readonly code: string;
  readonly message: string;
}

type AstNode = { readonly type: string; readonly [key: string]: unknown };

const isNode = (value: unknown): value is AstNode => typeof (value as AstNode | null)?.type === 'string';

/** The texts an expression can have; `…` stands for a part that is not a literal. */
function textsOf(node: AstNode): string[] {
  switch (node.type) {
    case 'StringLiteral':
      return [node.value as string];
    case 'TemplateLiteral': {
      const [first, ...rest] = (node.quasis as { cooked: string }[]).map(({ cooked }) => cooked);
      return [rest.reduce((text, quasi) => `${text}…${quasi}`, first)];
    }
    case 'ParenthesisExpression':
      return textsOf(node.expression as AstNode);
    case 'ConditionalExpression':
      return [...textsOf(node.consequent as AstNode), ...textsOf(node.alternate as AstNode)];
    case 'BinaryExpression':
      return textsOf(node.left as AstNode).flatMap((left) =>
        textsOf(node.right as AstNode).map((right) => left + right),
      );
    default:
      return ['…'];
  }
}

/** The messages of `new InputError('CODE', 'message')`, `notices.warn('CODE', 'message')`, `{ code: 'CODE', message: 'message' }`
 * and the like, wherever both are written in one place. */
function writtenMessages(node: unknown): Sample[] {
  if (typeof node !== 'object' || node === null) return [];
  const below = Object.values(node).flatMap(writtenMessages);
  const [code, message] = isNode(node) ? codeAndMessage(node) : [];
  if (!message || code?.type !== 'StringLiteral') return below;
  return [...below, ...textsOf(message).map((text) => ({ code: code.value as string, message: text }))];
}

const REFUSALS = /^(InputError|ConfigError|Refusal|KeyRefused|Failure|finding|LoaderError|NoAnswerError|Unreachable)$/;
/** What a loader says without refusing; of `warnOnce` the first argument is about what. */
const NOTICES = /^(info|warn|warnOnce)$/;

function codeAndMessage(node: AstNode): (AstNode | undefined)[] {
  if (node.type === 'NewExpression' || node.type === 'CallExpression') {
    const callee = node.callee as { value?: string; property?: { value?: string } };
    const given = ((node.arguments ?? []) as { expression: AstNode }[]).map(({ expression }) => expression);
    if (NOTICES.test(callee.property?.value ?? ''))
      return callee.property?.value === 'warnOnce' ? given.slice(1) : given;
    return REFUSALS.test(callee.value ?? '') ? given : [];
  }
  if (node.type !== 'ObjectExpression') return [];
  const properties = node.properties as { key?: { value?: string }; value?: AstNode }[];
  const [code, message] = ['code', 'message'].map((name) => properties.find(({ key }) => key?.value === name)?.value);
  return [code, message?.type === 'ArrowFunctionExpression' ? (message.body as AstNode) : message];
}

/** The same of Python: a code, and after it the literals that make up the message. */
const pythonMessages = (text: string): Sample[] =>
  [...text.matchAll(/"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)",\s*((?:f?"(?:[^"\\]|\\.)*"\s*)+)[,)]/g)].map(
    ([, code, literals]) => ({
      code,
      message: [...literals.matchAll(/(f?)"((?:[^"\\]|\\.)*)"/g)]
        .map(([, format, literal]) => (format ? withoutFields(literal) : literal))
        .join(''),
    }),
  );

/** An f-string with `…` for its fields; one within another is gone first. */
function withoutFields(literal: string): string {
  const shorter = literal.replace(/\{[^{}]*\}/g, '…');
  return shorter === literal ? literal : withoutFields(shorter);
}

test('messages of the Python loader are found', () => {
  expect(pythonSources.flatMap(({ text }) => pythonMessages(text)).length).toBeGreaterThan(30);
});

const written = sources
  .flatMap(({ text }) => writtenMessages(parseSync(text, { syntax: 'typescript' })))
  .concat(pythonSources.flatMap(({ text }) => pythonMessages(text)))
  // Messages that a helper words, or that only pass on another one, are covered by what is executed below.
  .filter(({ message }) => message.replaceAll('…', '').length > 12)
  // A defect of ours; the message says itself what to do.
  .filter(({ code }) => code !== 'UNEXPECTED' && !answerCodes.has(code));

/** The refusal of an action. */
function refused(action: () => unknown): Sample {
  try {
    action();
  } catch (error) {
    if (error instanceof InputError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('nothing was refused');
}

const CIDRS = [
  ' 10.0.0.1',
  'exchange',
  '0x0a.0.0.1',
  '010.0.0.1',
  '3405803786',
  '10.1',
  '256.0.0.1',
  'fe80::1%eth0',
  '2600:1f18::1.2.3.4',
  '10.0.0.0/+8',
  '10.0.0.0/x',
  '10.0.0.0/08',
  '10.0.0.0/33',
  '2600::/129',
  '10.0.0.5/24',
];

const IDS = [parseAllocationId, parseIpamPoolId, parseNatGatewayId, parseRouteTableId, parseSubnetId, parseVpcId];

const prod = { environment: 'prod' };
const entry = {
  availabilityZone: 'eu-west-1a',
  allocationId: 'eipalloc-0123456789abcdef0',
  address: '52.16.0.10',
  cidr: '52.16.0.10/32',
  role: 'active',
};
const document = {
  schemaVersion: 1,
  environment: 'dev',
  region: 'eu-west-1',
  cidrs: ['52.16.0.10/32'],
  entries: [entry],
};
const second = {
  ...entry,
  availabilityZone: 'eu-west-1b',
  allocationId: 'eipalloc-0123456789abcdef1',
  address: '52.16.0.11',
  cidr: '52.16.0.11/32',
};

/** Documents that are refused, and policies that refuse the good one. */
const DOCUMENTS: [object | string, object?][] = [
  ['{'],
  [[]],
  [{ ...document, schemaVersion: 2 }],
  [{ ...document, extra: 1 }],
  [{ ...document, region: undefined }],
  [{ ...document, cidrs: [] }],
  [{ ...document, region: 'Europe' }],
  [document, { environment: 'prod' }],
  [document, { region: 'us-east-1' }],
  [{ ...document, environment: 'live' }],
  [{ ...document, entries: [entry, entry] }],
  [{ ...document, entries: [{ ...entry, cidr: '52.16.0.0/24' }] }],
  [{ ...document, entries: [entry, second] }],
  [{ ...document, cidrs: ['52.16.0.10/32', '52.16.0.99/32'] }],
  [{ ...document, entries: [{ ...entry, availabilityZone: 'us-east-1a' }] }],
];

/** Configurations that are refused; keys of the region are indented by four spaces. */
const region = (lines: string): string => `environment: dev\nregions:\n  eu-west-1:\n${lines}`;
const zone = '    availabilityZones: [eu-west-1a]\n';
const CONFIGS = [
  '',
  '- a',
  'a: [',
  'a: 1\n---\nb: 2',
  'apiKey: 1\nb: [',
  `apiKey: 1\n${region(zone)}`,
  `owner: a\nowner: b\n${region(zone)}`,
  `enviroment: dev\n${region(zone)}`,
  `layout: zonal\n${region(zone)}`,
  `layuot: zonal\n${region(zone)}`,
  `xyz: 1\n${region(zone)}`,
  'environment: dev',
  region('    availabilityZones: []\n'),
  region('    availabilityZones:\n'),
  region('    availabilityZones: eu-west-1a\n'),
  region('    availabilityZones: [eu-west-1]\n'),
  region('    availabilityZones: [eu-west-1a, eu-west-1a]\n'),
  region('    network: 1\n'),
  'environment: dev\nregions: { europe: { availabilityZones: [eu-west-1a] } }',
  'environment: dev\nregions: {}',
  'environment: 1\nregions: { eu-west-1: { availabilityZones: [eu-west-1a] } }',
  "environment: ''\nregions: { eu-west-1: { availabilityZones: [eu-west-1a] } }",
  `account: 012345678901\n${region(zone)}`,
  `account: '1'\n${region(zone)}`,
  `owner: 'a;b'\n${region(zone)}`,
  `owner: ${'a'.repeat(257)}\n${region(zone)}`,
  `peering: yes\n${region(zone)}`,
  ...['layout: zonl', 'vpcCidr: ten', 'dnsAllowlist: [a/b]', 'dnsAllowlist: []', "acknowledgeSingleNat: ' '"].map(
    (line) => region(`${zone}    network: { ${line} }\n`),
  ),
  region(`${zone}    network: { existing: { vpcId: vpc-1, zones: {} } }\n`),
  region(`${zone}    network: { layout: zonal, existing: { vpcId: vpc-1 } }\n`),
  ...[
    'source: adopt',
    'source: adopt, allocationIds: { eu-west-1a: 1.2.3.4 }',
    'source: ipam-pool, ipamPoolId: pool',
    'source: allocate, ipamPoolId: ipam-pool-01234567',
  ].map((line) => region(`${zone}    addresses: { ${line} }\n`)),
];

const directory = mkdtempSync(path.join(tmpdir(), 'faq-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** Reads a configuration from a file. */
function configOf(text: string | Uint8Array): ReturnType<typeof readConfig> {
  const file = path.join(directory, 'exchange-keys.yaml');
  writeFileSync(file, text);
  return readConfig(file);
}

const executed: Sample[] = [
  ...CIDRS.map((text) => refused(() => parseCidr(text))),
  ...EMBEDDING_RANGES.map(({ range }) => refused(() => parseCidr(range.text))),
  ...SPECIAL_RANGES.filter(({ code }) => code !== 'ALLOWLIST_UNSPECIFIED').map(({ range }) =>
    refused(() => checkAllowlistEntry(range, prod)),
  ),
  ...['0.0.0.0/0', '52.0.0.0/8', '0.0.0.0/9', '::/3'].map((text) => refused(() => checkAllowlistEntry(text, prod))),
  refused(() => checkAllowlist(['52.16.0.10', '52.16.0.10'], prod)),
  refused(() => checkAllowlist(['52.16.0.10', '52.16.0.11'], { ...prod, maxEntries: 1 })),
  ...IDS.map((parse) => refused(() => parse('id'))),
  ...DOCUMENTS.map(([text, policy]) =>
    refused(() => parseAllowlistDocument(typeof text === 'string' ? text : JSON.stringify(text), policy)),
  ),
  refused(() => {
    const good = parseAllowlistDocument(JSON.stringify(document));
    diffAllowlists(good, { ...good, region: 'us-east-1' });
  }),
  refused(() => readConfig(path.join(directory, 'none.yaml'))),
  refused(() => readConfig(directory)),
  refused(() => configOf(new Uint8Array([0xff, 0xfe, 0x61, 0]))),
  ...CONFIGS.map((text) => refused(() => configOf(text))),
];

/** Whether some text matches both, where `…` stands for any text. */
function unify(a: string, b: string): boolean {
  const known = new Map<number, boolean>();
  const from = (i: number, j: number): boolean => {
    const key = i * (b.length + 1) + j;
    const before = known.get(key);
    if (before !== undefined) return before;
    const result =
      (i === a.length && j === b.length) ||
      (a[i] === '…' && (from(i + 1, j) || (j < b.length && from(i, j + 1)))) ||
      (b[j] === '…' && (from(i, j + 1) || (i < a.length && from(i + 1, j)))) ||
      (i < a.length && a[i] === b[j] && from(i + 1, j + 1));
    known.set(key, result);
    return result;
  };
  return from(0, 0);
}

const distinct = (samples: Sample[]): Sample[] => [...new Map(samples.map((s) => [s.code + s.message, s])).values()];

test.each(distinct(written))('written: $code: $message', ({ code, message }) => {
  const headings = faqEntries.filter(({ codes }) => codes.includes(code)).map(({ heading }) => heading);
  expect(headings.filter((heading) => unify(heading, message))).not.toEqual([]);
});

test.each(distinct(executed))('said: $code: $message', ({ code, message }) => {
  expect(isInFaq(message, code)).toBe(true);
});

/** Each on its own: one file can have problems of several codes. */
const single = distinct([...written, ...executed]).filter(({ message }) => message.split('\n').length <= 2);

test.each(faqEntries)('matches no message of another code: $heading', (entry) => {
  const wrong = single.filter(
    ({ code, message }) => !entry.codes.includes(code) && entriesFor(message.replaceAll('…', 'x')).includes(entry),
  );
  expect(wrong).toEqual([]);
});

test.each([
  ['in production', "environment 'live' is unknown, allowed are dev; write 'prod'", 'ENVIRONMENT_UNKNOWN'],
  [
    'with prop, path and code',
    "'vpcCidr': VPC range '9.0.0.0/16' is not private; write a range in 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 (at A/N) [VPC_CIDR_NOT_PRIVATE]",
    'VPC_CIDR_NOT_PRIVATE',
  ],
  [
    'in the report of CDK',
    "Validation failed with the following errors:\n  [A/E] stack 'A' holds production addresses without termination protection; pass terminationProtection: true to it (in exchange-keys.yaml: remove terminationProtection: false) [TERMINATION_PROTECTION_REQUIRED]",
    'TERMINATION_PROTECTION_REQUIRED',
  ],
  [
    'in the reason of CloudFormation',
    "Received response status [FAILED] from custom resource. Message returned: Refusal: Elastic IP 'eipalloc-1' for 'eu-west-1a' has domain nothing; adopt an address of domain 'vpc'",
    'ADDRESS_NOT_IN_VPC',
  ],
  [
    'as one of several problems',
    "2 problems in a.yaml\na.yaml:1:1: something else\na.yaml:3:5: duplicate key 'a' at b.a, first on line 2; keep one",
    'CONFIG_DUPLICATE_KEY',
  ],
])('a message is found %s', (_, message, code) => {
  expect(isInFaq(message, code)).toBe(true);
});

test.each([
  ['another wording', "VPC range '9.0.0.0/16' is public"],
  ['half of a message', "VPC range '9.0.0.0/16' is not private"],
  ['a message within another', "x VPC range '10.0.0.0/8' of a overlaps '10.0.0.0/16' of b; give each region its own y"],
])('%s is not found', (_, message) => {
  expect(isInFaq(message)).toBe(false);
});

// --- Messages without a code

const tools = [
  ...filesIn('scripts', /\.(ts|mjs|cjs)$/),
  ...filesIn('local-aws', /\.(ts|py)$/),
  ...filesIn('lib', /\.ts$/),
]
  .map(({ text }) => text)
  .join('\n')
  // A text written in several parts, and the longer of two endings.
  .replace(/["'`]\s*\+?\s*\n\s*f?["'`]/g, '')
  .replace(/\$\{\w+ \? `[^`]*` : `([^`]*)`\}/g, '$1')
  .replace(/\\'/g, "'")
  .replaceAll('{HOST}', '127.0.0.1')
  .replaceAll('{need}', 'moto[server]==');

/** Worded by CloudFormation, the CDK or Node; the local AWS has most of them too. */
const FOREIGN = /^(CDK|CloudFormation)|^`npm start`$/;

test.each(faqEntries.filter(({ from }) => from !== undefined && !FOREIGN.test(from)))(
  'from the tools: $heading',
  ({ heading }) => {
    const literals = heading.split('…').filter((part) => part.trim().length > 8);
    expect(literals.filter((part) => !tools.includes(part))).toEqual([]);
  },
);

// --- Form

const SECTIONS = [
  PROCEDURES,
  'Configuration file',
  'Environments and regions',
  'Availability zones',
  'Addresses',
  'CIDRs and allowlist entries',
  'Allowlist document',
  'Lock file',
  'Allowlist at exchanges',
  'Network',
  'Existing networks',
  'Networks and what is really there',
  'Keys',
  'Exchange configuration',
  'Rotation',
  'Watch',
  'Workloads and loaders',
  'Kubernetes',
  'Probes and gates',
  'Command line',
  'Policy and production',
  'Deployment',
  'Local AWS and tools',
];

test('the sections are in order, and each but the procedures has entries', () => {
  expect([...faqText.matchAll(/^## (.*)$/gm)].map(([, title]) => title)).toEqual(SECTIONS);
  expect([...new Set(faqEntries.map(({ section }) => section))]).toEqual(SECTIONS.slice(1));
});

test('no heading stands twice', () => {
  const headings = [...faqText.matchAll(/^### (.*)$/gm)].map(([, heading]) => heading);
  expect(headings.filter((heading, index) => headings.indexOf(heading) !== index)).toEqual([]);
});

test.each(faqEntries)('well-formed: $heading', ({ heading, quoted, codes, from, body }) => {
  expect(quoted).toBe(true);
  expect(heading).toBe(heading.trim());
  expect(heading.replace(/…/g, '').trim().length).toBeGreaterThanOrEqual(12);
  // A code or an origin, then what to do.
  expect(codes.length > 0).toBe(from === undefined);
  expect(body).toMatch(/^\n(Code: `[A-Z0-9_]+`(, `[A-Z0-9_]+`)*|From: \S.*)\n\n\S/);
  expect(body.split(/^(?:Code|From): .*$/m)[1].trim().length).toBeGreaterThan(40);
});

test('several entries for one message differ in more than a wildcard', () => {
  const without = faqEntries.map(({ heading }) => heading.replace(/…/g, ''));
  expect(without.filter((text, index) => without.indexOf(text) !== index)).toEqual([]);
});

/** As GitHub makes it. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replace(/ /g, '-');

test('links within the page lead somewhere', () => {
  const anchors = [...faqText.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchorOf(heading));
  const links = [...faqText.matchAll(/\]\(#([^)]*)\)/g)].map(([, link]) => link);
  expect(links.length).toBeGreaterThan(10);
  expect(links.filter((link) => !anchors.includes(link))).toEqual([]);
});

// --- Snippets

const snippets = (language: string) => faqSnippets.filter((snippet) => snippet.language === language);

test('every snippet is in a language that is checked, or a command', () => {
  expect([...new Set(faqSnippets.map(({ language }) => language))].sort()).toEqual(['json', 'sh', 'ts', 'yaml']);
});

test.each(snippets('yaml'))('YAML at line $line is a configuration that composes', ({ text }) => {
  const environment = /^environment:/m.test(text) ? '' : 'environment: dev\n';
  const regions = /^regions:/m.test(text) ? '' : 'regions:\n  eu-west-1: { availabilityZones: [eu-west-1a] }\n';
  const config = configOf(`${environment}${text}${regions}`);
  expect(() => compose(new App(), config, () => xxkkConfiguration('https://api.xxkk.example'))).not.toThrow();
});

test.each(snippets('ts'))('TypeScript at line $line is valid', ({ text }) => {
  expect(transformSync(text, { loader: 'ts' }).warnings).toEqual([]);
});

test.each(snippets('json'))('JSON at line $line is valid', ({ text }) => {
  expect(() => JSON.parse(text)).not.toThrow();
});
