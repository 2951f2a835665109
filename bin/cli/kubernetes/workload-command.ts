// What the commands for one workload have in common: they find its key, and print one manifest.
import type { AccountCommand, AccountSession, OptionText, Values } from '../command';
import type { Output } from '../output/output';
import { findWorkload } from './find-workload';
import { type Manifest, objectsOf, textOf } from './manifests/manifest';
import { IMAGE_OPTION, imageOption, WORKLOAD_OPTIONS } from './options';
import type { KubernetesWorkload } from './workload';

export interface WorkloadCommand {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  readonly options?: readonly OptionText[];
  readonly examples: readonly string[];
  /** Reads the command's own options; what it returns makes the manifest once the workload is found. */
  prepare(
    options: Values['options'],
  ): (workload: KubernetesWorkload, session: AccountSession) => Manifest | Promise<Manifest>;
}

export function workloadCommand({
  name,
  summary,
  description,
  options,
  examples,
  prepare,
}: WorkloadCommand): AccountCommand {
  return {
    needs: 'account',
    usage: `${name} <key>`,
    summary,
    description: `${description}\nAWS is asked what the key is, unless --exchange, --permissions and --overlap-hours say so. Nothing is applied, no key is read.`,
    options: [...WORKLOAD_OPTIONS, ...(options ?? [])],
    examples,
    async run(session, values) {
      const manifest = prepare(values.options);
      printManifest(session.output, await manifest(await findWorkload(session, values), session));
    },
  };
}

/** The same for kinds whose manifest holds the workload's Deployment. */
export function deploymentCommand(
  command: Omit<WorkloadCommand, 'prepare'>,
  manifest: (workload: KubernetesWorkload, image: string) => Manifest,
): AccountCommand {
  return workloadCommand({
    ...command,
    options: [IMAGE_OPTION, ...(command.options ?? [])],
    prepare: (options) => {
      const image = imageOption(options);
      return (workload) => manifest(workload, image);
    },
  });
}

export function printManifest(output: Output, manifest: Manifest): void {
  output.result({ notes: manifest.notes, objects: objectsOf(manifest) }, () => textOf(manifest));
}
