// Decides what an exchange's configuration may say as JSON or YAML: shape and values; what refers to what is checked apart.
import { EndpointCategory } from '../exchange/endpoint-category';
import { ErrorClass } from '../exchange/error-class';
import {
  AllowlistEntryFormat,
  AnswerListFormat,
  AnswerTimeFormat,
  ExchangeMethod,
  RevocationSigner,
} from '../exchange/exchange-configuration';
import { signingTemplateSchema } from '../exchange/signing-template-schema';

const fieldPath = {
  type: 'string',
  maxLength: 200,
  pattern: '^[A-Za-z0-9_$-]+(\\.[A-Za-z0-9_$-]+)*$',
  patternErrorMessage: 'must be names joined by dots, list indices as numbers, such as data.key or data.0.perm',
} as const;

const code = {
  type: 'string',
  maxLength: 64,
  pattern: '^[!-~]+$',
  patternErrorMessage: 'must be the code as the exchange sends it, in quotes where it is a number',
} as const;

const codes = { type: 'array', minItems: 1, maxItems: 32, uniqueItems: true, items: code } as const;

const timeFormat = {
  description: 'How times are written.',
  type: 'string',
  enum: Object.values(AnswerTimeFormat),
  default: AnswerTimeFormat.UNIX_MILLISECONDS,
} as const;

const listFormat = {
  description: 'A JSON array of strings, or one text with commas.',
  type: 'string',
  enum: Object.values(AnswerListFormat),
  default: AnswerListFormat.LIST,
} as const;

const request = {
  method: { description: 'HTTP method.', type: 'string', enum: Object.values(ExchangeMethod) },
  path: {
    description: 'Path with a leading slash, without query; may hold placeholders.',
    type: 'string',
    maxLength: 500,
    pattern: '^/[A-Za-z0-9_.~{}:/-]*$',
    patternErrorMessage: 'must begin with a slash and hold only letters, digits, - . _ ~ : / and {placeholders}',
    examples: ['/v1/sub-accounts/{account}/api-keys'],
  },
  query: {
    description: 'Query by name, in this order; values may hold placeholders.',
    type: 'object',
    maxProperties: 32,
    additionalProperties: { type: 'string', maxLength: 500 },
    examples: [{ limit: '100', cursor: '{cursor}' }],
  },
  body: {
    description: 'Body; texts may hold placeholders.',
    type: 'object',
    maxProperties: 64,
    examples: [{ label: '{label}', permissions: '{permissions}', ips: '{allowlist}' }],
  },
} as const;

const operation = {
  type: 'object',
  additionalProperties: false,
  required: ['method', 'path'],
  properties: request,
} as const;

const keyFields = {
  description: 'Where the answer holds what is known of the key.',
  type: 'object',
  additionalProperties: false,
  required: ['permissions', 'allowlist'],
  properties: {
    permissions: { ...fieldPath, description: "The exchange's names of the permissions." },
    permissionsFormat: listFormat,
    allowlist: { ...fieldPath, description: "The allowlist; '*' and nothing mean: bound to no address." },
    allowlistFormat: listFormat,
    keyId: { ...fieldPath, description: 'What key management calls the key.' },
    label: { ...fieldPath, description: 'The label.' },
    createdAt: { ...fieldPath, description: 'Time of creation.' },
    expiresAt: { ...fieldPath, description: 'When the exchange will end the key by itself.' },
    lastUsedAt: { ...fieldPath, description: 'Time of the last use.' },
    timeFormat,
  },
} as const;

const createdKeyFields = {
  description: 'Where the answer holds the new key.',
  type: 'object',
  additionalProperties: false,
  required: ['apiKey', 'apiSecret'],
  properties: {
    apiKey: { ...fieldPath, description: 'The API key.' },
    apiSecret: { ...fieldPath, description: 'The API secret.' },
    keyId: { ...fieldPath, description: 'What key management calls the key.' },
    passphrase: { ...fieldPath, description: 'The passphrase, where the exchange chooses it.' },
    createdAt: { ...fieldPath, description: 'Time of creation.' },
    expiresAt: { ...fieldPath, description: 'When the exchange will end the key by itself.' },
    timeFormat,
  },
} as const;

const operations = {
  description: 'What the exchange can be asked; an operation that is missing is done by a person.',
  type: 'object',
  additionalProperties: false,
  required: ['probe', 'inspect'],
  properties: {
    probe: { ...operation, description: 'A read that needs a signature and the permission read, and has no effect.' },
    inspect: {
      ...operation,
      description: 'What the calling key may do, and from where.',
      required: ['method', 'path', 'response'],
      properties: { ...request, response: keyFields },
    },
    create: {
      ...operation,
      description: 'Creates a key.',
      required: ['method', 'path', 'response'],
      properties: { ...request, response: createdKeyFields },
    },
    list: {
      ...operation,
      description: 'Lists the keys of an account.',
      required: ['method', 'path', 'itemsPath', 'response'],
      properties: {
        ...request,
        itemsPath: {
          description: "Where the answer holds the list; '.' for an answer that is the list.",
          type: 'string',
          maxLength: 200,
          pattern: '^(\\.|[A-Za-z0-9_$-]+(\\.[A-Za-z0-9_$-]+)*)$',
          patternErrorMessage: "must be names joined by dots, such as data.items, or '.'",
        },
        response: keyFields,
        nextCursorPath: { ...fieldPath, description: 'Where the answer holds the {cursor} of the next page.' },
      },
    },
    restrict: { ...operation, description: 'Sets permissions and allowlist of a key, both in full.' },
    revoke: {
      ...operation,
      description: 'Deletes a key.',
      properties: {
        ...request,
        signedBy: {
          description: 'Who signs: the management key, or the key that is to be deleted.',
          type: 'string',
          enum: Object.values(RevocationSigner),
          default: RevocationSigner.MANAGEMENT,
        },
        goneCodes: { ...codes, description: 'Codes that mean: the key to be deleted does not exist.' },
      },
    },
    serverTime: {
      ...operation,
      description: "The exchange's time; not signed.",
      required: ['method', 'path', 'timePath'],
      properties: {
        ...request,
        timePath: { ...fieldPath, description: 'Where the answer holds the time.' },
        timeFormat,
      },
    },
  },
} as const;

const names = {
  type: 'array',
  minItems: 1,
  maxItems: 64,
  uniqueItems: true,
  items: {
    type: 'string',
    maxLength: 100,
    pattern: '^[!-+--~]+$',
    patternErrorMessage:
      "must be a permission as the exchange names it, without blanks and commas, such as 'SpotTrade'",
  },
} as const;

const permissions = {
  description: "The exchange's own names for our permissions; what is not named is never asked for.",
  type: 'object',
  additionalProperties: false,
  required: ['read'],
  properties: {
    read: { ...names, description: 'Names for read.' },
    tradeLimited: { ...names, description: 'Names for trade-limited, read not included.' },
    trade: { ...names, description: 'Names for trade, read not included.' },
    withdraw: { ...names, description: 'Names for withdraw.' },
    manageKeys: { ...names, description: "Names for what only the ring's management key may do." },
  },
} as const;

const errors = {
  description: "What the exchange's codes mean; the first entry that matches decides.",
  type: 'array',
  minItems: 1,
  maxItems: 200,
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['errorClass'],
    properties: {
      code: { ...code, description: 'The code.' },
      messageContains: {
        description: 'Part of the message, upper and lower case alike.',
        type: 'string',
        minLength: 3,
        maxLength: 200,
      },
      status: { description: 'The HTTP status.', type: 'integer', minimum: 100, maximum: 599 },
      errorClass: { description: 'What it means.', type: 'string', enum: Object.values(ErrorClass) },
    },
  },
} as const;

const limits = {
  description: 'What the exchange puts up with.',
  type: 'object',
  additionalProperties: false,
  properties: {
    requestsPerSecond: {
      description: 'Requests per second, all together.',
      type: 'number',
      minimum: 0.1,
      maximum: 100,
      default: 5,
    },
    activationSeconds: {
      description: 'How long a new key may stay inactive.',
      type: 'integer',
      minimum: 0,
      maximum: 780,
      default: 0,
    },
    allowlistEntries: {
      description: 'Entries an allowlist can have.',
      type: 'integer',
      minimum: 1,
      maximum: 1000,
    },
    keysPerAccount: {
      description: 'Keys an account can have; during the overlap there are two.',
      type: 'integer',
      minimum: 2,
      maximum: 10_000,
    },
  },
} as const;

/** The configuration of an exchange; draft-07, without an address of its own, so that other schemas can hold it. */
export const exchangeConfigurationSchema = {
  title: 'Exchange',
  description: 'An exchange as configuration. Key material never goes in it.',
  type: 'object',
  additionalProperties: false,
  required: ['name', 'baseUrl', 'envelope', 'operations', 'permissions', 'errors'],
  properties: {
    name: {
      description: 'Name of the exchange.',
      type: 'string',
      maxLength: 31,
      pattern: '^[a-z][a-z0-9]*(-[a-z0-9]+)*$',
      patternErrorMessage: 'must be at most 31 lower-case letters, digits and hyphens, a letter first, such as xxkk',
      examples: ['xxkk'],
    },
    baseUrl: {
      description: 'Where the API is; TLS on port 443, anything else only for loopback addresses.',
      type: 'string',
      maxLength: 300,
      pattern: '^https?://[!-~]+$',
      patternErrorMessage: 'must be a URL such as https://api.xxkk.example',
      examples: ['https://api.xxkk.example'],
    },
    baseUrlVariable: {
      description: 'Environment variable of the functions that is used instead of baseUrl where it is set.',
      type: 'string',
      pattern: '^[A-Z][A-Z0-9_]{0,127}$',
      patternErrorMessage: 'must be the name of an environment variable, such as XXKK_API_BASE_URL',
      examples: ['XXKK_API_BASE_URL'],
    },
    signing: signingTemplateSchema,
    headers: {
      description: 'Headers that identify the key where nothing is signed: text with {key}, {secret}, {passphrase}.',
      type: 'object',
      minProperties: 1,
      maxProperties: 16,
      additionalProperties: {
        type: 'string',
        maxLength: 512,
        pattern: '^[ -~]+$',
        patternErrorMessage: 'must be printable ASCII on one line, with {key} where the API key belongs',
      },
      examples: [{ 'X-API-KEY': '{key}' }],
    },
    envelope: {
      description: 'How an answer says whether the request succeeded.',
      type: 'object',
      additionalProperties: false,
      required: ['codePath'],
      properties: {
        codePath: { ...fieldPath, description: 'Where the code is.' },
        messagePath: { ...fieldPath, description: 'Where the text of a refusal is.' },
        successCodes: { ...codes, description: 'Codes that mean success; without it, no code means success.' },
      },
    },
    operations,
    endpoints: {
      description: 'Endpoints that workloads call, by method and path; what is not in it is refused.',
      type: 'object',
      maxProperties: 200,
      propertyNames: {
        pattern: '^(GET|POST|PUT|PATCH|DELETE) /[A-Za-z0-9_.:{}/-]{0,99}$',
        patternErrorMessage: "must be method and path, for example 'POST /v1/orders' or 'DELETE /v1/orders/{orderId}'",
      },
      additionalProperties: { enum: Object.values(EndpointCategory) },
      examples: [{ 'GET /v1/positions': 'read', 'POST /v1/orders': 'trade' }],
    },
    permissions,
    quarantinePermissions: {
      ...names,
      minItems: 0,
      description: 'What a key in quarantine keeps: some of permissions.read; default: all of them.',
    },
    allowlistEntryFormat: {
      description: 'How the exchange wants the entries of an allowlist.',
      type: 'string',
      enum: Object.values(AllowlistEntryFormat),
      default: AllowlistEntryFormat.ADDRESS_OR_CIDR,
    },
    errors,
    limits,
  },
} as const;
