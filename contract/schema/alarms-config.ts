// Decides what exchange-keys.yaml may say about the watch of a ring: who is told, and how alarms are tuned.
import { ALARM_IDS } from '../alarms/alarm-id';

const overrideSchema = {
  description: 'What is different about this alarm.',
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  properties: {
    threshold: { description: "Within the alarm's own range, see docs/runbook.md.", type: 'number' },
    evaluationPeriods: { description: 'N of "M of N" periods.', type: 'integer', minimum: 1 },
    datapointsToAlarm: { description: 'M of "M of N" periods.', type: 'integer', minimum: 1 },
    severity: { description: 'Who is told, and when.', type: 'string', enum: ['critical', 'warning'] },
    disabledBecause: { description: 'Why nobody is to be told.', type: 'string', minLength: 1 },
  },
} as const;

export const alarmsSchema = {
  description: 'Who is told of alarms and findings, and how the watch is tuned.',
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  properties: {
    topicArn: {
      description: 'Existing topic; its policy must let cloudwatch.amazonaws.com and events.amazonaws.com publish.',
      type: 'string',
      pattern: '^arn:[a-z-]+:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+$',
      patternErrorMessage: 'must be the ARN of a topic, such as arn:aws:sns:eu-west-1:111122223333:desk-alarms',
      examples: ['arn:aws:sns:eu-west-1:111122223333:desk-alarms'],
    },
    emails: {
      description: "People subscribed to the ring's own topic; each must confirm once.",
      type: 'array',
      minItems: 1,
      uniqueItems: true,
      items: {
        type: 'string',
        pattern: '^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$',
        patternErrorMessage: 'must be an e-mail address, such as desk-1@example.com',
      },
      examples: [['desk-1@example.com']],
    },
    runbookUrl: {
      description: 'Where your own runbook is.',
      type: 'string',
      pattern: '^https?://[^\\s"<>\\\\]+$',
      patternErrorMessage: 'must be an address such as https://wiki.example.com/exchange-keys',
      maxLength: 500,
      examples: ['https://wiki.example.com/exchange-keys'],
    },
    learningDays: {
      description: "For how long a new key's allowlisted addresses are learned without telling anybody.",
      type: 'integer',
      minimum: 0,
      maximum: 30,
      default: 7,
    },
    authFailureThreshold: {
      description: 'Refusals of one key within 5 minutes that are a spike.',
      type: 'integer',
      minimum: 3,
      maximum: 1000,
      default: 10,
    },
    overrides: {
      description: 'Changes to single alarms, by id.',
      type: 'object',
      additionalProperties: false,
      minProperties: 1,
      properties: Object.fromEntries(ALARM_IDS.map((id) => [id, overrideSchema])) as {
        [K in (typeof ALARM_IDS)[number]]: typeof overrideSchema;
      },
    },
  },
  examples: [{ emails: ['desk-1@example.com'] }],
} as const;
