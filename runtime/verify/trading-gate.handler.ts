// Lambda entry point: the trading gate of a ring, called by a schedule and when the composite alarm changes. It looks for itself.
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { ENVIRONMENT_VARIABLE } from '../../contract/keys';
import {
  DO_NOT_TRADE_VARIABLE,
  STOP_ALARMS_VARIABLE,
  TRADING_GATE_VARIABLE,
  type TradingGateDocument,
} from '../../contract/verify';
import { CLIENT_SETTINGS } from '../shared/client-settings';
import { required } from '../shared/function-settings';
import { publishCounts } from '../shared/metrics';
import { createSsmClient } from '../shared/secrets-client';
import { runTradingGate, type TradingGateOptions } from './trading-gate';

let options: TradingGateOptions | undefined;

export const handler = async (): Promise<TradingGateDocument> => {
  options ??= wire();
  return runTradingGate(options);
};

function wire(): TradingGateOptions {
  const environment = required(process.env, ENVIRONMENT_VARIABLE);
  const region = required(process.env, 'AWS_REGION');
  return {
    environment,
    region,
    parameter: required(process.env, TRADING_GATE_VARIABLE),
    alarms: () => ({
      composite: required(process.env, DO_NOT_TRADE_VARIABLE),
      stops: required(process.env, STOP_ALARMS_VARIABLE)
        .split(',')
        .map((name) => name.trim()),
    }),
    cloudwatch: new CloudWatchClient({ region, ...CLIENT_SETTINGS }),
    ssm: createSsmClient(region),
    publishCounts: (counts) => publishCounts(environment, counts),
    now: () => new Date(),
  };
}
