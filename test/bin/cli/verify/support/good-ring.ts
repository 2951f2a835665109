// What AWS answers about a ring where everything holds, on loopback: a test changes one answer of it.
import { type Answer, jsonError, type Responder } from '../../support/loopback-aws';
import { RING } from '../../watch/support/watched-ring';
import { EGRESS_OK, gateText, inside, outside, VERIFY } from './verified-ring';

/** Another answer for a function or a parameter of this name. */
export type Instead = (name: string) => Answer | undefined;

/** Of its functions, by name. */
export const ANSWERS: Readonly<Record<string, unknown>> = {
  [VERIFY.egressCheck]: EGRESS_OK,
  [VERIFY.tradingGate]: {},
  'outside-probe': outside(),
  'inside-probe-a': inside('eu-west-1a'),
  'inside-probe-b': inside('eu-west-1b'),
};

export function goodRing(instead: Instead): Responder {
  return (operation, { Name }, path) => {
    const name = operation === 'Invoke' ? (path.split('/')[3] ?? '') : String(Name);
    const other = instead(name);
    if (other) return other;
    if (operation === 'Invoke') return text(ANSWERS[name]);
    if (name === '/exchange-keys/prod/ring') return parameter(JSON.stringify(RING));
    if (name === '/exchange-keys/prod/verify') return parameter(JSON.stringify(VERIFY));
    if (name === VERIFY.tradingGateParameter) return parameter(gateText([]));
    return jsonError('ParameterNotFound');
  };
}

/** Different for the first calls that are about this name. */
export function first(times: number, name: string, answer: Answer): Instead {
  let left = times;
  return (asked) => (asked === name && left-- > 0 ? answer : undefined);
}

export const parameter = (Value: string): Answer => ({ body: { Parameter: { Value } } });

/** An error as Lambda gives it. */
export const lambdaError = (type: string, status: number): Answer => ({
  ...text({ __type: type, message: 'said by Lambda' }),
  status,
});

const text = (value: unknown): Answer => ({ body: JSON.stringify(value) });
