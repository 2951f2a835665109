// What the command prints: results on stdout, everything else on stderr; never a value that was given in confidence.
import type { Sink } from '../context';
import { printableJson } from './printable';

export interface Look {
  readonly json: boolean;
  readonly color: boolean;
}

const SGR = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39] } as const;
export type Style = keyof typeof SGR;

/** Shorter values are no secrets, and hiding each 'a' would hide the message. */
const SHORTEST_SECRET = 6;

export class Output {
  private readonly hidden = new Set<string>();

  constructor(
    private readonly stdout: Sink,
    private readonly stderr: Sink,
    public readonly look: Look,
  ) {}

  /** From here on the value is replaced wherever it would be printed: the last net, no message should hold it. */
  public hide(value: string): void {
    for (const form of [value, JSON.stringify(value).slice(1, -1), printableJson(value).slice(1, -1)]) {
      if (form.length >= SHORTEST_SECRET) this.hidden.add(form);
    }
  }

  /** The result, as text or as JSON. */
  public result(json: unknown, text: () => string): void {
    this.write(this.stdout, this.look.json ? printableJson(json, 2) : text());
  }

  /** One of many results, as they come: a line of text or of JSON. */
  public item(json: unknown, text: () => string): void {
    this.write(this.stdout, this.look.json ? printableJson(json) : text());
  }

  /** One line about what is happening. */
  public say(line: string): void {
    this.write(this.stderr, line);
  }

  public warn(line: string): void {
    this.say(`${this.styled('yellow', 'warning:')} ${line}`);
  }

  /** The text in a style, if there is a terminal that shows it. */
  public styled(style: Style, text: string): string {
    const [on, off] = SGR[style];
    return this.look.color ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  }

  private write(sink: Sink, text: string): void {
    const shown = [...this.hidden].reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
    sink.write(`${shown}\n`);
  }
}
