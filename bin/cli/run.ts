// One run of the command: reads the arguments, runs what they name, and gives the exit code.
import { Command, CommanderError } from 'commander';
import { InputError, withCode } from '../../contract/errors';
import { asIntakeRole } from './aws/intake-role';
import { findRing } from './aws/ring';
import type { AccountSession, CliCommand, Group, OptionText, Session } from './command';
import type { Context } from './context';
import { EXIT, type ExitCode, exitCodesText } from './exit-codes';
import { Failure, Interrupted } from './failure';
import { environmentOf, GLOBAL_OPTIONS, type GlobalOptions, lookOf } from './global-options';
import { GROUPS } from './groups';
import { Output } from './output/output';

const NAME = 'exchange-keys';

/** `args` without node and file. Never throws. */
export async function run(args: readonly string[], context: Context): Promise<ExitCode> {
  const state: State = { output: new Output(context.stdout, context.stderr, { json: false, color: false }) };
  const interruption = new Promise<never>((_, reject) => {
    const interrupt = () => reject(new Interrupted('interrupted'));
    if (context.signal.aborted) interrupt();
    context.signal.addEventListener('abort', interrupt, { once: true });
  });
  try {
    await Promise.race([program(context, state).parseAsync([...args], { from: 'user' }), interruption]);
    return EXIT.done;
  } catch (error) {
    return explain(error, state, context);
  }
}

interface State {
  output: Output;
  /** What is left half-way. */
  unfinished?: string;
}

function explain(error: unknown, { output, unfinished }: State, { env }: Context): ExitCode {
  // commander has already printed what it wants to say
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (error instanceof Interrupted) {
    output.say('interrupted');
    if (unfinished) output.say(unfinished);
    return EXIT.interrupted;
  }
  const problem = error instanceof Error ? error : new Error(String(error));
  output.say(
    `${output.styled('red', 'error:')} ${problem instanceof InputError ? withCode(problem) : problem.message}`,
  );
  if (unfinished) output.say(unfinished);
  if (env.DEBUG && problem.stack) output.say(problem.stack);
  return problem instanceof Failure ? problem.exitCode : EXIT.failed;
}

function program(context: Context, state: State): Command {
  const root = configured(new Command(NAME), context)
    .description('Operates the API keys of a ring, and the allowlist of the addresses they are used from.')
    .version(context.version, '--version', 'print the version')
    .addHelpText('after', () => `\nExit codes:\n${exitCodesText()}\n\nExamples:\n${rootExamples()}`);
  addOptions(root, GLOBAL_OPTIONS);
  for (const group of GROUPS) {
    const parent = configured(root.command(group.name), context).description(group.summary);
    for (const command of group.commands) addCommand(parent, group, command, context, state);
  }
  return root;
}

function addCommand(parent: Command, group: Group, command: CliCommand, context: Context, state: State): void {
  const examples = command.examples.map((example) => `  $ ${NAME} ${group.name} ${example}`).join('\n');
  const added = configured(parent.command(command.usage, { isDefault: command.isDefault }), context)
    .summary(command.summary)
    .description([command.summary, command.description].filter(Boolean).join('.\n\n'))
    .addHelpText('after', () => `\nExit codes:\n${exitCodesText()}\n\nExamples:\n${examples}`);
  addOptions(added, command.options ?? []);
  added.action(async () => {
    const options = added.optsWithGlobals<GlobalOptions>();
    state.output = new Output(context.stdout, context.stderr, lookOf(options, context));
    const session = startSession(options, context, state);
    const values = { names: added.args, options: added.opts() };
    if (command.needs === 'account') await command.run(session, values);
    else await command.run(await withRing(session), values);
  });
}

function startSession(options: GlobalOptions, context: Context, state: State): AccountSession {
  const environment = environmentOf(options, context);
  const { region, profile } = options;
  return {
    context,
    output: state.output,
    environment,
    aws: context.connect({ region, profile }),
    ifUnfinished: (text) => {
      state.unfinished = text;
    },
  };
}

async function withRing(session: AccountSession): Promise<Session> {
  const { aws, environment, context } = session;
  const ring = await findRing(aws, environment);
  return { ...session, ring, intake: asIntakeRole(aws, ring, context) };
}

function configured(command: Command, { stdout, stderr }: Context): Command {
  return command
    .exitOverride()
    .showSuggestionAfterError()
    .showHelpAfterError(`(see '${NAME} --help')`)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: (text) => stdout.write(text), writeErr: (text) => stderr.write(text) });
}

function addOptions(command: Command, options: readonly OptionText[]): void {
  for (const { flags, description, default: value } of options) command.option(flags, description, value);
}

function rootExamples(): string {
  return GROUPS.flatMap(({ name, commands }) =>
    commands.flatMap(({ examples: [first] }) => (first ? [`  $ ${NAME} ${name} ${first}`] : [])),
  ).join('\n');
}
