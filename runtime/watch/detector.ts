// One delivery of request records: judged, stored, counted. What cannot be judged is counted, and the delivery refused to be tried again.
import { WatchMetric } from '../../contract/metrics';
import { refusalOf } from '../shared/aws-refusal';
import { Refusal } from '../shared/refusal';
import type { FindingsTable } from './findings-table';
import { Judgement, type Knowledge } from './judge';
import { unpack } from './log-batch';
import { Memory } from './memory';
import type { OurNetwork } from './our-network';
import type { Ring } from './ring';
import { settle } from './settle';

export interface DetectorDependencies {
  readonly ring: Ring;
  readonly network: OurNetwork;
  readonly table: () => FindingsTable;
  readonly publishCounts: (counts: Iterable<readonly [string, number]>) => void;
  readonly now: () => number;
  readonly learningMs: number;
  readonly spikeFailures: number;
}

/** @throws Refusal when records could not be judged or findings not be stored. */
export type Detector = (event: unknown) => Promise<void>;

export function createDetector(dependencies: DetectorDependencies): Detector {
  const { table, publishCounts, now, learningMs, spikeFailures } = dependencies;
  const memory = new Memory();
  // with the last object of its class, V8 would give up the optimised code of the judgement between two deliveries
  const kept: Judgement[] = [];
  return async (event) => {
    const at = now();
    const lines = unpack(event);
    const judgement = new Judgement(await know(dependencies, at), at, spikeFailures);
    kept[0] = judgement;
    if (typeof lines === 'string') judgement.bad(lines);
    else judgement.takeAll(lines);
    await judgement.settleDoubts();
    let dropped = 0;
    let refusal = judgement.refusal;
    // a delivery that cannot be unpacked hides as many records as it likes, and would be no other the next time
    let unjudged = typeof lines === 'string' ? 1 : judgement.unjudged;
    try {
      dropped = await settle(judgement, { table, memory, learningMs, spikeFailures, now: at });
    } catch (error) {
      refusal = refusalOf(error);
      unjudged = Math.max(typeof lines === 'string' ? 1 : lines.length, 1);
    }
    publishCounts([
      [WatchMetric.REQUESTS, judgement.requests],
      [WatchMetric.AUTH_FAILURES, judgement.authFailures],
      [WatchMetric.BAD_RECORDS, judgement.badRecords],
      [WatchMetric.RECORDS_UNJUDGED, unjudged],
      [WatchMetric.FINDINGS_DROPPED, dropped],
    ]);
    if (refusal !== undefined) throw unjudgedRefusal(unjudged, refusal);
  };
}

/** What could not be read is a refusal that stays with the records that need it. */
async function know({ ring, network }: DetectorDependencies, now: number): Promise<Knowledge> {
  const [ringRefusal, networkRefusal] = await Promise.all([
    refused(() => ring.refresh(now)),
    refused(async () => {
      if (await network.refresh(now)) ring.forgetAddresses();
    }),
  ]);
  return { ring: ringRefusal ?? ring, network: networkRefusal ?? network };
}

async function refused(read: () => Promise<void>): Promise<Refusal | undefined> {
  try {
    await read();
    return undefined;
  } catch (error) {
    return refusalOf(error);
  }
}

function unjudgedRefusal(records: number, { code, message, awsError }: Refusal): Refusal {
  return new Refusal(
    'RECORDS_UNJUDGED',
    `${records} records could not be judged (${message}) [${code}]; they are delivered again`,
    awsError,
  );
}
