// Every example compiles (it is part of the type check) and synthesises, and cdk-nag finds nothing unacknowledged in it.
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';

const EXAMPLES = path.join(__dirname, '..', '..', 'examples');
const names = readdirSync(EXAMPLES, { withFileTypes: true })
  // A folder without an app holds files to copy.
  .filter((entry) => entry.isDirectory() && existsSync(path.join(EXAMPLES, entry.name, 'app.ts')))
  .map(({ name }) => name);

test.each(names)('%s', (name) => {
  const stacks: string[] = [];
  const synth = App.prototype.synth;
  // The example calls synth itself; the policy pack is added to its app just before.
  const spy = jest.spyOn(App.prototype, 'synth').mockImplementation(function (this: App, options) {
    Validations.of(this).addPlugins(new AwsSolutionsChecks(this));
    const assembly = synth.call(this, options);
    stacks.push(...assembly.stacks.map(({ stackName }) => stackName));
    return assembly;
  });
  try {
    require(path.join(EXAMPLES, name, 'app.ts'));
  } finally {
    spy.mockRestore();
  }
  expect(stacks.length).toBeGreaterThanOrEqual(2);
});
