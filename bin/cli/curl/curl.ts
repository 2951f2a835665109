// `exchange-keys curl`: a script for one request to an exchange, which takes the key from the environment and shows it nowhere.

import { exchangeOption } from '../allowlist/lock-options';
import type { AccountCommand } from '../command';
import { table } from '../output/table';
import { readExchangeConfiguration } from './exchange-configuration';
import { recipeOf } from './recipe';
import { findRequest, requestsOf } from './requests';
import { script, scriptName } from './script';

export const curlScript: AccountCommand = {
  needs: 'account',
  isDefault: true,
  usage: 'script [request...]',
  summary: 'write a shell script for one request to an exchange; without a request: list what there is',
  description: `The script goes to stdout. It holds no key: it takes it from the environment, signs as the exchange's configuration says, and hands
headers to curl through a pipe, so that history, process list and traces show no secret. What trades is sent only with --yes.
There is no script for what moves funds out.`,
  options: [
    { flags: '--exchange <name>', description: 'an exchange that is configured in the environment' },
    { flags: '--file <file>', description: "the exchange's configuration as JSON, instead of the deployed one" },
  ],
  examples: [
    '-e prod --exchange xxkk',
    '-e prod --exchange xxkk GET /v1/account > get-v1-account.sh',
    '-e dev --exchange xxkk --file exchange-xxkk.json probe > probe.sh',
  ],
  async run(session, { names, options }) {
    const { output, environment } = session;
    const exchange = exchangeOption(options.exchange);
    const configuration = await readExchangeConfiguration(session, exchange, options.file as string | undefined);
    if (names.length === 0) {
      const requests = requestsOf(configuration).map(({ name, method, path, category }) => ({
        name,
        method,
        path,
        category,
      }));
      output.result({ environment, exchange, requests }, () =>
        table(
          ['REQUEST', 'METHOD', 'PATH', 'CATEGORY'],
          requests.map(({ name, method, path, category }) => [name, method, path, category]),
        ),
      );
      return;
    }
    const request = findRequest(configuration, names.join(' '));
    const recipe = recipeOf(configuration, request);
    const text = script(recipe, environment);
    const fileName = scriptName(recipe);
    output.result({ environment, exchange, request: request.name, file: fileName, script: text }, () => text.trimEnd());
  },
};
