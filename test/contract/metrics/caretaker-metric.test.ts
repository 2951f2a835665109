// The metrics' names: dashboards and alarms of users refer to them, so they change only on purpose.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CaretakerMetric, RING_DIMENSION } from '../../../contract/metrics';

test('the names are these', () => {
  expect(RING_DIMENSION).toBe('Ring');
  expect(Object.values(CaretakerMetric).sort()).toEqual(
    [
      'CaretakerPass',
      'CurrentKeyRefused',
      'Drift',
      'ExpiringKey',
      'KeysFailed',
      'KeysSeen',
      'LabelsFull',
      'NeedsHuman',
      'NotBootstrapped',
      'OldKeyStillInUse',
      'OrphansRevoked',
      'OrphansUnknown',
      'PassIncomplete',
      'PendingStuck',
      'ProbeInconclusive',
      'ReplicaNotInSync',
      'RevocationNotProven',
      'RevocationOverdue',
      'ReviewExpiring',
      'RevokedWhileInUse',
      'RotationOverdue',
      'StandbyNotListed',
      'UnplannedValue',
    ].sort(),
  );
});

test('each is documented and fits into one embedded metric document', () => {
  const source = readFileSync(path.join(__dirname, '../../../contract/metrics/caretaker-metric.ts'), 'utf8');
  for (const [member, name] of Object.entries(CaretakerMetric)) {
    expect(source).toMatch(new RegExp(`\\*/\\n  ${member} = '${name}'`));
    expect(name).toMatch(/^[A-Z][A-Za-z]{3,40}$/);
  }
  expect(Object.keys(CaretakerMetric).length).toBeLessThanOrEqual(100);
});
