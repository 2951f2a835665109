#!/usr/bin/env node
// Reference CDK app: reads exchange-keys.yaml (-c config=<file>) and composes the stacks of every region in it.
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { InputError, withCode } from '../contract/errors';
import { extraEnvironments } from '../lib/core/checks';
import { compose } from './compose';
import { readConfig } from './config/read-config';
import { readExchange } from './config/read-exchange';
import { readLock } from './config/read-lock';

const DEFAULT_CONFIG = 'exchange-keys.yaml';

/** What a person can act on: our refusals, and the validations that constructs added to the end of synth. */
function readable(error: unknown): string | undefined {
  if (error instanceof InputError) return withCode(error);
  const message = error instanceof Error ? error.message : '';
  return message.startsWith('Validation failed with the following errors') ? message : undefined;
}

try {
  // Synthesised here and once: CDK's own synthesis at exit would run again after a refusal, on half an app.
  const app = new App({ autoSynth: false });
  const file = app.node.tryGetContext('config') ?? DEFAULT_CONFIG;
  const config = readConfig(file);
  compose(app, config, (exchange) => readExchange(file, exchange), readLock(file, config, extraEnvironments(app)));
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  app.synth();
} catch (error) {
  // A wrong input is the reader's to mend: the message says how, a stack trace would only hide it.
  const message = readable(error);
  if (message === undefined) throw error;
  console.error(message);
  process.exitCode = 1;
}
