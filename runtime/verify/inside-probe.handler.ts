// Lambda entry point: the inside probe of one zone, called by a schedule and by the gate of a pipeline.
import type { ProbeAnswer } from '../../contract/verify';
import { withSearchableCode } from '../shared/refusal';
import { createInsideProbe } from './inside-probe';

let probe: ReturnType<typeof createInsideProbe> | undefined;

/** What an event says does not matter. */
export const handler = (): Promise<ProbeAnswer> =>
  withSearchableCode(async () => {
    probe ??= createInsideProbe(process.env);
    return probe();
  });
