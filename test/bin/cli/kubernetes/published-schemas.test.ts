// Everything the command writes is valid by the schemas that the projects publish, and what is wrong is not.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { KINDS, objects, type Printed } from './support';

const WORKER = path.join(__dirname, '..', '..', '..', 'kubernetes', 'published-worker.mjs');
/** No npm package has its schema; `schemas.test.ts` holds it against our own statement of it. */
const UNPUBLISHED = ['secrets-store.csi.x-k8s.io/v1 SecretProviderClass'];

interface Result {
  readonly kind: string;
  readonly valid?: boolean;
  readonly errors?: unknown[];
}

function validated(list: readonly Printed[]): Result[] {
  const { status, stdout, stderr } = spawnSync(process.execPath, [WORKER], {
    input: JSON.stringify(list),
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout);
}

const written: Printed[] = [];
beforeAll(async () => {
  for (const kind of Object.keys(KINDS)) written.push(...(await objects(kind)));
}, 60_000);

test('each object is valid', () => {
  const results = validated(written);
  expect(results.filter(({ valid, kind }) => valid !== true && !UNPUBLISHED.includes(kind))).toEqual([]);
  // nine kinds have a published schema, and each is written at least once
  expect(new Set(results.filter(({ valid }) => valid).map(({ kind }) => kind)).size).toBe(9);
});

test('an object whose fields are of another type is not', () => {
  const broken = written
    .filter(({ spec }) => spec !== undefined)
    .map((object) => ({ ...object, spec: Object.fromEntries(Object.keys(object.spec).map((name) => [name, 7])) }));
  expect(validated(broken).filter(({ valid }) => valid === true)).toEqual([]);
});
