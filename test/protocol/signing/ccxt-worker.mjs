// Signs requests with ccxt. A thread of its own: ccxt is made of ES modules, which Jest on Node 20 cannot load.
import { parentPort } from 'node:worker_threads';
import ccxt from 'ccxt';

const signers = new Map();

function signerOf(exchange) {
  if (!signers.has(exchange)) signers.set(exchange, new ccxt[exchange]());
  return signers.get(exchange);
}

function sign({ exchange, path, api, method, fields, encode, credentials, now, nonce }) {
  const signer = signerOf(exchange);
  signer.apiKey = credentials.apiKey;
  signer.secret = credentials.apiSecret;
  signer.password = credentials.passphrase;
  // A broker's headers of ccxt's own are left out.
  Object.assign(signer.options, { timeDifference: 0, recvWindow: 5000, 'api-expires': 60, partner: {} });
  signer.milliseconds = () => now;
  signer.seconds = () => Math.floor(now / 1000);
  signer.nonce = () => nonce ?? now;
  const encoded = ([name, value]) => [name, signer.urlencode({ value }).slice('value='.length)];
  const given = Object.entries(fields).map((field) => (encode ? encoded(field) : field));
  const { url, headers, body } = signer.sign(path, api, method, Object.fromEntries(given));
  return { url, headers, body };
}

parentPort.on('message', ({ id, request }) => {
  try {
    parentPort.postMessage({ id, result: sign(request) });
  } catch (error) {
    parentPort.postMessage({ id, error: String(error?.stack) });
  }
});
