// Finds a Python that can run the local AWS, or makes one in .venv; says what to install when neither works.
const { spawnSync } = require('node:child_process');
const { existsSync, readFileSync } = require('node:fs');
const path = require('node:path');

const root = path.resolve(__dirname, '..');
const requirements = path.join(root, 'local-aws', 'requirements.txt');
const venv = process.env.EXCHANGE_KEYS_VENV ?? path.join(root, '.venv');
const venvPython = path.join(venv, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');

const wantedMoto = () => /^moto(?:\[[^\]]*\])?==(\S+)/m.exec(readFileSync(requirements, 'utf8'))[1];

/** What a command answers about itself: its executable, and moto's version if it has moto. */
function inspect(command) {
  const code =
    'import sys\ntry:\n import moto, moto.server; m = moto.__version__\nexcept Exception: m = "-"\nprint(sys.executable, m)';
  const { status, stdout } = spawnSync(command, ['-c', code], { encoding: 'utf8', timeout: 60_000 });
  if (status !== 0) return undefined;
  const [executable, moto] = stdout.trim().split(' ');
  return { executable, moto: moto === '-' ? undefined : moto };
}

function candidates() {
  const pyenv = process.env.PYENV_ROOT ?? path.join(process.env.HOME ?? '', '.pyenv');
  return [
    process.env.EXCHANGE_KEYS_PYTHON,
    venvPython,
    'python3',
    'python',
    path.join(pyenv, 'shims', 'python3'),
  ].filter((command) => command && (!path.isAbsolute(command) || existsSync(command)));
}

/** @returns the path of a Python with the pinned moto, or undefined */
function findPython() {
  for (const command of candidates()) {
    const found = inspect(command);
    if (found?.moto === wantedMoto()) return found.executable;
  }
  return undefined;
}

/** As findPython, but installs moto into .venv when no Python has it. Throws with instructions when that fails too. */
function ensurePython(say = console.error) {
  const found = findPython();
  if (found) return found;
  const base = candidates().map(inspect).find(Boolean);
  if (!base) throw new Error(pythonMissing('no Python was found'));
  say(`installing moto ${wantedMoto()} into ${path.relative(root, venv)} (once)`);
  for (const [command, args] of [
    [base.executable, ['-m', 'venv', venv]],
    [venvPython, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements]],
  ]) {
    const { status, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: 300_000 });
    if (status !== 0) {
      const reason = (stderr ?? '').trim().split('\n').slice(-3).join('\n  ');
      throw new Error(
        pythonMissing(`${base.executable} has no moto ${wantedMoto()}, and installing it failed:\n  ${reason}`),
      );
    }
  }
  const made = findPython();
  if (!made) throw new Error(pythonMissing(`the new environment in ${venv} does not work`));
  return made;
}

function pythonMissing(reason) {
  return [
    `python with moto is needed for the local AWS: ${reason}`,
    'install Python 3.10 or later and run',
    `  python3 -m venv .venv && .venv/bin/pip install 'moto[server]==${wantedMoto()}'`,
    'or name a Python that has it in EXCHANGE_KEYS_PYTHON',
  ].join('\n');
}

module.exports = { findPython, ensurePython };
