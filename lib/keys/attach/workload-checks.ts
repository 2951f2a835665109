// Checks of workloads at the end of synth, when all aspects and overrides are there: one pass over the app for all of them.
import { Stage } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { AppResources } from './app-resources';

/** Returns what is wrong, one finding each. */
export type WorkloadCheck = (app: AppResources) => readonly string[];

const CHECKS = Symbol.for('cdk-exchange-keys.workload-checks');

/** Enters a check of the construct's stage. */
export function checkAtTheEnd(scope: IConstruct, check: WorkloadCheck): void {
  const stage = (Stage.of(scope) ?? scope.node.root) as IConstruct & { [CHECKS]?: WorkloadCheck[] };
  if (stage[CHECKS]) {
    stage[CHECKS].push(check);
    return;
  }
  const checks = [check];
  Object.defineProperty(stage, CHECKS, { value: checks });
  stage.node.addValidation({
    validate: () => {
      const app = new AppResources(stage);
      return checks.flatMap((one) => one(app));
    },
  });
}
