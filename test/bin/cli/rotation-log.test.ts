// Lines of the rotation function as its log holds them: which are reports of this rotation, and what they say.
import { parseReport } from '../../../bin/cli/key/rotation-log';

const TOKEN = '3f1c6a52-9d0e-4b5e-8c1c-0c7c8a2f1e11';
const line = (fields: object) =>
  JSON.stringify({ level: 'INFO', message: 'the new key is as declared', service: 'exchange-keys', ...fields });

test('a line of the function', () => {
  const text = line({ token: TOKEN, step: 'testSecret', operation: 'validate', outcome: 'done', fingerprint: 'ab' });
  const report = {
    step: 'testSecret',
    outcome: 'done',
    operation: 'validate',
    message: 'the new key is as declared',
  };
  expect(parseReport(text, TOKEN)).toEqual(report);
  expect(parseReport(`2026-11-22T10:00:00Z\treq\tINFO\t${text}\n`, TOKEN)).toEqual(report);
  expect(
    parseReport(line({ token: TOKEN, step: 'testSecret', outcome: 'refused', code: 'KEY_REFUSED' }), TOKEN),
  ).toEqual({ step: 'testSecret', outcome: 'refused', code: 'KEY_REFUSED', message: 'the new key is as declared' });
});

test.each([
  ['of another rotation', line({ token: 'other', step: 'testSecret', outcome: 'done' })],
  ['without a step', line({ token: TOKEN, outcome: 'done' })],
  ['without an outcome', line({ token: TOKEN, step: 'testSecret' })],
  ['of Lambda itself', `START RequestId: ${TOKEN} Version: $LATEST`],
  ['cut', line({ token: TOKEN, step: 'testSecret', outcome: 'done' }).slice(0, -5)],
  ['null', 'null'],
  ['empty', ''],
])('a line %s is none', (_, text) => expect(parseReport(text, TOKEN)).toBeUndefined());
