// Writes the POSIX shell script around the program: what must be set, what must be confirmed, and how curl is called.
import { EndpointCategory } from '../../../contract/exchange/endpoint-category';
import { argumentsOf, type Recipe } from './recipe';
import { requestProgram } from './request-lines';

/** The file it is meant to be saved as: `post-v1-orders.sh`. */
export function scriptName({ request: { name } }: Recipe): string {
  return `${name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/-$/, '')}.sh`;
}

/**
 * The same for the same configuration. It holds no key, and no value of the configuration stands outside the program's
 * literals but names of a closed form.
 * @throws Failure as `requestProgram` does
 */
export function script(recipe: Recipe, environment: string): string {
  const { request, exchange, variables } = recipe;
  const title = `${request.method} ${request.path}`;
  const file = scriptName(recipe);
  return `#!/bin/sh
# ${title} of exchange ${exchange} in ${environment}, category ${request.category}. Written by 'exchange-keys curl'; it holds no key.
# Needs curl 7.76 or newer and python3.
#
#   sh ${usageOf(recipe, file)}
#
# For a shell on a workload host inside the egress network: the exchange lets in no other address, and keys of staging
# and prod never reach a laptop.
${howToFill(recipe, file)}
# a trace would show the values of variables
{ set +x; } 2>/dev/null
set -eu
# a core file would hold the key
ulimit -c 0 2>/dev/null || :

wrong() {
  printf '%s\\n' "$1" ${quotedForShell(`usage: sh ${usageOf(recipe, file)}`)} >&2
  exit 2
}

${optionLines(recipe)}
${argumentsOf(request)
  .map((name, index) => `[ $# -gt ${index} ] || wrong ${quotedForShell(`${name} is missing`)}`)
  .join('\n')}
${variableLines(recipe)}
base_url=\${${recipe.baseUrlVariable}:-${recipe.baseUrl}}

# The program signs, because openssl and other commands would show the secret among their arguments. It reads the key from the
# environment and writes one configuration for curl into the pipe, so that 'ps' shows neither key nor signature.
program='
${requestProgram(recipe)}
'

python3 -I -c "$program" "$base_url" "$body" "$@" | {
  # nothing comes when there is no request to send
  if ! IFS= read -r line || [ "$line" != ready ]; then exit 1; fi
  ${unsetLine(variables)}
  # -q first: no .curlrc; no proxy, no redirect, no globbing, no other protocol
  exec curl -q --silent --show-error --fail-with-body --noproxy '*' --max-redirs 0 --globoff --path-as-is \\
    --connect-timeout 5 --max-time 20 --config -
}
`.replace(/\n{3,}/g, '\n\n');
}

function usageOf({ request, hasBody }: Recipe, file: string): string {
  const parts = [
    file,
    ...(needsYes(request.category) ? ['--yes'] : []),
    ...(hasBody ? ['[--body FILE.json]'] : []),
    ...argumentsOf(request),
    '[name=value of the query ...]',
  ];
  return parts.join(' ');
}

const needsYes = (category: EndpointCategory) => category !== EndpointCategory.READ;

/** Between single quotes; nothing that is written this way holds one. */
const quotedForShell = (text: string) => `'${text.replaceAll("'", '')}'`;

/** Fields of the key document by variable. */
const FIELDS = { api_key: 'apiKey', api_secret: 'apiSecret', passphrase: 'passphrase' } as const;

function howToFill({ variables }: Recipe, file: string): string {
  const names = Object.values(variables);
  if (names.length === 0) return '# Anybody may ask this: no key is needed.\n';
  const values = Object.entries(variables).map(
    ([name, variable]) => `${variable}=$(field ${FIELDS[name as keyof typeof FIELDS]})`,
  );
  return `#
# The key comes from the environment. A value that is typed as part of a command stays in the shell's history and shows in
# 'ps'; these ways leave none. By hand, in bash or zsh, with a value pasted after each 'read':
#   ${names.map((name) => `read -rs ${name}`).join('; ')}; export ${names.join(' ')}
#   unset ${names.join(' ')}        # afterwards
# Or from Secrets Manager, for this one command alone:
#   document=$(aws secretsmanager get-secret-value --version-stage AWSCURRENT --query SecretString --output text --secret-id NAME)
#   field() { printf '%s' "$document" | python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }
#   ${values.join(' ')} sh ${file} ...; unset document
`;
}

function optionLines({ request, hasBody }: Recipe): string {
  const yes = needsYes(request.category);
  const lines = [
    ...(yes ? ['yes=no'] : []),
    'body=',
    'while [ $# -gt 0 ]; do',
    '  case $1 in',
    ...(yes ? ['  --yes) yes=yes ;;'] : []),
    ...(hasBody
      ? [
          '  --body)',
          "    [ $# -gt 1 ] || wrong '--body needs a file with a JSON object, or - for stdin'",
          '    body=$2',
          '    shift',
          '    ;;',
        ]
      : []),
    '  --)',
    '    shift',
    '    break',
    '    ;;',
    "  -*) wrong 'there is no such option; write -- before an argument that begins with a hyphen' ;;",
    '  *) break ;;',
    '  esac',
    '  shift',
    'done',
    ...(yes
      ? [
          'if [ "$yes" != yes ]; then',
          `  printf '%s\\n' ${quotedForShell(`not sent: ${request.method} ${request.path} is of category ${request.category}; add --yes to send it`)} >&2`,
          '  exit 3',
          'fi',
        ]
      : []),
  ];
  return lines.join('\n');
}

function variableLines({ variables }: Recipe): string {
  return Object.values(variables)
    .map((name) => `: "\${${name}:?is not set or not exported; the first lines of this script say how}"`)
    .join('\n');
}

/** Curl needs none of them; and no file that a variable names gets the keys of its connections. */
function unsetLine(variables: Recipe['variables']): string {
  return `unset ${[...Object.values(variables), 'SSLKEYLOGFILE'].join(' ')}`;
}
