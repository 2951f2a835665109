// Reads docs/faq.md: its entries, the messages their headings stand for, and the snippets in it.
import { readFileSync } from 'node:fs';
import path from 'node:path';

const FAQ = path.join(__dirname, '..', '..', 'docs', 'faq.md');

/** The section whose headings are questions, not messages. */
export const PROCEDURES = 'How do I …';

/** One entry: a message, where it comes from, and what to do. */
export interface FaqEntry {
  /** The `## ` heading above it. */
  readonly section: string;
  /** The message; `…` stands for what differs from case to case. */
  readonly heading: string;
  /** Whether the heading is set in backticks, so that Markdown leaves it alone. */
  readonly quoted: boolean;
  /** Codes of its `Code:` line. */
  readonly codes: readonly string[];
  /** The text of its `From:` line, for messages without a code. */
  readonly from?: string;
  /** Everything below the heading. */
  readonly body: string;
  /** Matches the whole message. */
  readonly pattern: RegExp;
}

/** A fenced block. */
export interface FaqSnippet {
  readonly language: string;
  readonly text: string;
  /** Of its first line, for test names. */
  readonly line: number;
}

/** The text of the file. */
export const faqText: string = readFileSync(FAQ, 'utf8');

/** All entries, in the order of the file; the procedures are none. */
export const faqEntries: readonly FaqEntry[] = faqText
  .split(/^## /m)
  .slice(1)
  .flatMap((section) => {
    const [title, ...entries] = section.split(/^### /m);
    return entries.map((entry) => parseEntry(title.split('\n')[0].trim(), entry));
  })
  .filter(({ section }) => section !== PROCEDURES);

/** All fenced blocks. */
export const faqSnippets: readonly FaqSnippet[] = [...faqText.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(
  ({ 1: language, 2: text, index }) => ({ language, text, line: faqText.slice(0, index).split('\n').length }),
);

function parseEntry(section: string, text: string): FaqEntry {
  const [first, ...rest] = text.split('\n');
  const body = rest.join('\n');
  const heading = first.trim().replace(/^`(.*)`$/, '$1');
  const codeLine = /^Code: (.*)$/m.exec(body)?.[1] ?? '';
  return {
    section,
    heading,
    quoted: first.startsWith('`') && !heading.includes('`'),
    codes: [...codeLine.matchAll(/`([A-Z0-9_]+)`/g)].map(([, code]) => code),
    from: /^From: (.*)$/m.exec(body)?.[1],
    body,
    pattern: patternOf(heading),
  };
}

function patternOf(heading: string): RegExp {
  const literals = heading.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literals.join('.*?')}$`);
}

/** What may stand before a message: a position in a file, CDK's construct path, the prop, a JSON path, the Lambda's error. */
const BEFORE = [
  /^\s+/,
  /^\S.*?:\d+:\d+: /,
  /^\[[^\]]*\] /,
  /^'[\w.[\]'-]+': /,
  /^\$[\w.[\]-]*: /,
  /^.*Message returned: (?:Refusal: |Error: )?/,
];

/** What may stand after it: the code, and the construct that got the input. */
const AFTER = [/ \[[A-Z0-9_]+\]$/, / \(at [^)]*\)$/];

/** Every line of the message, as it is and without what is put around it. */
function variants(message: string): string[] {
  return message.split('\n').flatMap((line) => {
    const bare = AFTER.reduce((text, pattern) => text.replace(pattern, ''), line);
    const all = [bare];
    for (const text of all) {
      const shorter = BEFORE.map((pattern) => text.replace(pattern, '')).filter((short) => !all.includes(short));
      all.push(...new Set(shorter));
    }
    return all;
  });
}

/** The entries whose heading is the message, or one of the problems it lists. */
export function entriesFor(message: string): FaqEntry[] {
  const texts = variants(message);
  return faqEntries.filter(({ pattern }) => texts.some((text) => pattern.test(text)));
}

/** True when some heading of the FAQ is this message; with a code, when the entry also names the code. */
export function isInFaq(message: string, code?: string): boolean {
  return entriesFor(message).some(({ codes }) => code === undefined || codes.includes(code));
}
