// The templates of a ring of so many keys, as this library synthesises them; network and workloads are not among them.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App } from 'aws-cdk-lib';
import { isCounted } from '../implementations';
import { compose } from '../keys/ours';
import type { Template } from './resource-counts';

export function ringTemplates(keys: number): Template[] {
  const outdir = mkdtempSync(path.join(tmpdir(), 'bench-cost-'));
  try {
    const app = new App({ outdir, analyticsReporting: false });
    compose(app, { variant: 'given', size: keys }, { zones: 2, probes: true });
    app.synth();
    const files = readdirSync(outdir).filter((file) => file.endsWith('.template.json') && isCounted('keys', file));
    return files.map((file) => JSON.parse(readFileSync(path.join(outdir, file), 'utf8')));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
