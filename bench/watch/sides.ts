// The two sides of the comparison: the detector as it runs in Lambda, and the least that any reader of the log must do.
import { gunzipSync } from 'node:zlib';
import { WATCH_LIMITS } from '../../contract/watch';
import { publishCounts } from '../../runtime/shared/metrics';
import { createDetector } from '../../runtime/watch/detector';
import { OurNetwork } from '../../runtime/watch/our-network';
import { Ring } from '../../runtime/watch/ring';
import type { MeasuredTable } from './table';
import { type Delivery, ENVIRONMENT, ourRanges, ringOf } from './traffic';

export type Side = (delivery: Delivery) => Promise<void>;

const HOUR_MS = 3_600_000;

/** Everything but the table's client is the real thing; the lists of keys and addresses are at hand, as they are for five minutes each. */
export function detectorSide(table: MeasuredTable, keys: number, now: number): Side {
  const states = ringOf(keys);
  const source = {
    list: async () => states,
    describe: () => unexpected('DescribeSecret'),
    versions: () => unexpected('ListSecretVersionIds'),
  };
  const opened = table.open();
  return createDetector({
    ring: new Ring(ENVIRONMENT, () => source),
    network: new OurNetwork(async () => ourRanges()),
    table: () => opened,
    publishCounts: (counts) => publishCounts(ENVIRONMENT, counts),
    now: () => now,
    learningMs: WATCH_LIMITS.learningHours.normal * HOUR_MS,
    spikeFailures: WATCH_LIMITS.spikeFailures.normal,
  });
}

function unexpected(call: string): never {
  throw new Error(`the detector asked for ${call}: the traffic was not quiet`);
}

/** What keeps the parsed records from being optimised away. */
export let parsed = 0;

export const bareSide: Side = async ({ awslogs }) => {
  const { logEvents } = JSON.parse(gunzipSync(Buffer.from(awslogs.data, 'base64')).toString('utf8'));
  for (const { message } of logEvents) parsed += JSON.parse(message).latencyMs;
};
