// Catalogue, saved queries and runbook say the same, both ways; what the runbook tells people to type exists.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { transformSync } from 'esbuild';
import { GLOBAL_OPTIONS } from '../../bin/cli/global-options';
import { GROUPS } from '../../bin/cli/groups';
import {
  ALARM_CATALOGUE,
  ALARM_IDS,
  type AlarmDefinition,
  DO_NOT_TRADE,
  DO_NOT_TRADE_ALARM,
  RUNBOOK_URL,
  runbookAnchor,
  SAVED_QUERIES,
  savedQueryName,
} from '../../contract/alarms';
import { FINDING_KINDS } from '../../contract/watch';

const text = readFileSync(path.join(__dirname, '..', '..', 'docs', 'runbook.md'), 'utf8');

/** Notifications that come from events of AWS, without an alarm. */
const EVENT_ARTICLES = ['RotationEvents', 'SecretAccess', 'EgressChange', 'ParameterChange'];
const ALARM_ARTICLES = [...ALARM_IDS, DO_NOT_TRADE] as const;
const SUBHEADINGS = ['Meaning', 'First five minutes', 'Investigation', 'Resolution', 'Prevention'];

const [intro, ...articleTexts] = text.split(/^## /m);
const articles = new Map(articleTexts.map((article) => [article.split('\n')[0], article]));
const section = (article: string, heading: string) =>
  (articles.get(article) ?? '').split(/^### /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';

/** As GitHub makes it. */
const anchorOf = (heading: string) =>
  `#${heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replace(/ /g, '-')}`;

interface Block {
  readonly language: string;
  readonly text: string;
}

/** Fenced blocks, those in lists without their indentation. */
const blocks: readonly Block[] = [...text.matchAll(/^( *)```(\w*)\n([\s\S]*?)^ *```$/gm)].map(
  ([, indent, language, block]) => ({ language, text: block.replace(new RegExp(`^${indent}`, 'gm'), '') }),
);
const inLanguage = (language: string) => blocks.filter((block) => block.language === language);

describe('articles', () => {
  test('each alarm, the composite and each kind of event has one, and nothing else has', () => {
    expect([...articles.keys()].sort()).toEqual([...ALARM_ARTICLES, ...EVENT_ARTICLES].sort());
    expect(articles.size).toBe(articleTexts.length);
  });

  test('they are in the order of the catalogue', () => {
    expect([...articles.keys()]).toEqual([...ALARM_CATALOGUE.map(({ id }) => id), DO_NOT_TRADE, ...EVENT_ARTICLES]);
  });

  test.each([...ALARM_ARTICLES, ...EVENT_ARTICLES])('%s: the anchor of its heading is the one that links use', (id) => {
    expect(anchorOf(id)).toBe(runbookAnchor(id));
    // GitHub numbers headings that would share an anchor
    const all = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchorOf(heading));
    expect(all.filter((anchor) => anchor === runbookAnchor(id))).toHaveLength(1);
  });

  test.each([...articles.keys()])('%s has the five parts in their order, each with something in it', (id) => {
    const headings = [...(articles.get(id) ?? '').matchAll(/^### (.*)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(SUBHEADINGS);
    for (const heading of SUBHEADINGS) {
      expect(section(id, heading).split('\n').slice(1).join('').trim().length).toBeGreaterThan(60);
    }
  });

  test.each([...articles.keys()])('%s can be read at night: steps at first, and not too long', (id) => {
    expect(section(id, 'First five minutes')).toMatch(/\n1\. [\s\S]*\n2\. /);
    expect((articles.get(id) ?? '').split('\n').length).toBeLessThanOrEqual(90);
  });

  test('links within the page lead somewhere', () => {
    const anchors = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchorOf(heading));
    const links = [...text.matchAll(/\]\((#[^)]*)\)/g)].map(([, link]) => link);
    expect(links.length).toBeGreaterThan(40);
    expect(links.filter((link) => !anchors.includes(link))).toEqual([]);
  });

  test('the link that notifications carry leads to this file', () => {
    expect(RUNBOOK_URL.endsWith('/docs/runbook.md')).toBe(true);
  });
});

describe('saved queries', () => {
  test.each(ALARM_ARTICLES)(
    '%s: printed word for word under Investigation, with the name it is deployed under',
    (id) => {
      const part = section(id, 'Investigation');
      expect(part).toContain(`\n\`\`\`text\n${SAVED_QUERIES[id].query}\n\`\`\`\n`);
      expect(part).toContain(`\`${savedQueryName('prod', id)}\``);
    },
  );

  test('no other query is printed', () => {
    const known = Object.values(SAVED_QUERIES).map(({ query }) => `${query}\n`);
    expect(inLanguage('text').filter((block) => !known.includes(block.text))).toEqual([]);
    expect(inLanguage('text')).toHaveLength(known.length);
  });

  test('every query that is named exists', () => {
    const named = [...text.matchAll(/exchange-keys\/prod\/([A-Z]\w*)|\bxkquery ([A-Z]\w*)/g)].map(([, a, b]) => a ?? b);
    expect(named.length).toBeGreaterThan(ALARM_ARTICLES.length);
    expect(named.filter((id) => !Object.hasOwn(SAVED_QUERIES, id))).toEqual([]);
  });

  test('the first match of a name is the query itself: no id begins with another one', () => {
    const shadowed = ALARM_ARTICLES.filter((id) =>
      ALARM_ARTICLES.some((other) => other !== id && other.startsWith(id)),
    );
    expect(shadowed).toEqual([]);
  });
});

describe('the table of all alarms', () => {
  const rows = intro
    .split('### All alarms')[1]
    .split('\n')
    .filter((line) => line.startsWith('| ['));
  const span = (seconds: number) => (seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`);

  const rowOf = (alarm: AlarmDefinition) => {
    const [from, to] = alarm.thresholdRange;
    const threshold = alarm.id === 'CaretakerSilent' ? 'number of keys' : alarm.threshold;
    return [
      `[${alarm.id}](${runbookAnchor(alarm.id)})`,
      alarm.severity,
      alarm.meaning,
      `${alarm.comparison === 'LessThanThreshold' ? 'below' : 'from'} ${threshold} (${from === to ? `${from} only` : `${from} to ${to}`})`,
      `${alarm.datapointsToAlarm} of ${alarm.evaluationPeriods} × ${span(alarm.periodSeconds)}`,
      alarm.doNotTrade ? 'yes' : 'no',
    ];
  };
  const cells = (row: string) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());

  test('has the row of each alarm as the catalogue has it, in its order', () => {
    expect(rows.slice(0, -1).map(cells)).toEqual(ALARM_CATALOGUE.map(rowOf));
  });

  test('ends with the composite', () => {
    const [id, severity] = cells(rows.at(-1) ?? '');
    expect([id, severity]).toEqual([`[${DO_NOT_TRADE}](${runbookAnchor(DO_NOT_TRADE)})`, DO_NOT_TRADE_ALARM.severity]);
  });
});

describe('what people are told to type', () => {
  /** Spans of code: a command in one has nothing behind it. */
  const code = [...text.replace(/^ *```[\s\S]*?^ *```$/gm, '').matchAll(/`([^`]+)`/g)].map(([, span]) => span);
  const shell = inLanguage('sh').map((block) => block.text);
  const commands = [...code, ...shell.join('\n').split('\n')]
    .filter((line) => line.startsWith('exchange-keys ') && !line.startsWith('exchange-keys/'))
    .map((line) => line.split(' ').slice(1));

  test('there is something to check', () => {
    expect(commands.length).toBeGreaterThan(40);
  });

  test.each([...new Set(commands.map((words) => words.join(' ')))])('exchange-keys %s', (line) => {
    const [groupName, name, ...rest] = line.split(' ');
    const group = GROUPS.find((one) => one.name === groupName);
    const command = group?.commands.find(({ usage }) => usage.split(' ')[0] === name);
    expect(command && `${groupName} ${name}`).toBe(`${groupName} ${name}`);
    const known = [...(command?.options ?? []), ...GLOBAL_OPTIONS].flatMap(
      ({ flags }) => flags.match(/--?[\w-]+/g) ?? [],
    );
    const options = rest.filter((word) => word.startsWith('-'));
    expect(options.filter((option) => !known.includes(option))).toEqual([]);
    const kind = /--finding (\S+)/.exec(line)?.[1];
    if (kind !== undefined) expect(FINDING_KINDS).toContain(kind);
    // a name where the command takes one, once the line is more than the command's own name
    const takesName = command?.usage.includes('<name>');
    const bare = rest.filter(
      (word, index) => !word.startsWith('-') && !isValue(rest[index - 1], command?.options ?? []),
    );
    if (rest.length > 0) expect(bare).toEqual(takesName ? ['prod-trader-bot-a'] : []);
  });

  const isValue = (before: string | undefined, options: readonly { readonly flags: string }[]) =>
    before !== undefined && options.some(({ flags }) => flags.includes('<') && flags.split(/[ ,]+/).includes(before));

  test.each(shell)('shell block %# has no error of syntax', (script) => {
    // placeholders are for people
    const { status, stderr } = spawnSync('bash', ['-n'], {
      input: script.replace(/<[a-z ]+>/g, 'x'),
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  test.each(inLanguage('ts'))('TypeScript %# is valid, and overrides alarms that exist', ({ text: snippet }) => {
    expect(transformSync(`export default {${snippet}}`, { loader: 'ts' }).warnings).toEqual([]);
    const ids = [...snippet.matchAll(/^ {2}(\w+): \{/gm)].map(([, id]) => id);
    expect(ids.length).toBeGreaterThan(0);
    expect(ids.filter((id) => !(ALARM_IDS as readonly string[]).includes(id))).toEqual([]);
  });

  test('blocks are in a language that is checked', () => {
    expect([...new Set(blocks.map(({ language }) => language))].sort()).toEqual(['sh', 'text', 'ts']);
  });

  test('alarms are named as they are deployed', () => {
    const names = [...text.matchAll(/exchange-keys-prod-([A-Z]\w*)/g)].map(([, id]) => id);
    expect(names.length).toBeGreaterThan(2);
    expect(names.filter((id) => !(ALARM_ARTICLES as readonly string[]).includes(id))).toEqual([]);
  });
});
