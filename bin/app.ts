#!/usr/bin/env node
// Reference CDK app: reads exchange-keys.yaml (-c config=<file>) and composes the stacks of every region in it.
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { InputError } from '../contract/errors';
import { compose } from './compose';
import { readConfig } from './config/read-config';

const DEFAULT_CONFIG = 'exchange-keys.yaml';

try {
  const app = new App();
  compose(app, readConfig(app.node.tryGetContext('config') ?? DEFAULT_CONFIG));
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  app.synth();
} catch (error) {
  // A wrong input is the reader's to mend: the message says how, a stack trace would only hide it.
  if (!(error instanceof InputError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
