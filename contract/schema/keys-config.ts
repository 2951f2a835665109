// Decides what exchange-keys.yaml may say about keys: the ring of its environment, and each key in it.
import { KeyPermission } from '../keys/permission';
import { RiskTier } from '../keys/risk-tier';
import { alarmsSchema } from './alarms-config';
import { probesSchema } from './probes-config';
import { word } from './word';

/** Id of a key: a name that is up to the user, and part of logical ids. */
export const KEY_ID = '^[A-Z][A-Za-z0-9]*$';

const roleArn = {
  type: 'string',
  pattern: '^arn:[a-z-]+:iam::[0-9]{12}:role/[A-Za-z0-9_+=,.@/-]+$',
  patternErrorMessage: 'must be the ARN of one role, such as arn:aws:iam::111122223333:role/Operator',
  examples: ['arn:aws:iam::111122223333:role/Operator'],
} as const;

const day = {
  type: 'string',
  pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$',
  patternErrorMessage: "must be a day in quotes, such as '2026-11-22'",
  examples: ['2026-11-22'],
} as const;

const regionName = {
  type: 'string',
  pattern: '^[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}$',
  patternErrorMessage: 'must be a region such as eu-west-1, without a zone letter',
  examples: ['eu-west-1'],
} as const;

export const ringSchema = {
  description: 'What the keys of the environment share: encryption, rotation, caretaker, and who may put keys.',
  type: 'object',
  additionalProperties: false,
  required: ['homeRegion', 'owner', 'exchangeFile', 'operators', 'breakGlassRole'],
  properties: {
    homeRegion: { ...regionName, description: 'Region of the keys; one of regions, with a network.' },
    owner: { ...word, description: 'Team that answers for the ring, one word.', examples: ['desk-1'] },
    exchangeFile: {
      description: 'File with the configuration of the exchange, relative to this one.',
      type: 'string',
      minLength: 1,
      examples: ['exchange-xxkk.yaml'],
    },
    manual: {
      description: 'Whether people create and delete all keys, even if the exchange has an API for it.',
      type: 'boolean',
    },
    operators: {
      description: 'Roles that may put keys and start rotations.',
      type: 'array',
      minItems: 1,
      uniqueItems: true,
      items: roleArn,
      examples: [['arn:aws:iam::111122223333:role/Operator']],
    },
    breakGlassRole: { ...roleArn, description: 'The one role besides workload and ring that may read keys.' },
    replicaRegions: {
      description: 'Other regions with a copy of the secrets.',
      type: 'array',
      uniqueItems: true,
      items: regionName,
      examples: [['us-east-1']],
    },
    size: {
      description:
        'Up to 150 keys in one stack (standard), or thousands in nested stacks (sharded); cannot be changed later.',
      type: 'string',
      enum: ['standard', 'sharded'],
      default: 'standard',
    },
    suspended: {
      description: 'Whether rotation and caretaker are stopped and out of the network, to rebuild the network.',
      type: 'boolean',
    },
    alarms: alarmsSchema,
    probes: probesSchema,
  },
  examples: [
    {
      homeRegion: 'eu-west-1',
      owner: 'desk-1',
      exchangeFile: 'exchange-xxkk.yaml',
      operators: ['arn:aws:iam::111122223333:role/Operator'],
      breakGlassRole: 'arn:aws:iam::111122223333:role/BreakGlass',
    },
  ],
} as const;

const refresh = {
  description: 'How the workload gets a new key; one of the two.',
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  maxProperties: 1,
  properties: {
    pollingMinutes: {
      description: 'It reads the secret again at least so often, in minutes.',
      type: 'integer',
      minimum: 1,
      maximum: 2880,
    },
    redeployHours: {
      description: 'It is redeployed within so many hours of a rotation.',
      type: 'integer',
      minimum: 1,
      maximum: 48,
    },
  },
} as const;

const withdrawalReview = {
  description: 'The reviewed requirement to withdraw; needed with the permission withdraw.',
  type: 'object',
  additionalProperties: false,
  required: ['reviewer', 'date', 'ticket', 'expires'],
  properties: {
    reviewer: { ...word, description: 'Who reviewed it.', examples: ['alice'] },
    date: { ...day, description: 'Day of the review.' },
    ticket: { ...word, description: 'Where it is written down.', examples: ['SEC-1234'] },
    expires: { ...day, description: 'First day on which it no longer holds.' },
  },
} as const;

const key = {
  description: 'One key of one workload, named <environment>-<purpose>-<instance>.',
  type: 'object',
  additionalProperties: false,
  required: ['purpose', 'instance', 'permissions'],
  properties: {
    purpose: {
      description: 'What it is for, the middle of its name.',
      type: 'string',
      pattern: '^[a-z][a-z0-9]*(-[a-z0-9]+)*$',
      patternErrorMessage: 'must be lower-case words of letters and digits joined by hyphens, such as trader-bot',
      examples: ['trader-bot'],
    },
    instance: {
      description: 'Which one of several, the end of its name; in quotes if it is a number.',
      type: 'string',
      pattern: '^[a-z0-9]{1,5}$',
      patternErrorMessage: "must be 1 to 5 lower-case letters or digits in quotes, such as 'a' or '01'",
      examples: ['a'],
    },
    owner: { ...word, description: 'Team that answers for it; default: that of the ring.', examples: ['desk-1'] },
    account: { ...word, description: 'Sub-account at the exchange.', examples: ['sub-1'] },
    permissions: {
      description: 'What it may do.',
      type: 'array',
      minItems: 1,
      uniqueItems: true,
      items: { type: 'string', enum: Object.values(KeyPermission) as readonly `${KeyPermission}`[] },
      examples: [['read', 'trade']],
    },
    tier: {
      description: 'Tier to treat it as; may be above the one that follows from the permissions, never below.',
      type: 'string',
      enum: Object.values(RiskTier) as readonly `${RiskTier}`[],
    },
    overlapHours: {
      description: 'How long the old key lives on beside the new one; low: 48, medium: 24 to 48, high: 24.',
      type: 'integer',
      minimum: 24,
      maximum: 48,
    },
    refresh,
    withdrawalReview,
    workloadRoles: {
      description: 'Roles of the one workload, tagged exchange-keys:environment with the environment.',
      type: 'array',
      minItems: 1,
      uniqueItems: true,
      items: { ...roleArn, examples: ['arn:aws:iam::111122223333:role/TraderBot'] },
    },
  },
} as const;

export const keysSchema = {
  description: 'The keys, by an id that never changes.',
  type: 'object',
  minProperties: 1,
  propertyNames: {
    pattern: KEY_ID,
    patternErrorMessage: 'must be PascalCase: letters and digits, a capital first, such as TraderBotA',
  },
  additionalProperties: false,
  patternProperties: { [KEY_ID]: key },
  examples: [{ TraderBotA: { purpose: 'trader-bot', instance: 'a', permissions: ['read', 'trade'] } }],
} as const;
