// A program that begins: prints how long it took until the key was there, of wall clock since it was started and of CPU.
// `loader` or `bare`, then what the key is read from.
const [side, loader, secretId, file] = process.argv.slice(2);

async function byLoader() {
  const { loadKey } = require(loader);
  const source = file ? { file } : { secretId };
  const key = await loadKey({ source, environment: {}, records: () => {} });
  return key.current.apiSecret;
}

async function bare() {
  if (file) return JSON.parse(require('node:fs').readFileSync(file, 'utf8')).apiSecret;
  const { SecretsManagerClient, GetSecretValueCommand } = require('@aws-sdk/client-secrets-manager');
  const client = new SecretsManagerClient({});
  const { SecretString } = await client.send(
    new GetSecretValueCommand({ SecretId: secretId, VersionStage: 'AWSCURRENT' }),
  );
  client.destroy();
  return JSON.parse(SecretString).apiSecret;
}

(side === 'loader' ? byLoader() : bare()).then((secret) => {
  if (typeof secret !== 'string') throw new Error('there is no key');
  const wallUs = (performance.timeOrigin + performance.now() - Number(process.env.BENCH_STARTED)) * 1000;
  const { user, system } = process.cpuUsage();
  process.stdout.write(`\n${JSON.stringify({ wallUs, cpuUs: user + system })}`);
});
