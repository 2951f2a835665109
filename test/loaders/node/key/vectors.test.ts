// The vectors that both loaders follow: key documents, where the key is, when it is read again.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ErrorClass } from '../../../../contract/exchange/error-class';
import { KeySource } from '../../../../contract/watch/key-report';
import { refreshAfter, refreshDelay, retryDelay, unchangedPause } from '../../../../contract/workload';
import { LoaderError } from '../../../../loaders/node';
import { type CredentialSource, sourceFromEnvironment } from '../../../../loaders/node/key/credential-source';
import { expectedKey } from '../../../../loaders/node/key/expected-key';
import { keyFromDocument } from '../../../../loaders/node/key/key-from-document';
import { overlapHours, variable, variablesOf } from '../../../../loaders/node/shared/settings';
import { FakeTime } from './support/fake-time';
import { heldKey, ScriptedSource } from './support/held-keys';
import { holderOf } from './support/holders';

const folder = path.join(__dirname, '..', '..', '..', '..', 'contract', 'vectors');
const read = (file: string) => JSON.parse(readFileSync(path.join(folder, file), 'utf8'));

interface Numbered {
  readonly number: number;
  readonly name: string;
}

interface Refused {
  readonly code?: string;
  readonly neverShown?: readonly string[];
}

interface DocumentVector extends Numbered, Refused {
  readonly text: string;
  readonly versionId?: string;
  readonly expect?: { readonly keyName?: string; readonly secretId?: string; readonly prefix?: string };
  readonly key?: Readonly<Record<string, string | null>>;
}

interface SourceVector extends Numbered, Refused {
  readonly prefix: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly source?: Readonly<Record<string, string | null>>;
  readonly overlapHours?: number;
}

interface DelayVector {
  readonly number: number;
  readonly rule: string;
  readonly milliseconds: number;
  readonly overlapHours: number;
  readonly random?: number;
  readonly failures?: number;
  readonly reads?: number;
}

interface Step {
  readonly at: number;
  readonly errorClass: ErrorClass;
  readonly used: string;
  readonly read: boolean;
  readonly brings?: string;
  readonly answer: string;
}

const documents: readonly DocumentVector[] = read('key-document.json');
const sources: readonly SourceVector[] = read('credential-sources.json');
const refresh = read('refresh.json');
const title = '$number $name';

function refusalOf(action: () => unknown): LoaderError {
  try {
    action();
  } catch (error) {
    if (error instanceof LoaderError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

function expectRefusal({ code, neverShown = [] }: Refused, label: string, action: () => unknown): void {
  const { message, stack, ...more } = refusalOf(action);
  expect(more.code).toBe(code);
  expect(message).toContain(label);
  expect(message).toMatch(/^[ -~]+[^.]$/);
  const shown = [message, stack, JSON.stringify(more)].join('\n');
  for (const value of neverShown) expect(shown).not.toContain(value);
}

test('vectors are numbered from 1, and no name is there twice', () => {
  for (const list of [documents, sources, refresh.refusals] as Numbered[][]) {
    expect(list.map(({ number }) => number)).toEqual(list.map((_, index) => index + 1));
    expect(new Set(list.map(({ name }) => name)).size).toBe(list.length);
  }
});

describe('key documents', () => {
  const label = "file '/key.json' (XXKK_SECRET_FILE)";
  const expected = ({ keyName, secretId, prefix = 'XXKK' }: NonNullable<DocumentVector['expect']>) =>
    expectedKey({ prefix, secretId, ...(keyName && { keyName: { text: keyName, saidBy: 'XXKK_KEY_NAME' } }) });
  const parse = ({ text, versionId, expect: which = {} }: DocumentVector) =>
    keyFromDocument(text, { source: KeySource.FILE, label, version: versionId }, expected(which));

  test.each(documents.filter(({ key }) => key))(title, (vector) => {
    const key = parse(vector);
    const { apiKey, apiSecret, passphrase = null, keyId, keyName, keyVersion, fingerprint, exchange } = key;
    expect({ apiKey, apiSecret, passphrase, keyId, keyName, keyVersion, fingerprint, exchange }).toEqual(vector.key);
  });

  test.each(documents.filter(({ key }) => !key))(title, (vector) => {
    expectRefusal(vector, label, () => parse(vector));
  });
});

describe('sources', () => {
  const choose = ({ prefix, variables }: SourceVector) => {
    const names = variablesOf(prefix);
    const overlap = overlapHours(names.keyOverlapHours, variable(variables, names.keyOverlapHours) ?? 24);
    const keyName = variable(variables, names.keyName);
    if (keyName !== undefined) expectedKey({ prefix, keyName: { text: keyName, saidBy: names.keyName } });
    return { overlap, source: sourceFromEnvironment(variables, names) };
  };
  const told = (source: CredentialSource) => {
    const { label: _, ...rest } = source;
    if (rest.kind !== 'environment') return rest;
    return { kind: rest.kind, passphrase: null, keyVersion: null, ...rest.key };
  };

  test.each(sources.filter(({ source }) => source))(title, (vector) => {
    const { overlap, source } = choose(vector);
    expect(told(source)).toEqual(vector.source);
    if (vector.overlapHours !== undefined) expect(overlap).toBe(vector.overlapHours);
  });

  test.each(sources.filter(({ source }) => !source))(title, (vector) => {
    const label = vector.code === 'LOADER_PREFIX_MALFORMED' ? 'prefix' : vector.prefix;
    expectRefusal(vector, label, () => choose(vector));
  });
});

describe('refresh', () => {
  test.each(refresh.delays as DelayVector[])(
    'delay $number: $rule',
    ({ rule, milliseconds, overlapHours: hours, random = 0, failures = 0, reads = 0 }) => {
      const rules: Record<string, () => number> = {
        refresh: () => refreshDelay(hours, random),
        retry: () => retryDelay(failures, hours, random),
        unchanged: () => unchangedPause(reads, hours),
      };
      expect(rules[rule]()).toBe(milliseconds);
    },
  );

  test('every class of refusal is in the vectors', () => {
    const classes: { errorClass: ErrorClass; refresh: string }[] = refresh.errorClasses;
    expect(classes.map(({ errorClass }) => errorClass).sort()).toEqual(Object.values(ErrorClass).sort());
    for (const { errorClass, refresh: when } of classes)
      expect([errorClass, refreshAfter(errorClass)]).toEqual([errorClass, when]);
  });

  test.each(refresh.refusals as (Numbered & { overlapHours: number; random: number; steps: Step[] })[])(
    title,
    async ({ overlapHours: hours, random, steps }) => {
      const time = new FakeTime(0);
      const source = new ScriptedSource(() => heldKey('v1'));
      const { holder } = holderOf(source, heldKey('v1'), { time, overlapHours: hours, random: () => random });
      for (const [index, { at, errorClass, used, read: reads, brings, answer }] of steps.entries()) {
        time.set(at);
        source.reads = 0;
        source.next = () => {
          if (brings === undefined || brings === 'failure') throw new LoaderError('SECRET_UNREADABLE', 'down');
          return heldKey(brings);
        };
        expect([index, await holder.refused(errorClass, used)]).toEqual([index, answer]);
        expect([index, source.reads]).toEqual([index, reads ? 1 : 0]);
      }
      await holder.close();
    },
  );
});
