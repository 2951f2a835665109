// Who writes the parameters that allowlists, networks, exchanges and the trading gate are read from.
import { apiCalls, nobodyOf } from './api-calls';

/** Pattern of writes to the environment's parameters by anybody but these roles. Values are not part of such events. */
export function parameterChanges(environment: string, roles: readonly string[]): object {
  // a name, or an ARN
  const ours = [{ wildcard: `*/exchange-keys/${environment}/*` }];
  return apiCalls('aws.ssm', {
    eventName: ['PutParameter', 'DeleteParameter', 'DeleteParameters'],
    $or: [{ requestParameters: { name: ours } }, { requestParameters: { names: ours } }],
    ...nobodyOf(roles),
  });
}
