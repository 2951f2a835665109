// Lambda entry point: called by the event that a rotation has succeeded, redeploys the service that has the key injected.
import { ECSClient } from '@aws-sdk/client-ecs';
import { REDEPLOY_CLUSTER_VARIABLE, REDEPLOY_KEY_VARIABLE, REDEPLOY_SERVICE_VARIABLE } from '../../contract/workload';
import { CLIENT_SETTINGS } from '../shared/client-settings';
import { required } from '../shared/function-settings';
import { createRedeploy } from './redeploy';

let redeploy: ReturnType<typeof createRedeploy> | undefined;

export const handler = async (event: unknown): Promise<void> => {
  redeploy ??= createRedeploy({
    keyName: required(process.env, REDEPLOY_KEY_VARIABLE),
    cluster: required(process.env, REDEPLOY_CLUSTER_VARIABLE),
    service: required(process.env, REDEPLOY_SERVICE_VARIABLE),
    ecs: new ECSClient({ region: required(process.env, 'AWS_REGION'), ...CLIENT_SETTINGS }),
  });
  await redeploy(event);
};
