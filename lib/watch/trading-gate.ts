// The trading gate: a parameter that says whether all alarms of the composite are quiet, written every two minutes and on each change.
import { Duration, Stack } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { AlarmId, alarmName, DO_NOT_TRADE } from '../../contract/alarms';
import { ENVIRONMENT_VARIABLE } from '../../contract/keys';
import {
  closedTradingGate,
  DO_NOT_TRADE_VARIABLE,
  GATE_MINUTES,
  STOP_ALARMS_VARIABLE,
  TRADING_GATE_VARIABLE,
  tradingGateParameterName,
} from '../../contract/verify';
import { acknowledge } from '../core/acknowledge';
import { RuntimeFunction } from '../core/runtime-function';
import { createRateSchedule } from '../core/schedule';
import { markVerifying } from '../core/verifying-function';

export interface TradingGateProps {
  readonly environment: string;
  /** Alarms that the composite is made of. */
  readonly stops: readonly AlarmId[];
}

export function createTradingGate(watch: Construct, { environment, stops }: TradingGateProps): RuntimeFunction {
  const { region } = Stack.of(watch);
  const composite = alarmName(environment, DO_NOT_TRADE);
  const parameter = new StringParameter(watch, 'TradingGateParameter', {
    parameterName: tradingGateParameterName(environment),
    description: 'Whether a workload may trade; written by the trading gate (cdk-exchange-keys)',
    // closed until the function has looked for the first time
    stringValue: closedTradingGate(environment, region),
  });
  const gate = new RuntimeFunction(watch, 'TradingGate', {
    bundle: 'trading-gate',
    description: `Says whether workloads of ${environment} may trade (cdk-exchange-keys)`,
    timeout: Duration.seconds(60),
    environment: {
      [ENVIRONMENT_VARIABLE]: environment,
      [TRADING_GATE_VARIABLE]: parameter.parameterName,
      [DO_NOT_TRADE_VARIABLE]: composite,
      [STOP_ALARMS_VARIABLE]: stops.map((id) => alarmName(environment, id)).join(','),
    },
  });
  markVerifying(gate, environment);
  const role = gate.role as Role;
  // composite alarms are only shown to a permission on all alarms (CloudWatch API Reference, DescribeAlarms)
  role.addToPolicy(new PolicyStatement({ sid: 'SeeAlarms', actions: ['cloudwatch:DescribeAlarms'], resources: ['*'] }));
  acknowledge(
    role,
    { pack: 'AwsSolutions', rule: 'IAM5', detail: 'Resource::*' },
    'composite alarms are only shown to a permission on all alarms',
  );
  role.addToPolicy(
    new PolicyStatement({
      sid: 'WriteGate',
      actions: ['ssm:GetParameter', 'ssm:PutParameter'],
      resources: [parameter.parameterArn],
    }),
  );
  createRateSchedule(watch, 'TradingGate', {
    target: gate,
    description: 'Writes the trading gate',
    minutes: GATE_MINUTES,
  });
  runOnChange(watch, gate, composite);
  return gate;
}

/** The alarm's new state is not taken from the event: the function looks for itself. */
function runOnChange(watch: Construct, gate: RuntimeFunction, composite: string): void {
  const rule = new CfnRule(watch, 'TradingGateRule', {
    description: 'Writes the trading gate when its alarm changes',
    eventPattern: {
      source: ['aws.cloudwatch'],
      'detail-type': ['CloudWatch Alarm State Change'],
      detail: { alarmName: [composite] },
    },
    targets: [{ id: 'TradingGate', arn: gate.functionArn }],
  });
  new CfnPermission(watch, 'TradingGateInvocation', {
    action: 'lambda:InvokeFunction',
    functionName: gate.functionArn,
    principal: 'events.amazonaws.com',
    sourceArn: rule.attrArn,
  });
}
