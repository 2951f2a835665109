// A holder around a source of the test, with everything that it says.
import type { HeldKey, KeyHolder, LoaderWarning } from '../../../../../loaders/node';
import { RefreshingHolder } from '../../../../../loaders/node/key/key-holder';
import { KeyReports } from '../../../../../loaders/node/key/key-reports';
import type { KeyReader } from '../../../../../loaders/node/key/key-source';
import { Notices } from '../../../../../loaders/node/shared/notices';
import { FakeTime } from './fake-time';

export interface Said {
  readonly lines: string[];
  readonly warnings: LoaderWarning[];
  readonly infos: string[];
}

export function sink(): Said & { options: { records: (line: string) => void; notices: Notices } } {
  const said: Said = { lines: [], warnings: [], infos: [] };
  const logger = { info: (_: string, { code }: { code: string }) => void said.infos.push(code), warn: () => {} };
  const notices = new Notices(logger, (warning) => void said.warnings.push(warning));
  return { ...said, options: { records: (line) => void said.lines.push(line), notices } };
}

export interface HolderSettings {
  readonly time?: FakeTime;
  readonly overlapHours?: number;
  readonly random?: () => number;
  readonly records?: (line: string) => void;
}

export function holderOf(
  source: KeyReader,
  first: HeldKey,
  { time = new FakeTime(), overlapHours = 24, random = () => 0.5, records: given }: HolderSettings = {},
): { holder: KeyHolder; time: FakeTime } & Said {
  const { options, ...said } = sink();
  const { notices } = options;
  const records = given ?? options.records;
  const reports = new KeyReports({ records, clock: time, timers: time, notices });
  const tools = { clock: time, timers: time, random, overlapHours, notices, reports };
  return { holder: new RefreshingHolder(source, first, tools), time, ...said };
}
