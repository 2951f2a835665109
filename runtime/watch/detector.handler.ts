// Lambda entry point: the detector of a ring, called by CloudWatch Logs with request records. Clients of AWS are loaded when they are needed.
import type { SSMClient } from '@aws-sdk/client-ssm';
import type { Cidr } from '../../contract/cidr';
import type * as KeyStoreModule from '../keys/key-store';
import { publishCounts } from '../shared/metrics';
import type * as OurAddressesModule from '../shared/our-addresses';
import type * as SecretsClientModule from '../shared/secrets-client';
import { createDetector, type Detector } from './detector';
import type * as FindingsTableModule from './findings-table';
import type { FindingsTable } from './findings-table';
import { OurNetwork } from './our-network';
import { Ring, type RingSource } from './ring';
import { type DetectorSettings, detectorSettings } from './watch-settings';

let detector: Detector | undefined;

export const handler = async (event: unknown): Promise<void> => {
  detector ??= wire(detectorSettings(process.env));
  await detector(event);
};

function wire(settings: DetectorSettings): Detector {
  const { environment, learningMs, spikeFailures } = settings;
  let source: RingSource | undefined;
  let table: FindingsTable | undefined;
  return createDetector({
    ring: new Ring(environment, () => {
      source ??= openRing(settings);
      return source;
    }),
    network: new OurNetwork(() => readAddresses(settings)),
    table: () => {
      table ??= openTable(settings);
      return table;
    },
    publishCounts: (counts) => publishCounts(environment, counts),
    now: Date.now,
    learningMs,
    spikeFailures,
  });
}

const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
const clients = new Map<string, SSMClient>();

// `require` where it is needed: an `import` would load every client at every cold start

function openRing({ region, environment }: DetectorSettings): RingSource {
  const { KeyStore } = require('../keys/key-store') as typeof KeyStoreModule;
  const { createSecretsClient } = require('../shared/secrets-client') as typeof SecretsClientModule;
  return new KeyStore({ client: createSecretsClient(region), environment, sleep });
}

function readAddresses({ environment, allowlistRegions, localAws }: DetectorSettings): Promise<readonly Cidr[]> {
  const { readOurAddresses } = require('../shared/our-addresses') as typeof OurAddressesModule;
  const { createSsmClient } = require('../shared/secrets-client') as typeof SecretsClientModule;
  const ssm = (region: string) => {
    const client = clients.get(region) ?? createSsmClient(region);
    clients.set(region, client);
    return client;
  };
  return readOurAddresses({ environment, regions: allowlistRegions, ssm, localAws });
}

function openTable({ region, table }: DetectorSettings): FindingsTable {
  const { createTableClient, FindingsTable: Table } = require('./findings-table') as typeof FindingsTableModule;
  return new Table(createTableClient(region), table, sleep);
}
