// `verify status`: what workloads read in the trading gate, and the alarms that speak against trading.
import { ALARM_CATALOGUE, DO_NOT_TRADE } from '../../../contract/alarms';
import { parseTradingGate, type TradingGateState } from '../../../contract/verify';
import type { CliCommand } from '../command';
import type { Output } from '../output/output';
import { printable } from '../output/printable';
import { table } from '../output/table';
import { minute } from '../output/times';
import { type AlarmFacts, alarmStates } from '../watch/alarm-states';
import { findWatch } from '../watch/find-watch';
import { findVerify } from './find-verify';
import { doubtWords, readGate } from './trading-gate-condition';

const HEADINGS = ['ALARM', 'STATE', 'SINCE', 'MEANS'];

export const status: CliCommand = {
  usage: 'status',
  summary: 'show the trading gate, and the alarms that speak against trading',
  description: 'Shows what is there and runs nothing: the trading gate as workloads read it now.',
  examples: ['status -e prod'],
  async run(session) {
    const [document, watch] = await Promise.all([findVerify(session), findWatch(session)]);
    const now = session.context.now().getTime();
    const [{ text, state }, alarms] = await Promise.all([
      readGate(session, document),
      alarmStates({ session, watch, from: now, to: now, checkTime: () => undefined }),
    ]);
    const stops = alarms.filter((alarm) => alarm.state !== 'OK' && stopsTrading(alarm));
    const { environment, region } = document;
    const json = { environment, region, ...state, document: parseTradingGate(text ?? ''), alarms: stops };
    session.output.result(json, () => `${gateText(state, session.output)}\n\n${alarmText(stops)}`);
  },
};

function stopsTrading({ id }: AlarmFacts): boolean {
  return id === DO_NOT_TRADE || ALARM_CATALOGUE.some((alarm) => alarm.id === id && alarm.doNotTrade);
}

function gateText({ allowed, reasons }: TradingGateState, output: Output): string {
  if (allowed) return `trading gate: ${output.styled('green', 'open')}`;
  const lines = reasons.map((reason) => `  ${printable(doubtWords(reason) ?? reason)}`);
  return [`trading gate: ${output.styled('red', 'closed')}`, ...lines].join('\n');
}

function alarmText(alarms: readonly AlarmFacts[]): string {
  if (alarms.length === 0) return 'no alarm speaks against trading';
  const rows = alarms.map(({ id, state, since, title }) => [id, state, since ? minute(since) : '-', title ?? '-']);
  return table(HEADINGS, rows);
}
