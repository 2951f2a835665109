// Kubernetes objects as YAML text, with what a person must know of them as comments at the top; by cdk8s.
import { ApiObject, App, Chart, Yaml } from 'cdk8s';

/** One Kubernetes object. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** What a command prints. */
export interface Manifest {
  /** What it does and does not, one sentence or paragraph each. */
  readonly notes: readonly string[];
  readonly objects: readonly KubernetesObject[];
}

/** The objects as they are applied: the same input gives the same result. */
export function objectsOf({ objects }: Manifest): unknown[] {
  const chart = new Chart(new App(), 'manifest', { disableResourceNameHashes: true });
  for (const [index, object] of objects.entries()) new ApiObject(chart, `${index}`, object);
  return chart.toJson();
}

const WIDTH = 118;

export function textOf(manifest: Manifest): string {
  const comments = manifest.notes.flatMap((note) => [...wrapped(note).map((line) => `# ${line}`), '#']);
  return [...comments.slice(0, -1), Yaml.stringify(...objectsOf(manifest)).trimEnd()].join('\n');
}

function wrapped(note: string): string[] {
  const lines = [''];
  for (const word of note.split(/\s+/)) {
    const line = lines[lines.length - 1];
    if (line === '') lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= WIDTH) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}
