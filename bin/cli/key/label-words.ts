// What the labels of a version say, in words.
import { InputError } from '../../../contract/errors';
import { CANDIDATE, CURRENT, LabelKind, PENDING, PREVIOUS, parseLabel } from '../../../contract/keys';
import { minute } from '../output/times';

const SERVICE_LABELS: Readonly<Record<string, string>> = {
  [CURRENT]: 'current: workloads read it',
  [PENDING]: 'pending: a rotation works on it',
  [PREVIOUS]: 'previous: was current before',
  [CANDIDATE]: 'candidate: put by a person, nothing uses it',
};

const OUR_LABELS: Readonly<Record<LabelKind, (time: string) => string>> = {
  [LabelKind.REVOKE]: (time) => `to be revoked, not before ${time}`,
  [LabelKind.QUARANTINED]: (time) => `restricted at the exchange since ${time}, revoked next`,
  [LabelKind.CREATE_INTENT]: (time) => `its successor was asked of the exchange at ${time}, no answer was saved`,
  [LabelKind.CREATE_ASKED]: (time) => `a person was asked for its successor at ${time}`,
  [LabelKind.DELETE_ASKED]: (time) => `a person was asked to delete its key at ${time}`,
};

/** All labels of a version in words; a version without labels is deprecated. */
export function labelWords(labels: readonly string[]): string {
  const telling = labels.includes(CURRENT) ? labels.filter((label) => label !== PENDING) : labels;
  const known = telling.filter((label) => label in SERVICE_LABELS);
  const others = telling.filter((label) => !(label in SERVICE_LABELS));
  return [...known, ...others].map(inWords).join('; ') || 'deprecated: AWS deletes it some day';
}

function inWords(label: string): string {
  const service = SERVICE_LABELS[label];
  if (service) return service;
  try {
    const parsed = parseLabel(label);
    return parsed
      ? OUR_LABELS[parsed.kind](minute(new Date(parsed.epochSeconds * 1000)))
      : `label '${label}', none of ours`;
  } catch (error) {
    if (error instanceof InputError) return `label '${label}', not understood`;
    throw error;
  }
}
