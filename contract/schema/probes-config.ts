// Decides what exchange-keys.yaml may say about the probes of a ring: what they call, and in whose name.
import { word } from './word';

const EXCHANGE = '^[a-z][a-z0-9]*(-[a-z0-9]+)*$';

export const probesSchema = {
  description: 'What proves every five minutes that the exchange lets the network in and nobody else.',
  type: 'object',
  additionalProperties: false,
  required: ['echoServices'],
  properties: {
    echoServices: {
      description: "Addresses that answer with the caller's address as text: at least two, run by different people.",
      type: 'array',
      minItems: 1,
      uniqueItems: true,
      items: {
        type: 'string',
        pattern: '^https?://[^\\s,]+$',
        patternErrorMessage: 'must be an address such as https://checkip.amazonaws.com',
      },
      examples: [['https://checkip.amazonaws.com', 'https://api.ipify.org']],
    },
    accounts: {
      description: 'Sub-account of the probe key at each exchange, one without funds.',
      type: 'object',
      minProperties: 1,
      propertyNames: {
        pattern: EXCHANGE,
        patternErrorMessage: 'must be the name of an exchange, such as xxkk',
      },
      additionalProperties: false,
      patternProperties: { [EXCHANGE]: { description: 'Sub-account at this exchange.', ...word } },
      examples: [{ xxkk: 'probe-1' }],
    },
    owner: { ...word, description: "Team that answers for the probe keys, one word; the ring's if left out." },
    closedPaths: {
      description: 'Other hosts to try for the ways out that must be closed.',
      type: 'object',
      additionalProperties: false,
      minProperties: 1,
      properties: {
        direct: {
          description: 'IPv4 address that answers on port 80.',
          type: 'string',
          minLength: 1,
          examples: ['1.1.1.1'],
        },
        ipv6: {
          description: 'IPv6 address that answers on port 443, without brackets.',
          type: 'string',
          minLength: 1,
          examples: ['2606:4700:4700::1111'],
        },
        unlisted: {
          description: "Host that answers on port 443 and is not in the network's dnsAllowlist.",
          type: 'string',
          minLength: 1,
          examples: ['example.com'],
        },
      },
    },
  },
  examples: [{ echoServices: ['https://checkip.amazonaws.com', 'https://api.ipify.org'] }],
} as const;
