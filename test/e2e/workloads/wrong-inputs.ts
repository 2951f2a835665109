// Mistakes as users make them, each through a real process: it ends with an error that names code and source, and shows no secret.
import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { PLACEHOLDER } from '../../../contract/keys';
import { KEY_EVENT } from '../../../contract/watch';
import { type Bot, LANGUAGES, type Language } from '../support/workload-process';
import { ENVIRONMENT, FILE, GRID, MAKER, TRADER, type World } from '../support/workload-world';

const ADDITION = { apiKey: 'XXKK_API_KEY', apiSecret: 'XXKK_API_SECRET' } as const;

interface Mistake {
  readonly what: string;
  readonly code: string;
  /** What the message must name: a variable, a path, the secret. */
  readonly names: RegExp;
  readonly environment: (world: World) => Promise<NodeJS.ProcessEnv>;
}

/** The key document of the trader in a file, changed. */
function inFile(change: (text: string) => string, mode = 0o400) {
  let number = 0;
  return async (world: World): Promise<NodeJS.ProcessEnv> => {
    const { text } = await world.current(TRADER);
    const file = path.join(world.aws.workspace, `mistake-${process.hrtime.bigint()}-${++number}.json`);
    writeFileSync(file, change(text));
    chmodSync(file, mode);
    return { XXKK_SECRET_ID: undefined, XXKK_SECRET_FILE: file };
  };
}

const changed = (change: object) => (text: string) => JSON.stringify({ ...JSON.parse(text), ...change });
const A_FILE = /mistake-\d+-\d+\.json' \(XXKK_SECRET_FILE\)/;
const given = async (world: World) => {
  const { document } = await world.current(TRADER);
  return { XXKK_SECRET_ID: undefined, [ADDITION.apiKey]: document.apiKey, [ADDITION.apiSecret]: document.apiSecret };
};

/** A secret beside the ring's, with that value. */
async function secretOf(world: World, name: string, SecretString: string): Promise<string> {
  const Name = `exchange-keys/${name}`;
  await world.secrets.send(new CreateSecretCommand({ Name, SecretString })).catch((error: Error) => {
    if (error.name !== 'ResourceExistsException') throw error;
  });
  return Name;
}

const MISTAKES: readonly Mistake[] = [
  {
    what: 'nothing is set',
    code: 'CREDENTIALS_MISSING',
    names: /XXKK_SECRET_FILE, XXKK_SECRET_ID, XXKK_API_KEY/,
    environment: async () => ({ XXKK_SECRET_ID: undefined }),
  },
  {
    what: 'file and variables are set',
    code: 'CREDENTIALS_AMBIGUOUS',
    names: /XXKK_SECRET_FILE.*XXKK_API_KEY/,
    environment: async (world) => ({ ...(await given(world)), ...(await inFile((text) => text)(world)) }),
  },
  {
    what: 'the secret is missing',
    code: 'CREDENTIALS_INCOMPLETE',
    names: /XXKK_API_SECRET/,
    environment: async (world) => ({ ...(await given(world)), [ADDITION.apiSecret]: undefined }),
  },
  {
    what: 'the secret was pasted with its quotes',
    code: 'CREDENTIALS_MALFORMED',
    names: /XXKK_API_SECRET/,
    environment: async (world) => {
      const variables = await given(world);
      return { ...variables, [ADDITION.apiSecret]: `"${variables[ADDITION.apiSecret]}"` };
    },
  },
  {
    what: 'the secret was pasted with a line break',
    code: 'CREDENTIALS_MALFORMED',
    names: /XXKK_API_SECRET/,
    environment: async (world) => {
      const variables = await given(world);
      return { ...variables, [ADDITION.apiSecret]: `${variables[ADDITION.apiSecret]}\n` };
    },
  },
  {
    what: 'the file is readable by everybody',
    code: 'SECRET_FILE_EXPOSED',
    names: /mistake-.*0644.*chmod/,
    environment: inFile((text) => text, 0o644),
  },
  {
    what: 'there is no such file',
    code: 'SECRET_FILE_UNREADABLE',
    names: /'\/nowhere\/key\.json' \(XXKK_SECRET_FILE\).*ENOENT/,
    environment: async () => ({ XXKK_SECRET_ID: undefined, XXKK_SECRET_FILE: '/nowhere/key.json' }),
  },
  {
    what: 'the file is no JSON',
    code: 'KEY_DOCUMENT_MALFORMED',
    names: A_FILE,
    environment: inFile((text) => text.slice(1)),
  },
  {
    what: 'the document is of another schema version',
    code: 'KEY_DOCUMENT_MALFORMED',
    names: A_FILE,
    environment: inFile(changed({ schema: 2 })),
  },
  {
    what: 'the document has a field that nobody knows',
    code: 'KEY_DOCUMENT_MALFORMED',
    names: A_FILE,
    environment: inFile(changed({ comment: 'mine' })),
  },
  {
    what: 'the file holds the placeholder',
    code: 'CREDENTIALS_PLACEHOLDER',
    names: A_FILE,
    environment: inFile(() => PLACEHOLDER),
  },
  {
    what: 'the file is of another environment',
    code: 'KEY_OF_OTHER_ENVIRONMENT',
    names: /mistake-.*'prod-trader-bot-a'.*XXKK_KEY_NAME/,
    environment: inFile(changed({ name: 'prod-trader-bot-a' })),
  },
  {
    what: 'the file is of another workload',
    code: 'KEY_OF_OTHER_WORKLOAD',
    names: new RegExp(`mistake-.*'${MAKER}'.*XXKK_KEY_NAME`),
    environment: inFile(changed({ name: MAKER })),
  },
  {
    what: 'the file is of another exchange',
    code: 'KEY_OF_OTHER_EXCHANGE',
    names: A_FILE,
    environment: inFile(changed({ exchange: 'other' })),
  },
  {
    what: 'the secret holds the placeholder',
    code: 'CREDENTIALS_PLACEHOLDER',
    names: /'exchange-keys\/dev\/dev-idle-bot-a' \(XXKK_SECRET_ID\).*exchange-keys key put/,
    environment: async (world) => ({
      XXKK_SECRET_ID: await secretOf(world, `${ENVIRONMENT}/dev-idle-bot-a`, PLACEHOLDER),
      XXKK_KEY_NAME: undefined,
    }),
  },
  {
    what: 'the secret is of another workload',
    code: 'KEY_OF_OTHER_WORKLOAD',
    names: new RegExp(`'exchange-keys/dev/${GRID}' \\(XXKK_SECRET_ID\\)`),
    environment: async (world) => ({ XXKK_SECRET_ID: world.secretOf(GRID) }),
  },
  {
    what: 'the secret of one environment holds the key of another',
    code: 'KEY_OF_OTHER_ENVIRONMENT',
    names: /'exchange-keys\/prod\/prod-trader-bot-a' \(XXKK_SECRET_ID\)/,
    environment: async (world) => ({
      XXKK_SECRET_ID: await secretOf(world, 'prod/prod-trader-bot-a', (await world.current(TRADER)).text),
      XXKK_KEY_NAME: undefined,
    }),
  },
  {
    what: 'there is no such secret',
    code: 'SECRET_UNREADABLE',
    names: /'exchange-keys\/dev\/nothing' \(XXKK_SECRET_ID\).*ResourceNotFoundException/,
    environment: async () => ({ XXKK_SECRET_ID: 'exchange-keys/dev/nothing' }),
  },
  {
    what: 'the secret is named as ECS names one of its fields',
    code: 'LOADER_SETTING_MALFORMED',
    names: /XXKK_SECRET_ID/,
    environment: async (world) => ({ XXKK_SECRET_ID: `${world.secretOf(FILE)}:apiKey:AWSCURRENT:` }),
  },
  {
    what: 'the overlap is no number',
    code: 'LOADER_SETTING_MALFORMED',
    names: /XXKK_KEY_OVERLAP_HOURS.*'a day'/,
    environment: async () => ({ XXKK_KEY_OVERLAP_HOURS: 'a day' }),
  },
  {
    what: 'a permission that does not exist',
    code: 'PERMISSION_UNKNOWN',
    names: /XXKK_KEY_PERMISSIONS.*everything/,
    environment: async () => ({ XXKK_KEY_PERMISSIONS: 'read,everything' }),
  },
  {
    what: 'nothing says what the key may do',
    code: 'KEY_PERMISSIONS_UNKNOWN',
    names: /XXKK_KEY_PERMISSIONS/,
    environment: async () => ({ XXKK_KEY_PERMISSIONS: undefined }),
  },
  {
    what: 'the configuration of the exchange is nowhere',
    code: 'EXCHANGE_CONFIGURATION_UNREADABLE',
    names:
      /\/exchange-keys\/dev\/exchange\/other.*XXKK_EXCHANGE_PARAMETER|XXKK_EXCHANGE_PARAMETER.*\/exchange-keys\/dev\/exchange\/other/,
    environment: async () => ({ XXKK_EXCHANGE_PARAMETER: '/exchange-keys/dev/exchange/other' }),
  },
  {
    what: 'the configuration of the exchange has an endpoint of a category that nobody knows',
    code: 'EXCHANGE_CONFIGURATION_INVALID',
    names: /XXKK_EXCHANGE_FILE.*GET \/v1\/positions/,
    environment: (world) => exchangeFile(world, { 'GET /v1/positions': 'look' }),
  },
];

/** The exchange's configuration in a file, with these endpoints. */
async function exchangeFile(world: World, endpoints: object): Promise<NodeJS.ProcessEnv> {
  const file = path.join(world.aws.workspace, `exchange-${process.hrtime.bigint()}.json`);
  const configuration = JSON.parse(await world.parameter(`/exchange-keys/${ENVIRONMENT}/exchange/xxkk`));
  writeFileSync(file, JSON.stringify({ ...configuration, endpoints }));
  return { XXKK_EXCHANGE_PARAMETER: undefined, XXKK_EXCHANGE_FILE: file };
}

export function wrongInputs(world: () => World): void {
  const start = async (language: Language, more: NodeJS.ProcessEnv): Promise<Bot> =>
    world().start({ language, key: TRADER, more, logged: false });

  test.each(MISTAKES)('$what: $code', async ({ code, names, environment }) => {
    const more = await environment(world());
    await Promise.all(
      LANGUAGES.map(async (language) => {
        const bot = await start(language, more);
        const exit = await bot.end();
        const said = bot.stderr.join('\n');
        expect([language, exit, said]).toEqual([language, 1, expect.stringContaining(code)]);
        expect(said).toMatch(names);
        // at most that it has the key
        expect(bot.stdout.filter((line) => JSON.parse(line).event !== KEY_EVENT)).toEqual([]);
      }),
    );
  });

  describe('while it runs', () => {
    const both = async (more: NodeJS.ProcessEnv, then: (bot: Bot) => Promise<void>) => {
      const bots = await Promise.all(LANGUAGES.map((language) => start(language, more)));
      await Promise.all(bots.map(async (bot) => then(await bot.ready())));
      for (const bot of bots) expect(await bot.stop()).toBe(0);
    };

    test('an endpoint that is not in the table is refused before anything is sent', async () => {
      await both({}, async (bot) => {
        const answer = await bot.call('POST', '/v1/withdrawals', { asset: 'BTC', amount: '1', address: 'mine' });
        expect(answer).toMatchObject({ outcome: 'thrown', code: 'ENDPOINT_UNKNOWN' });
        expect(answer.message).toContain('POST /v1/withdrawals');
      });
      expect(world().exchange.control.journal({ operation: 'withdraw' })).toEqual([]);
    });

    test('an order with a key that may only read is refused before anything is sent, and recorded', async () => {
      const { keyId } = (await world().current(TRADER)).document;
      const orders = () => world().exchange.control.journal({ operation: 'placeOrder', keyId }).length;
      const sent = orders();
      await both({ XXKK_KEY_PERMISSIONS: 'read' }, async (bot) => {
        const order = { symbol: 'BTC-USD', side: 'Buy', qty: '1' };
        const answer = await bot.call('POST', '/v1/orders', order);
        expect(answer).toMatchObject({ outcome: 'thrown', code: 'PERMISSION_NOT_HELD' });
        const outcomes = bot.stdout.map((line) => JSON.parse(line).outcome).filter(Boolean);
        expect(outcomes).toEqual(['refused-local']);
      });
      expect(orders()).toBe(sent);
    });

    test('a clock that differs by a minute: put right where the exchange tells its time, told where it does not', async () => {
      const { control } = world().exchange;
      const { clockOffsetMs } = control.settings();
      const proxies = await Promise.all([world().proxy()]);
      control.configure({ clockOffsetMs: clockOffsetMs + 60_000 });
      try {
        await both({}, async (bot) => {
          expect(await bot.call('GET', '/v1/positions')).toMatchObject({ outcome: 'ok' });
        });
        const configuration = JSON.parse(await world().parameter(`/exchange-keys/${ENVIRONMENT}/exchange/xxkk`));
        const { serverTime: _none, ...operations } = configuration.operations;
        const file = path.join(world().aws.workspace, 'no-server-time.json');
        writeFileSync(file, JSON.stringify({ ...configuration, operations }));
        const more = { XXKK_EXCHANGE_PARAMETER: undefined, XXKK_EXCHANGE_FILE: file, AWS_ENDPOINT_URL: proxies[0].url };
        await both(more, async (bot) => {
          expect(await bot.call('GET', '/v1/positions')).toMatchObject({ outcome: 'clock-skew' });
        });
        // one read at the start of each
        expect(proxies[0].count('GetSecretValue')).toBe(LANGUAGES.length);
      } finally {
        control.configure({ clockOffsetMs });
      }
    });
  });
}
