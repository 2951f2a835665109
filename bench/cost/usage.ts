// What a ring is used for in a month: assumptions, each said aloud, because no account was measured.
import { GATE_MINUTES, PROBE_MINUTES } from '../../contract/verify';
import { HEARTBEAT_MINUTES } from '../../contract/watch';

/** How workloads log their requests. */
export interface Traffic {
  readonly name: string;
  readonly linesPerKeyMinute: number;
  /** Calls of the detector. CloudWatch Logs delivers each log stream for itself, so this follows from how often a workload sends. */
  readonly deliveriesPerKeyMinute: number;
}

export interface Usage {
  readonly traffic: Traffic;
  /** Bytes of a line of the request log. */
  readonly recordBytes: number;
  readonly minutes: number;
  /** By rotation, caretaker and workloads. */
  readonly secretCallsPerKeyDay: number;
  /** New processes of the detector, each of which reads what is known of every key. */
  readonly detectorStartsPerDay: number;
  readonly detectorMsPerDelivery: number;
  readonly detectorMicrosecondsPerLine: number;
  readonly heartbeatMinutes: number;
  readonly probeMinutes: number;
  /** Most of it is waiting for paths that are closed. */
  readonly insideProbeSeconds: number;
  readonly gateMinutes: number;
  readonly passMinutes: number;
  readonly passSeconds: number;
  readonly passSecondsPerKey: number;
  /** Lines that Lambda writes about each call by itself. */
  readonly platformBytesPerCall: number;
  /** What a function writes about each call: the metrics of a delivery, of a heartbeat. */
  readonly ownBytesPerCall: number;
  /** What the caretaker writes about each key it looks at. */
  readonly caretakerBytesPerKeyDay: number;
  readonly recordMonths: number;
  readonly functionLogMonths: number;
  /** Stored bytes for each byte ingested. */
  readonly compressed: number;
}

export const TRAFFIC = {
  aggregated: {
    name: 'one line per key and minute',
    linesPerKeyMinute: 1,
    deliveriesPerKeyMinute: 1,
  },
  raw: {
    name: 'one line per request, one request per key and second',
    linesPerKeyMinute: 60,
    // log drivers send about every 5 seconds
    deliveriesPerKeyMinute: 12,
  },
} as const satisfies Record<string, Traffic>;

const HOURS = 730;

export function usageOf(traffic: Traffic, recordBytes: number): Usage {
  return {
    traffic,
    recordBytes,
    minutes: HOURS * 60,
    // 4 routine checks with 4 calls each, and a workload that reads its key every hour
    secretCallsPerKeyDay: 4 * 4 + 24,
    detectorStartsPerDay: 24,
    detectorMsPerDelivery: 2,
    // 10,000 records took 45 ms of a processor here
    detectorMicrosecondsPerLine: 5,
    heartbeatMinutes: HEARTBEAT_MINUTES,
    probeMinutes: PROBE_MINUTES,
    insideProbeSeconds: 4,
    gateMinutes: GATE_MINUTES,
    passMinutes: 15,
    passSeconds: 2,
    // a 24th of the keys is looked at in each pass, with two requests at 10 per second
    passSecondsPerKey: 0.2 / 24,
    platformBytesPerCall: 700,
    // counted: the line of metrics that the detector writes
    ownBytesPerCall: 421,
    caretakerBytesPerKeyDay: 4 * 300,
    recordMonths: 12,
    functionLogMonths: 6,
    // a delivery of ten thousand records packs eight to one
    compressed: 0.125,
  };
}
