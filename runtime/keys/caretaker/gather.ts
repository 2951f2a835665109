// Finds the answer to one question about a key: in its secret, or at its exchange.
import { ErrorClass } from '../../../contract/exchange/error-class';
import { CURRENT, isManagementKey, type KeyDocument, KeyPermission } from '../../../contract/keys';
import { ExchangeError, type KeyFacts } from '../../exchange/adapter';
import { refusalOf } from '../../shared/aws-refusal';
import { Refusal } from '../../shared/refusal';
import { KeyRefused } from '../exchange-refusal';
import { checkAddresses, checkPermissions, standbyMissing } from '../key-facts';
import type { KeyState } from '../key-state';
import type { Answers, Drift, Held, Known, Question } from './known';
import type { Pass } from './pass';

type Finder<A extends keyof Answers> = (subject: Subject, version: string) => Promise<Answers[A]>;

interface Subject {
  readonly pass: Pass;
  readonly key: KeyState;
  readonly known: Known;
}

const FINDERS: { readonly [A in keyof Answers]: Finder<A> } = {
  exchange: async ({ pass, key }) => (await pass.exchange(key.description.exchange)).capabilities,
  replicas: async ({ pass, key }) => {
    const replicas = await pass.dependencies.store.replicas(key.arn);
    return replicas.every(({ status }) => status === 'InSync');
  },
  value: readValue,
  created: async ({ pass, key }, version) => {
    const versions = await pass.dependencies.store.versions(key.arn);
    // a version without a value may not be in the list; the last change of its secret stands in for its time
    const created = versions.find(({ id }) => id === version)?.created ?? key.lastChanged;
    return created && created.getTime() / 1000;
  },
  probe: async (subject, version) => {
    const { exchange, permissions } = subject.key.description;
    const adapter = await subject.pass.exchange(exchange);
    const { result } = await adapter.probe(await documentOf(subject, version));
    // a key that is not meant to read was accepted when reading is all that it was refused
    return result === ErrorClass.PERMISSION && !permissions.includes(KeyPermission.READ) ? 'OK' : result;
  },
  listed: findListed,
  inspected: async (subject, version) => {
    const adapter = await subject.pass.exchange(subject.key.description.exchange);
    try {
      return await adapter.inspect(await documentOf(subject, version));
    } catch (error) {
      // refused is as good as not told; no answer at all is a reason to come back
      if (error instanceof ExchangeError && error.errorClass !== ErrorClass.TRANSIENT) return 'unknown';
      throw error;
    }
  },
  held: findHeld,
  drift: findDrift,
};

/** Answers the question, so that the decision can go on. */
export async function gather(pass: Pass, key: KeyState, known: Known, { about, version }: Question): Promise<void> {
  known.answer(about, version, await FINDERS[about]({ pass, key, known }, version));
}

/** A document of another key is no document of this one: it would be revoked in the wrong account. */
async function readValue({ pass, key }: Subject, version: string): Promise<Answers['value']> {
  const labels = key.versions.find(({ id }) => id === version)?.labels ?? [];
  try {
    const value = await pass.dependencies.store.read(key.arn, version, { expected: labels.includes(CURRENT) });
    if (typeof value === 'string') return value;
    const { exchange, account } = key.description;
    const own = value.exchange === exchange && value.account === account && value.name === key.key.text;
    return own ? value : 'malformed';
  } catch (error) {
    if (error instanceof Refusal && error.code === 'KEY_DOCUMENT_MALFORMED') return 'malformed';
    throw error;
  }
}

async function findListed(subject: Subject, version: string): Promise<Answers['listed']> {
  const { pass, key } = subject;
  const { exchange, account } = key.description;
  const adapter = await pass.exchange(exchange);
  // the list is that of an account's keys, and says nothing of the key that manages them
  if (!adapter.capabilities.list || isManagementKey(key.key)) return 'unknown';
  const { keyId } = await documentOf(subject, version);
  try {
    const listed = await pass.listed(exchange, account);
    return listed.find((one) => one.keyId === keyId) ?? 'gone';
  } catch (error) {
    if (error instanceof Refusal && error.code === 'MANAGEMENT_KEY_MISSING') return 'unknown';
    throw error;
  }
}

/** The watch is no part of the key: without its answer the turn goes on, and the decision says what that means. */
async function findHeld({ pass, key }: Subject, version: string): Promise<Held> {
  try {
    return { at: await pass.heldAt(key.key.text, version) };
  } catch (error) {
    const { code, message } = refusalOf(error);
    return { unknown: `${message} [${code}]` };
  }
}

async function findDrift(subject: Subject, version: string): Promise<Drift> {
  const { pass, key } = subject;
  const adapter = await pass.exchange(key.description.exchange);
  const ours = await pass.ourAddresses();
  const name = key.key.text;
  let facts: KeyFacts;
  try {
    facts = await adapter.inspect(await documentOf(subject, version));
    subject.known.answer('inspected', version, facts);
  } catch (error) {
    if (error instanceof ExchangeError && error.errorClass === ErrorClass.UNSUPPORTED)
      return { codes: [], standby: [] };
    throw error;
  }
  const codes = [
    ...problems(() => {
      checkPermissions(name, facts, adapter.expectedPermissions(key.description.permissions));
      return [];
    }),
    ...problems(() => checkAddresses(name, facts, ours.ranges, ours.active)),
  ];
  return { codes, standby: standbyMissing(facts.allowlist, ours).map(({ text }) => text) };
}

/** Codes of what the check refuses; what it only warns of is drift as well: nobody declared that address. */
function problems(check: () => readonly string[]): string[] {
  try {
    return check().length > 0 ? ['KEY_ALLOWLIST_FOREIGN'] : [];
  } catch (error) {
    if (error instanceof KeyRefused) return [error.code];
    throw error;
  }
}

async function documentOf(subject: Subject, version: string): Promise<KeyDocument> {
  if (!subject.known.has('value', version)) {
    subject.known.answer('value', version, await readValue(subject, version));
  }
  const value = subject.known.ask('value', version);
  if (typeof value === 'object') return value;
  throw new Refusal(
    'KEY_VALUE_MISSING',
    `version '${version}' of '${subject.key.secretName}' holds ${value}; put the key again`,
  );
}
