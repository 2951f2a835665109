// Acknowledges cdk-nag's finding on plain variables of a task definition, where all of them are the settings of attached keys.
import { ContainerDefinition } from 'aws-cdk-lib/aws-ecs';
import { loaderVariables } from '../../../contract/workload';
import { acknowledge } from '../../core/acknowledge';
import { AppResource, listOf, part } from './app-resources';
import { prefixesOf } from './bind-workload';

/** A variable of the user's own is the user's to judge. */
export function acknowledgeSettings(definition: AppResource, { taskDefinition }: ContainerDefinition): void {
  const plain = (listOf(definition.properties.ContainerDefinitions) ?? [])
    .map(part)
    .flatMap(({ Name, Environment }) =>
      (listOf(Environment) ?? []).map((variable) => ({ container: Name, variable: part(variable).Name })),
    );
  const ours = ({ container, variable }: (typeof plain)[number]) => {
    const running = taskDefinition.findContainer(String(container));
    return running !== undefined && settingsOf(running).includes(variable);
  };
  if (plain.length === 0 || !plain.every(ours)) return;
  acknowledge(
    definition.resource,
    { pack: 'AwsSolutions', rule: 'ECS2' },
    'where the key is and what it may do; the key itself is in Secrets Manager',
  );
}

/** What the loader reads, without the three that would be the key. */
function settingsOf(container: ContainerDefinition): unknown[] {
  return prefixesOf(container).flatMap((prefix) => {
    const { apiKey: _key, apiSecret: _secret, apiPassphrase: _passphrase, ...settings } = loaderVariables(prefix);
    return Object.values(settings);
  });
}
