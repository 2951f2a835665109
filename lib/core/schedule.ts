// Calls a function at a fixed rate. Not CDK's L2 schedule: its role may invoke every version of the function.
import { Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export interface RateScheduleProps {
  readonly target: IFunction;
  readonly description: string;
  readonly minutes: number;
  /** Where calls go that could not be made, and what lets the schedule's role put them there. @default nowhere */
  readonly deadLetters?: { readonly queue: IQueue; readonly allow: (role: Role) => void };
}

/** The ids are `<id>Schedule` and `<id>ScheduleRole`. */
export function createRateSchedule(scope: Construct, id: string, props: RateScheduleProps): void {
  const { account, partition, region } = Stack.of(scope);
  const { target, deadLetters } = props;
  const invoke = new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [target.functionArn] });
  const role = new Role(scope, `${id}ScheduleRole`, {
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
      conditions: {
        StringEquals: {
          'aws:SourceAccount': account,
          'aws:SourceArn': `arn:${partition}:scheduler:${region}:${account}:schedule-group/default`,
        },
      },
    }),
    inlinePolicies: { Invoke: new PolicyDocument({ statements: [invoke] }) },
  });
  deadLetters?.allow(role);
  new CfnSchedule(scope, `${id}Schedule`, {
    description: props.description,
    scheduleExpression: `rate(${props.minutes} minutes)`,
    flexibleTimeWindow: { mode: 'OFF' },
    target: {
      arn: target.functionArn,
      roleArn: role.roleArn,
      deadLetterConfig: deadLetters && { arn: deadLetters.queue.queueArn },
      // The next call sees the same state: repeating a lost one would only pile up.
      retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: props.minutes * 60 },
    },
  });
}
