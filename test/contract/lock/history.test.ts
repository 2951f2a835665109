import fc from 'fast-check';
import { anyAction, History, type Tally } from './history';

test('no accepted sequence of edits, deployments and commands loses an address in use', () => {
  const tally: Tally = new Map();
  fc.assert(
    fc.property(fc.array(anyAction, { minLength: 40, maxLength: 80, size: 'max' }), (actions) => {
      const history = new History(tally);
      for (const action of actions) history.run(action);
    }),
    { numRuns: 150 },
  );
  const often = [
    'deployed',
    'refused',
    'gone',
    'added',
    'draining',
    'role-changed',
    'told at exchange',
    'lock refused',
  ];
  for (const what of often) expect([what, (tally.get(what) ?? 0) > 20]).toEqual([what, true]);
  for (const what of ['region-gone', 'restored', 'dropped at exchange', 'dropped', 'moved']) {
    expect([what, (tally.get(what) ?? 0) > 0]).toEqual([what, true]);
  }
}, 60_000);
