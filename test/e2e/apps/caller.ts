// CDK app of the end-to-end tests: the same function in the egress network and outside any VPC.
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { EgressAddresses, EgressNetwork, NatLayout } from '../../../lib';

// Asks the exchange for a balance, signed as it wants it, and reports its answer.
const CODE = `const { createHmac } = require('node:crypto');
exports.handler = async ({ url, apiKey, apiSecret }) => {
  const timestamp = String(Date.now());
  const signature = createHmac('sha256', apiSecret).update(timestamp + 'GET/v1/account').digest('hex');
  const headers = { 'X-API-KEY': apiKey, 'X-TIMESTAMP': timestamp, 'X-SIGNATURE': signature };
  const answer = await fetch(url + '/v1/account', { headers });
  return { status: answer.status, code: (await answer.json()).code };
};`;

const app = new App();
const env = { account: '123456789012', region: 'eu-west-1' };
const addresses = new EgressAddresses(new Stack(app, 'Addresses', { env }), 'Egress', {
  environment: 'dev',
  availabilityZones: ['eu-west-1a', 'eu-west-1b'],
});
const networkStack = new Stack(app, 'Network', { env });
const layout = app.node.tryGetContext('layout') as NatLayout;
const network = new EgressNetwork(networkStack, 'Network', { addresses, layout });

const settings = { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', timeout: Duration.seconds(20) };
const workloads = new Stack(app, 'Workloads', { env });
new LambdaFunction(workloads, 'Inside', {
  ...settings,
  functionName: 'inside',
  code: Code.fromInline(CODE),
  vpc: network.vpc,
  vpcSubnets: { subnets: [network.workloadSubnets[1]] },
  securityGroups: [network.workloadSecurityGroup],
});
new LambdaFunction(workloads, 'Outside', { ...settings, functionName: 'outside', code: Code.fromInline(CODE) });
