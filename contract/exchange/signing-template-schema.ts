// Decides what a signing template may say as JSON or YAML: shape and values; what refers to what is check-signing-template's.
import {
  BodyFormat,
  DigestEncoding,
  EmptyBody,
  NonceFormat,
  ParameterPlace,
  ParameterPosition,
  PassphraseMode,
  QueryOrder,
  SecretEncoding,
  SigningEncoding,
  SigningHash,
  TimestampFormat,
  UrlEncoding,
} from './signing-template';

const tokens = {
  type: 'array',
  minItems: 1,
  maxItems: 32,
  items: { type: 'string', maxLength: 256 },
} as const;

const separator = {
  description: 'Text between the tokens.',
  type: 'string',
  maxLength: 16,
  default: '',
  examples: ['\n'],
} as const;

const parameterName = {
  type: 'string',
  pattern: '^[A-Za-z0-9_.-]{1,64}$',
  patternErrorMessage: 'must be 1 to 64 letters, digits, dots, underscores and hyphens',
} as const;

const place = {
  type: 'string',
  enum: Object.values(ParameterPlace),
} as const;

const text = {
  type: 'string',
  maxLength: 512,
  pattern: '^[ -~]+$',
  patternErrorMessage: 'must be printable ASCII on one line, with {tokens} where a value belongs',
} as const;

const timestamp = {
  description: "Format of 'timestamp'.",
  type: 'object',
  additionalProperties: false,
  required: ['format'],
  properties: {
    format: { description: 'How the time is written; UTC.', type: 'string', enum: Object.values(TimestampFormat) },
    offsetMilliseconds: {
      description: 'Added to the time, for exchanges that want the time at which the request expires.',
      type: 'integer',
      minimum: 0,
      maximum: 3_600_000,
      default: 0,
    },
  },
} as const;

const payloadHash = {
  description: "The digest 'payloadHash', itself part of what is signed.",
  type: 'object',
  additionalProperties: false,
  required: ['tokens', 'hash', 'encoding'],
  properties: {
    tokens: { ...tokens, description: 'What is hashed, in order.', examples: [['nonce', 'body']] },
    separator,
    hash: { description: 'Hash function.', type: 'string', enum: Object.values(SigningHash) },
    encoding: { description: 'How the digest is written.', type: 'string', enum: Object.values(DigestEncoding) },
  },
} as const;

const parameters = {
  description: 'Parameters added to every request before it is signed.',
  type: 'array',
  maxItems: 16,
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['name', 'value', 'place'],
    properties: {
      name: { ...parameterName, description: 'Name of the parameter.' },
      value: { ...text, description: 'Its value, text with {tokens}.', examples: ['{timestamp}'] },
      place: {
        ...place,
        description: 'Where it goes; body-or-query: the body of POST, PUT and PATCH, else the query.',
      },
      position: {
        description: 'Before or after the parameters of the request.',
        type: 'string',
        enum: Object.values(ParameterPosition),
        default: ParameterPosition.END,
      },
    },
  },
} as const;

/** A signing template; draft-07, without an address of its own, so that other schemas can hold it. */
export const signingTemplateSchema = {
  title: 'Signing template',
  description: 'How a request to an exchange is signed: HMAC over ordered tokens.',
  type: 'object',
  additionalProperties: false,
  required: ['tokens', 'hash', 'encoding'],
  properties: {
    tokens: {
      ...tokens,
      description: "What is signed, in order: names of tokens, and 'text:' with a literal.",
      examples: [['timestamp', 'method', 'path', '?query', 'body']],
    },
    separator,
    hash: { description: 'Hash function of the HMAC.', type: 'string', enum: Object.values(SigningHash) },
    encoding: { description: 'How the signature is written.', type: 'string', enum: Object.values(SigningEncoding) },
    secretEncoding: {
      description: 'How the API secret becomes the HMAC key.',
      type: 'string',
      enum: Object.values(SecretEncoding),
      default: SecretEncoding.UTF8,
    },
    timestamp,
    nonce: {
      description: "Format of 'nonce'.",
      type: 'object',
      additionalProperties: false,
      required: ['format'],
      properties: {
        format: { description: 'What it looks like.', type: 'string', enum: Object.values(NonceFormat) },
      },
    },
    recvWindowMilliseconds: {
      description: 'How long the exchange may take to receive the request.',
      type: 'integer',
      minimum: 1,
      maximum: 60_000,
      examples: [5000],
    },
    payloadHash,
    passphrase: {
      description: "What 'passphrase' stands for; hmac: its HMAC with the API secret.",
      type: 'string',
      enum: Object.values(PassphraseMode),
      default: PassphraseMode.NONE,
    },
    parameters,
    headers: {
      description: 'Headers by name; values are text with {tokens}.',
      type: 'object',
      maxProperties: 32,
      additionalProperties: text,
      examples: [{ 'X-API-KEY': '{key}', 'X-SIGNATURE': '{signature}' }],
    },
    signatureParameter: {
      description: 'The signature as the last parameter.',
      type: 'object',
      additionalProperties: false,
      required: ['name', 'place'],
      properties: {
        name: { ...parameterName, description: 'Name of the parameter.' },
        place: { ...place, description: 'Where it goes.' },
      },
    },
    queryOrder: {
      description: 'Order of the query.',
      type: 'string',
      enum: Object.values(QueryOrder),
      default: QueryOrder.AS_GIVEN,
    },
    urlEncoding: {
      description: 'How query and form are encoded; rfc3986: a blank is %20; form: it is +.',
      type: 'string',
      enum: Object.values(UrlEncoding),
      default: UrlEncoding.RFC3986,
    },
    body: {
      description: 'The body of a request.',
      type: 'object',
      additionalProperties: false,
      required: ['format'],
      properties: {
        format: { description: 'Its format.', type: 'string', enum: Object.values(BodyFormat) },
        empty: {
          description: 'What POST, PUT and PATCH send when there is nothing to say: no body, or an empty one.',
          type: 'string',
          enum: Object.values(EmptyBody),
          default: EmptyBody.OMIT,
        },
      },
    },
  },
} as const;
