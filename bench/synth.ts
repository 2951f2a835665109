// One sample: a fresh app, synthesised into a folder of its own, with the CPU time it took.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App } from 'aws-cdk-lib';
import type { Case, Compose } from './compose';
import { type IsCounted, readFacts, type TemplateFacts } from './template-facts';

export interface Sample {
  /** User and system time of the whole process, garbage collector and compiler threads included. */
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly facts: TemplateFacts;
}

export function synth(compose: Compose, benchCase: Case, isCounted: IsCounted): Sample {
  const outdir = mkdtempSync(path.join(tmpdir(), 'bench-synth-'));
  try {
    globalThis.gc?.(); // so that nobody pays for the garbage of the sample before
    const wallStart = performance.now();
    const cpuStart = process.cpuUsage();
    const app = new App({ outdir, analyticsReporting: false });
    compose(app, benchCase);
    app.synth();
    const { user, system } = process.cpuUsage(cpuStart);
    const wallMs = performance.now() - wallStart;
    return { cpuMs: (user + system) / 1000, wallMs, facts: readFacts(outdir, isCounted) };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
