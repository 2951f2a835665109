// Decides what exchange-keys.yaml may say: the one source of its published JSON Schema, its checks and its type.
import { keysSchema, ringSchema } from './keys-config';

// `patternErrorMessage` is what editors show, and what the reader prints, in place of a regular expression.
const REGION = '^[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}$';
const ZONE = '^[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}[a-z]$';
const LABEL = '[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const HEX_ID = '([0-9a-f]{8}|[0-9a-f]{17})$';
const OCTET = '(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])';
const HEX_WORDS = 'followed by 8 or 17 hexadecimal digits';

const zoneName = {
  type: 'string',
  pattern: ZONE,
  patternErrorMessage:
    'must be the name of an availability zone such as eu-west-1a (not a region, a zone id such as euw1-az1 or a Local Zone)',
} as const;

const regionName = {
  pattern: REGION,
  patternErrorMessage: 'must be a region such as eu-west-1, us-gov-west-1 or ap-southeast-2, without a zone letter',
} as const;

const cidr = {
  pattern: `^(${OCTET}\\.){3}${OCTET}/(3[0-2]|[12]?[0-9])$`,
  patternErrorMessage:
    'must be an IPv4 network in CIDR notation, four numbers from 0 to 255 and a prefix length, such as 10.0.0.0/16',
} as const;

const zoneNames = { type: 'array', items: zoneName, uniqueItems: true } as const;

const vpcId = {
  description: 'The VPC that exists already.',
  type: 'string',
  pattern: `^vpc-${HEX_ID}`,
  patternErrorMessage: `must be the id of a VPC: vpc- ${HEX_WORDS}`,
  examples: ['vpc-0123456789abcdef0'],
} as const;

const existingZone = {
  description: 'What this availability zone already has.',
  type: 'object',
  additionalProperties: false,
  required: ['subnetId', 'routeTableId', 'natGatewayId'],
  properties: {
    subnetId: {
      description: 'The private subnet the workload runs in.',
      type: 'string',
      pattern: `^subnet-${HEX_ID}`,
      patternErrorMessage: `must be the id of a subnet: subnet- ${HEX_WORDS}`,
      examples: ['subnet-0123456789abcdef0'],
    },
    routeTableId: {
      description: 'The route table of that subnet.',
      type: 'string',
      pattern: `^rtb-${HEX_ID}`,
      patternErrorMessage: `must be the id of a route table: rtb- ${HEX_WORDS}`,
      examples: ['rtb-0123456789abcdef0'],
    },
    natGatewayId: {
      description: 'The NAT gateway that route table sends outbound traffic to.',
      type: 'string',
      pattern: `^nat-${HEX_ID}`,
      patternErrorMessage: `must be the id of a NAT gateway: nat- ${HEX_WORDS}`,
      examples: ['nat-0123456789abcdef0'],
    },
  },
} as const;

const existing = {
  description: 'Use a network that exists instead of creating one; excludes every other key of network.',
  type: 'object',
  additionalProperties: false,
  required: ['vpcId', 'zones'],
  properties: {
    vpcId,
    zones: {
      description: 'The availability zones to use, by name.',
      type: 'object',
      minProperties: 1,
      propertyNames: zoneName,
      additionalProperties: false,
      patternProperties: { [ZONE]: existingZone },
      examples: [
        {
          'eu-west-1a': {
            subnetId: 'subnet-0123456789abcdef0',
            routeTableId: 'rtb-0123456789abcdef0',
            natGatewayId: 'nat-0123456789abcdef0',
          },
        },
      ],
    },
  },
} as const;

const network = {
  description: 'The network of the workload in this region; without it only the addresses are created.',
  type: 'object',
  additionalProperties: false,
  // A network is either created as described or used as it is.
  dependencies: {
    existing: {
      properties: {
        layout: false,
        availabilityZones: false,
        acknowledgeSingleNat: false,
        vpcCidr: false,
        interfaceEndpoints: false,
        dnsAllowlist: false,
      },
    },
  },
  properties: {
    layout: {
      description:
        'NAT gateways: zonal, one per availability zone; regional, one regional NAT gateway; single, one for all zones.',
      type: 'string',
      enum: ['zonal', 'regional', 'single'],
      default: 'zonal',
    },
    availabilityZones: {
      ...zoneNames,
      description: 'The availability zones the workload runs in; default: those of the region that have an address.',
      minItems: 1,
      examples: [['eu-west-1a', 'eu-west-1b']],
    },
    acknowledgeSingleNat: {
      description: 'Why it is acceptable that one zone failing stops all outbound traffic (layout: single).',
      type: 'string',
      pattern: '\\S',
      patternErrorMessage: 'must give the reason in words',
      examples: ['a development desk, an outage is acceptable'],
    },
    vpcCidr: {
      description: 'The IPv4 network of the VPC.',
      type: 'string',
      ...cidr,
      examples: ['10.0.0.0/16'],
    },
    interfaceEndpoints: {
      description: 'AWS services reached over interface endpoints instead of the NAT gateways.',
      type: 'array',
      uniqueItems: true,
      items: {
        type: 'string',
        enum: ['secretsmanager', 'kms', 'logs', 'monitoring', 'sts', 'ssm', 'events', 'sns', 'sqs', 'lambda', 'ec2'],
      },
      examples: [['secretsmanager', 'kms', 'logs', 'sts']],
    },
    dnsAllowlist: {
      description: 'The only domain names the workload may resolve; without it every name resolves.',
      type: 'array',
      minItems: 1,
      uniqueItems: true,
      items: {
        type: 'string',
        maxLength: 254,
        pattern: `^(\\*\\.)?(${LABEL}\\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]\\.?$`,
        patternErrorMessage:
          "must be a domain name such as api.xxkk.example, or '*.xxkk.example' for every name below it (no scheme, port or path)",
      },
      examples: [['api.xxkk.example', '*.xxkk.example']],
    },
    existing,
  },
} as const;

const addresses = {
  description: 'Where the static addresses come from; without it they are allocated.',
  default: { source: 'allocate' },
  type: 'object',
  additionalProperties: false,
  required: ['source'],
  properties: {
    source: {
      description:
        'Allocate new Elastic IPs of Amazon, adopt those you have, or take new ones from your own IPAM pool.',
      type: 'string',
      enum: ['allocate', 'adopt', 'ipam-pool'],
      examples: ['allocate'],
    },
    allocationIds: {
      description: 'With source adopt: the allocation id of the Elastic IP of each availability zone.',
      type: 'object',
      minProperties: 1,
      propertyNames: zoneName,
      additionalProperties: false,
      patternProperties: {
        [ZONE]: {
          description: 'The allocation id of the Elastic IP of this availability zone.',
          type: 'string',
          pattern: `^eipalloc-${HEX_ID}`,
          patternErrorMessage: `must be an allocation id, not an address: eipalloc- ${HEX_WORDS}`,
        },
      },
      examples: [{ 'eu-west-1a': 'eipalloc-0123456789abcdef0' }],
    },
    ipamPoolId: {
      description: 'With source ipam-pool: the public IPAM pool to allocate from.',
      type: 'string',
      pattern: `^ipam-pool-${HEX_ID}`,
      patternErrorMessage: `must be the id of an IPAM pool: ipam-pool- ${HEX_WORDS}`,
      examples: ['ipam-pool-0123456789abcdef0'],
    },
    declaredPool: {
      description:
        'With source adopt or ipam-pool: the one block that the addresses come from; the lock must not have one outside it.',
      type: 'string',
      ...cidr,
      examples: ['198.51.100.0/28'],
    },
  },
  discriminator: { propertyName: 'source' },
  oneOf: [
    { properties: { source: { const: 'allocate' }, allocationIds: false, ipamPoolId: false, declaredPool: false } },
    { properties: { source: { const: 'adopt' }, ipamPoolId: false }, required: ['allocationIds'] },
    { properties: { source: { const: 'ipam-pool' }, allocationIds: false }, required: ['ipamPoolId'] },
  ],
} as const;

const region = {
  description: 'One region: its static addresses and, optionally, the network that uses them.',
  type: 'object',
  additionalProperties: false,
  anyOf: [
    { required: ['availabilityZones'], properties: { availabilityZones: { not: { const: [] } } } },
    { required: ['standbyAvailabilityZones'], properties: { standbyAvailabilityZones: { not: { const: [] } } } },
  ],
  properties: {
    availabilityZones: {
      ...zoneNames,
      description: 'The availability zones that get a static address now.',
      examples: [['eu-west-1a', 'eu-west-1b']],
    },
    standbyAvailabilityZones: {
      ...zoneNames,
      description: 'Availability zones whose address is reserved, so that it can be allowlisted before it is needed.',
      examples: [['eu-west-1c']],
    },
    addresses,
    acknowledgeAddressLoss: {
      ...zoneNames,
      description: 'Availability zones whose address may be released, which cannot be undone.',
      examples: [['eu-west-1b']],
    },
    network,
  },
} as const;

/** The JSON Schema (draft-07, which editors support best) of `exchange-keys.yaml`. */
export const exchangeKeysConfigSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'exchange-keys.yaml',
  description: 'What cdk-exchange-keys deploys. Key material never goes in this file.',
  type: 'object',
  additionalProperties: false,
  required: ['environment', 'regions'],
  properties: {
    environment: {
      description: 'The environment this file is for, part of every stack name.',
      type: 'string',
      minLength: 1,
      examples: ['dev'],
    },
    account: {
      description: 'The AWS account, in quotes: as a YAML number it would lose leading zeros.',
      type: 'string',
      pattern: '^[0-9]{12}$',
      patternErrorMessage: "must be the 12 digits of an AWS account id, without dashes, such as '111122223333'",
      examples: ['111122223333'],
    },
    owner: {
      description: 'Who answers for the stacks: the value of the owner tag on each of them.',
      type: 'string',
      maxLength: 256,
      pattern: '^[\\p{L}\\p{N} _.:/=+@-]+$',
      patternErrorMessage: 'must be a text usable as the value of a tag: letters, digits, spaces and _ . : / = + @ -',
      examples: ['desk-1'],
    },
    terminationProtection: {
      description: 'Whether the stacks refuse to be deleted.',
      type: 'boolean',
    },
    peering: {
      description: 'Whether the VPCs are to be peered, in which case their CIDRs must not overlap.',
      type: 'boolean',
    },
    regions: {
      description: 'The regions to deploy to, by name.',
      type: 'object',
      minProperties: 1,
      propertyNames: regionName,
      additionalProperties: false,
      patternProperties: { [REGION]: region },
      examples: [{ 'eu-west-1': { availabilityZones: ['eu-west-1a'] } }],
    },
    lockFile: {
      description:
        'The reviewed list of the addresses, beside this file unless the path says otherwise; default: egress.lock.json, if it is there.',
      type: 'string',
      pattern: '\\S',
      patternErrorMessage: 'must be the path of the lock file that exchange-keys allowlist lock wrote',
      examples: ['egress.lock.json'],
    },
    regionsElsewhere: {
      description: 'Regions of the lock that another configuration deploys; every other one must be under regions.',
      type: 'array',
      uniqueItems: true,
      items: { type: 'string', ...regionName },
      examples: [['us-east-1']],
    },
    ring: ringSchema,
    keys: keysSchema,
  },
  dependencies: { keys: ['ring'] },
} as const;
