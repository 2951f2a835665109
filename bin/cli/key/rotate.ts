// `key rotate`: starts a rotation now.
import { CANDIDATE } from '../../../contract/keys';
import { confirm, requireConfirmable } from '../ask';
import type { CliCommand } from '../command';
import { Failure } from '../failure';
import { holder } from '../key-facts';
import { parseSpan } from '../output/times';
import { findUsableKey } from './find-key';
import { isBootstrapped } from './key-state';
import { rotateKey } from './start-rotation';

export const DEFAULT_TIMEOUT = '15m';

export const rotate: CliCommand = {
  usage: 'rotate <name>',
  summary: 'replace a key by a new one now',
  description:
    'A candidate that waits becomes the new key, otherwise the exchange or a person is asked for one.\n' +
    'The old key goes on working during the overlap and is then revoked, which cannot be undone.',
  options: [
    { flags: '-y, --yes', description: 'do not ask for confirmation' },
    { flags: '-w, --wait', description: 'wait for the end and show each step' },
    { flags: '--timeout <time>', description: 'how long to wait, 90s, 15m or 1h', default: DEFAULT_TIMEOUT },
  ],
  examples: ['rotate prod-trader-bot-a -e prod --wait', 'rotate prod-trader-bot-a -e prod --yes --wait --timeout 30m'],
  async run(session, { names: [name], options }) {
    const yes = options.yes === true;
    const timeoutMs = parseSpan('--timeout', String(options.timeout));
    const what = `rotating '${name}'`;
    requireConfirmable(session.context, { yes, what });
    const facts = await findUsableKey(session, name);
    if (!isBootstrapped(facts) && !holder(facts, CANDIDATE)) {
      throw new Failure(
        'KEY_NOT_BOOTSTRAPPED',
        `key '${name}' holds no key yet; create one at the exchange, and run 'exchange-keys key put ${name}'`,
      );
    }
    const question = `Rotate ${name} now? Its current key is revoked for good in ${facts.description.overlapHours} hours.`;
    await confirm(session.context, { yes, question, what });
    await rotateKey(session, facts, { wait: options.wait === true, timeoutMs });
  },
};
