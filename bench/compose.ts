// What every implementation does: adds the stacks of one case to an app.
import type { App } from 'aws-cdk-lib';

/** One thing to synthesise: a variant, and how much of it. */
export interface Case {
  readonly variant: string;
  readonly size: number;
}

export type Compose = (app: App, benchCase: Case) => void;
