// Whether the ring has the key and the version that a record or a key report names, and whether it was the version's time.
import { type Finding, FindingKind, type KeyReport } from '../../contract/watch';
import type { About } from './about';
import type { Known } from './ring';

/** `at` is the time of the record. */
export function judgeVersion(
  { keyName, keyVersion, exchange }: Pick<KeyReport, 'keyName' | 'keyVersion' | 'exchange'>,
  about: About,
  known: Exclude<Known, { is: 'unreadable' }>,
  at: number,
): Finding | undefined {
  const finding = (kind: FindingKind, subject: string, detail: string) => ({ ...about, kind, subject, detail });
  if (known.is === 'none') return finding(FindingKind.UNKNOWN_KEY, keyName, 'no secret of the ring has this name');
  if (known.key.exchange !== exchange) {
    const detail = `the key is for exchange '${known.key.exchange}'`;
    return finding(FindingKind.UNKNOWN_KEY, exchange, detail);
  }
  switch (known.key.standing(keyVersion, at, known.unlabelled)) {
    case 'in use':
      return undefined;
    case 'undeployed':
      return finding(FindingKind.UNDEPLOYED_KEY_USE, keyVersion, 'the version has not been promoted');
    case 'retired':
      return finding(FindingKind.RETIRED_KEY_USE, keyVersion, 'the overlap of the version has ended');
    case 'unknown':
      return finding(FindingKind.UNKNOWN_KEY, keyVersion, "the key's secret has no such version");
  }
}
