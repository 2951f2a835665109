// Reads what a synthesis wrote: resources by type, which of their properties are set, and minified size.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface TemplateFacts {
  readonly templates: number;
  readonly resources: number;
  /** Sum over all templates, without insignificant blanks. */
  readonly bytes: number;
  readonly byType: Record<string, number>;
  /** The same, finer: type with the names of its properties and attributes, `AWS::EC2::EIP{Domain,Tags,…}`. */
  readonly byShape: Record<string, number>;
}

interface Resource {
  readonly Type: string;
  readonly Properties?: Record<string, unknown>;
}

/** Whether the template of this file name counts. */
export type IsCounted = (file: string) => boolean;

export function readFacts(outdir: string, isCounted: IsCounted): TemplateFacts {
  const files = readdirSync(outdir).filter((file) => file.endsWith('.template.json') && isCounted(file));
  const templates = files.map((file) => JSON.parse(readFileSync(path.join(outdir, file), 'utf8')));
  const resources = templates.flatMap(({ Resources }) => Object.values<Resource>(Resources ?? {}));
  return {
    templates: templates.length,
    resources: resources.length,
    bytes: templates.reduce((sum, template) => sum + Buffer.byteLength(JSON.stringify(template)), 0),
    byType: count(resources.map(({ Type }) => Type)),
    byShape: count(resources.map(shapeOf)),
  };
}

function shapeOf({ Type, Properties, ...attributes }: Resource): string {
  return `${Type}{${[...Object.keys(attributes), ...Object.keys(Properties ?? {})].sort().join()}}`;
}

function count(names: string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names.sort()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
