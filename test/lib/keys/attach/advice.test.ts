import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { FluentdLogDriver, LogDriver } from 'aws-cdk-lib/aws-ecs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { addService, addTask, ownSecurityGroup, withService, withUnattachedKey } from './scenario';

describe('advice', () => {
  const LOGS = Match.stringLikeRegexp("pass its log group to 'addRequestLogs'");
  const GROUPS = Match.stringLikeRegexp("other security groups than the network's 'workloadSecurityGroup'");

  test('none for a workload as it should be', () => {
    const { app, bots, key, container } = withService();
    key.attachToContainer(container);
    app.synth();
    Annotations.fromStack(bots).hasNoWarning('*', LOGS);
    Annotations.fromStack(bots).hasNoWarning('*', GROUPS);
  });

  test('another log group', () => {
    const scenario = withUnattachedKey();
    const logGroup = new LogGroup(scenario.bots, 'Own');
    const bot = addTask(scenario, { container: { logging: LogDriver.awsLogs({ streamPrefix: 'bot', logGroup }) } });
    addService(bot);
    bot.key.attachToContainer(bot.container);
    Annotations.fromStack(bot.bots).hasWarning('/Bots/Task/Resource', LOGS);
  });

  test('no log at all; another driver is not judged', () => {
    const none = withService({}, { container: { logging: undefined } });
    none.key.attachToContainer(none.container);
    Annotations.fromStack(none.bots).hasWarning('/Bots/Task/Resource', LOGS);
    const other = withService({}, { container: { logging: new FluentdLogDriver() } });
    other.key.attachToContainer(other.container);
    Annotations.fromStack(other.bots).hasNoWarning('*', LOGS);
  });

  test('a security group of the user, alone or beside the network’s', () => {
    for (const alone of [true, false]) {
      const scenario = addTask(withUnattachedKey());
      const own = ownSecurityGroup(scenario);
      addService(scenario, { securityGroups: alone ? [own] : [own, scenario.network.workloadSecurityGroup] });
      scenario.key.attachToContainer(scenario.container);
      Annotations.fromStack(scenario.bots).hasWarning('/Bots/Service/Service', GROUPS);
    }
  });
});
