// Checks Kubernetes objects against the schemas of this folder; an object of an unknown kind is wrong.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv from 'ajv';
import { parse } from 'yaml';

const FOLDER = path.join(__dirname, 'schemas');
const SUFFIX = '.schema.json';

const ajv = new Ajv({ strict: true, strictTypes: true, strictRequired: false, allErrors: true });
for (const file of readdirSync(FOLDER).filter((name) => name.endsWith(SUFFIX))) {
  ajv.addSchema(JSON.parse(readFileSync(path.join(FOLDER, file), 'utf8')));
}

/** What is wrong with the object, one line each. */
export function problemsOf(object: unknown): string[] {
  const { kind, spec } = object as { kind?: string; spec?: { parameters?: { objects?: string } } };
  const problems = problemsBy(String(kind), object);
  if (kind !== 'SecretProviderClass' || problems.length > 0) return problems;
  return problemsBy('SecretProviderClassObjects', parse(String(spec?.parameters?.objects)));
}

function problemsBy(schema: string, value: unknown): string[] {
  const validate = ajv.getSchema(`${schema}${SUFFIX}`);
  if (!validate) return [`no schema of '${schema}'`];
  validate(value);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
