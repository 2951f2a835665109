// Lambda entry point: the outside probe of a ring, called by a schedule and by the gate of a pipeline.
import type { ProbeAnswer } from '../../contract/verify';
import { withSearchableCode } from '../shared/refusal';
import { createOutsideProbe } from './outside-probe';

let probe: ReturnType<typeof createOutsideProbe> | undefined;

/** What an event says does not matter. */
export const handler = (): Promise<ProbeAnswer> =>
  withSearchableCode(async () => {
    probe ??= createOutsideProbe(process.env);
    return probe();
  });
