// What the rotation function logs about one rotation, each line once.
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { Session } from '../command';
import { Failure } from '../failure';

export interface StepReport {
  readonly step: string;
  readonly outcome: string;
  /** What was done within the step; none in the lines about the step itself. */
  readonly operation?: string;
  readonly code?: string;
  readonly message?: string;
}

/** Clocks differ, and the first lines are written before RotateSecret has answered. */
const EARLIER_MS = 60_000;

export class RotationLog {
  private readonly seen = new Set<string>();
  private readonly startTime: number;
  private unreadable = false;

  constructor(
    private readonly session: Session,
    private readonly token: string,
  ) {
    this.startTime = session.context.now().getTime() - EARLIER_MS;
  }

  /** Lines that are new since the last time. */
  public async next(): Promise<StepReport[]> {
    if (this.unreadable) return [];
    try {
      return await this.read();
    } catch (error) {
      // a rotation does not fail because somebody cannot watch it; the labels still tell its end
      if (!(error instanceof Failure)) throw error;
      if (error.code === 'AWS_ACCESS_DENIED' || error.awsError === 'ResourceNotFoundException') {
        this.unreadable = true;
        this.session.output.warn(`the steps cannot be shown: ${error.message} [${error.code}]`);
      }
      return [];
    }
  }

  private async read(): Promise<StepReport[]> {
    const { intake, ring } = this.session;
    const reports: StepReport[] = [];
    let nextToken: string | undefined;
    do {
      const page = await intake.logs.send(
        new FilterLogEventsCommand({
          logGroupName: ring.rotationLogGroup,
          filterPattern: `"${this.token}"`,
          startTime: this.startTime,
          nextToken,
        }),
      );
      for (const { eventId, timestamp, message = '' } of page.events ?? []) {
        const id = eventId ?? `${timestamp} ${message}`;
        if (this.seen.has(id)) continue;
        this.seen.add(id);
        const report = parseReport(message, this.token);
        if (report) reports.push(report);
      }
      nextToken = page.nextToken || undefined;
    } while (nextToken);
    return reports;
  }
}

/** The report in a line of the log, if it is one, about this rotation. */
export function parseReport(line: string, token: string): StepReport | undefined {
  let fields: Record<string, unknown>;
  try {
    fields = JSON.parse(line.slice(Math.max(0, line.indexOf('{'))));
  } catch {
    return undefined;
  }
  const { step, outcome, operation, code, message } = fields ?? {};
  if (fields?.token !== token || typeof step !== 'string' || typeof outcome !== 'string') return undefined;
  return {
    step,
    outcome,
    ...(typeof operation === 'string' && { operation }),
    ...(typeof code === 'string' && { code }),
    ...(typeof message === 'string' && { message }),
  };
}
