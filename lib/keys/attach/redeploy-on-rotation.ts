// Redeploys an ECS service when the key in its environment was rotated: the rotation's event, a rule, a small function.
import { Duration } from 'aws-cdk-lib';
import { BaseService, CfnService } from 'aws-cdk-lib/aws-ecs';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { CfnEventInvokeConfig, CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import {
  REDEPLOY_CLUSTER_VARIABLE,
  REDEPLOY_KEY_VARIABLE,
  REDEPLOY_SERVICE_VARIABLE,
} from '../../../contract/workload';
import { finding } from '../../core/config-error';
import { RuntimeFunction } from '../../core/runtime-function';
import { ENABLED_FOR_ALL } from '../../watch/api-calls';
import { allowDeadLetters } from '../../watch/dead-letters';
import { AppResources, part } from './app-resources';
import { AttachableKey } from './attachable-key';
import { shownRendered } from './shown-rendered';
import { checkAtTheEnd } from './workload-checks';

export function redeployOnRotation(key: AttachableKey, service: BaseService): void {
  const { keyName, ring } = key;
  const scope = new Construct(service, `Redeploy${key.construct.node.id}`);
  const redeploy = new RuntimeFunction(scope, 'Redeploy', {
    bundle: 'redeploy',
    description: `Redeploys a service after each rotation of key ${keyName} (cdk-exchange-keys)`,
    timeout: Duration.minutes(2),
    environment: {
      [REDEPLOY_CLUSTER_VARIABLE]: service.cluster.clusterArn,
      [REDEPLOY_SERVICE_VARIABLE]: service.serviceName,
      [REDEPLOY_KEY_VARIABLE]: keyName,
    },
  });
  const role = redeploy.role as Role;
  role.addToPolicy(
    new PolicyStatement({
      sid: 'Redeploy',
      actions: ['ecs:DescribeServices', 'ecs:UpdateService'],
      resources: [service.serviceArn],
    }),
  );
  allowDeadLetters(role, ring.deadLetters, ring.watchEncryption);
  const deadLetters = ring.deadLetters.queueArn;
  new CfnEventInvokeConfig(scope, 'Retries', {
    functionName: redeploy.functionName,
    qualifier: '$LATEST',
    maximumRetryAttempts: 2,
    maximumEventAgeInSeconds: 6 * 3600,
    destinationConfig: { onFailure: { destination: deadLetters } },
  }).node.addDependency(role); // Lambda tries the role when the destination is set
  const rule = new CfnRule(scope, 'Rotated', {
    description: `Key ${keyName} was rotated (cdk-exchange-keys)`,
    state: ENABLED_FOR_ALL,
    eventPattern: {
      source: ['aws.secretsmanager'],
      'detail-type': ['AWS Service Event via CloudTrail'],
      detail: {
        eventName: ['RotationSucceeded'],
        additionalEventData: { SecretId: [key.secretArn, key.secretName] },
      },
    },
    targets: [
      {
        id: 'Redeploy',
        arn: redeploy.functionArn,
        deadLetterConfig: { arn: deadLetters },
        retryPolicy: { maximumRetryAttempts: 10, maximumEventAgeInSeconds: 3600 },
      },
    ],
  });
  new CfnPermission(scope, 'Invocation', {
    action: 'lambda:InvokeFunction',
    functionName: redeploy.functionArn,
    principal: 'events.amazonaws.com',
    sourceArn: rule.attrArn,
  });
  checkAtTheEnd(key.construct, (app) => controllerFindings(app, key, service));
}

/** `UpdateService` forces a deployment with the ECS controller only (ECS API Reference). */
function controllerFindings(app: AppResources, key: AttachableKey, service: BaseService): string[] {
  const resource = service.node.findAll().find(CfnService.isCfnService) as CfnService;
  const { Type: controller } = part(app.of(resource).properties.DeploymentController);
  if (controller === undefined || controller === 'ECS') return [];
  return [
    finding(
      'REDEPLOY_UNSUPPORTED',
      `service '${service.node.path}' is deployed by ${shownRendered(controller)}, so that nothing can redeploy it after a rotation of key '${key.keyName}'; use the deployment controller ECS, or 'acknowledgeManualRedeploy'`,
    ),
  ];
}
