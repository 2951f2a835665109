// `key put`: brings in a key that a person has created, validated before anything uses it.
import { CANDIDATE, PENDING } from '../../../contract/keys';
import { confirm, requireConfirmable } from '../ask';
import type { CliCommand, Session } from '../command';
import { Failure } from '../failure';
import { holder, holderBesideCurrent } from '../key-facts';
import { parseSpan } from '../output/times';
import { candidateOf, keyDocument, validateCandidate, withdrawCandidate, writeCandidate } from './candidate';
import { findUsableKey, type UsableKey } from './find-key';
import { isBootstrapped } from './key-state';
import { readKey, requireSource } from './read-key';
import { DEFAULT_TIMEOUT } from './rotate';
import { rotateKey } from './start-rotation';

export const put: CliCommand = {
  usage: 'put <name>',
  summary: 'bring in a key created by hand: the first one, or one the exchange cannot create by API',
  description:
    'Asks for it without echo, or takes it from stdin as a JSON object:\n' +
    '  apiKey, apiSecret\n' +
    '  passphrase            if the exchange has one\n' +
    '  keyId                 what the exchange calls the key, if not the API key\n' +
    '  createdAt, expiresAt  such as 2026-11-22T10:00:00Z\n\n' +
    "The key is first tried at the exchange from the ring's addresses. If it has the " +
    'permissions and the allowlist it should have, a rotation takes it into use; the old ' +
    'key goes on working during the overlap and is then revoked.',
  options: [
    { flags: '--stdin', description: 'read the key from stdin as JSON (needs --yes)' },
    { flags: '-y, --yes', description: 'do not ask for confirmation' },
    {
      flags: '--timeout <time>',
      description: 'how long to wait for the rotation, 90s, 15m or 1h',
      default: DEFAULT_TIMEOUT,
    },
  ],
  examples: ['put prod-trader-bot-a -e prod', 'put prod-trader-bot-a -e prod --stdin --yes < key.json'],
  async run(session, { names: [name], options }) {
    const yes = options.yes === true;
    const fromStdin = options.stdin === true;
    const timeoutMs = parseSpan('--timeout', String(options.timeout));
    requireSource(session.context, fromStdin);
    requireConfirmable(session.context, { yes, what: `putting '${name}'` });
    const facts = await findUsableKey(session, name);
    await mayReplace(session, facts, yes);
    await bringIn(session, facts, fromStdin);
    await confirm(session.context, {
      yes,
      question: consequence(facts),
      what: `taking the new key of '${name}' into use`,
    });
    await rotateKey(session, facts, { wait: true, timeoutMs });
  },
};

async function mayReplace(session: Session, facts: UsableKey, yes: boolean): Promise<void> {
  const { name } = facts;
  if (holderBesideCurrent(facts, PENDING)) session.output.warn(`a rotation of '${name}' is under way`);
  if (!holder(facts, CANDIDATE)) return;
  const question = `Another candidate of ${name} waits already. Replace it?`;
  await confirm(session.context, { yes, question, what: `replacing the candidate of '${name}'` });
  session.output.say(`the candidate that waited is replaced`);
}

/** Writes and validates; returns only when the exchange and the function agree that this very key may be used. */
async function bringIn(session: Session, facts: UsableKey, fromStdin: boolean): Promise<void> {
  const { output, context } = session;
  const { name, arn, description } = facts;
  const input = await readKey(context, output, fromStdin);
  const candidate = await writeCandidate(session, arn, keyDocument(name, description, input, context.now()));
  session.ifUnfinished(
    `the key is stored as candidate of '${name}' and nothing uses it; put it again, or 'key rotate ${name}' validates and uses it`,
  );
  output.say(`stored as candidate, version ${candidate}; trying it at ${description.exchange}`);
  const verdict = await validateCandidate(session, arn);
  if (!verdict.ok) {
    await withdrawCandidate(session, arn, candidate);
    session.ifUnfinished(undefined);
    throw new Failure(verdict.code, `the key was refused and is not used: ${verdict.message}`);
  }
  for (const warning of verdict.warnings) output.warn(warning);
  if ((await candidateOf(session, arn)) !== candidate) {
    throw new Failure(
      'CANDIDATE_REPLACED',
      `somebody else has put another candidate of '${name}' meanwhile; agree with them, then put the key again`,
    );
  }
  output.say(output.styled('green', 'the key is valid'));
}

function consequence(facts: UsableKey): string {
  const { name, description } = facts;
  return isBootstrapped(facts)
    ? `Take it into use? The current key of ${name} is revoked for good in ${description.overlapHours} hours.`
    : `Take it into use? It becomes the first key of ${name}.`;
}
