'use strict';
// Runs one Lambda invocation: event on stdin, result in a file; everything printed goes to the function's log.
const dns = require('node:dns');
const fs = require('node:fs');
const { syncBuiltinESMExports } = require('node:module');
const net = require('node:net');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { EventEmitter } = require('node:events');

const RESPONSE_HOST = 'cfn-response.local-aws.invalid';
const TIMED_OUT = 124;
const RUNNER_VARIABLE = /^LOCAL_AWS_/;

const given = Object.fromEntries(Object.entries(process.env).filter(([name]) => RUNNER_VARIABLE.test(name)));
for (const name of Object.keys(given)) delete process.env[name];
const deadline = Date.now() + Number(given.LOCAL_AWS_TIMEOUT_MS);

function finish(result) {
  fs.writeFileSync(given.LOCAL_AWS_RESULT_FILE, JSON.stringify(result));
  // Not at once: what was printed may still be on its way through the pipe.
  process.stdout.write('', () => process.stderr.write('', () => process.exit(0)));
}

function errorOf(error) {
  return {
    errorType: error?.name ?? 'Error',
    errorMessage: error?.message ?? String(error),
    trace: String(error?.stack ?? '').split('\n'),
  };
}

// --- The network: a socket comes from the function's own address, and gets as far as routes, security groups and DNS let it.

const IMPATIENCE_MS = 127_000; // after which Linux gives up on a connection that nobody answers
const HTTPS = 443;

/** Names that /etc/hosts maps to this machine, besides localhost. */
function localNames() {
  try {
    const lines = fs
      .readFileSync('/etc/hosts', 'utf8')
      .split('\n')
      .map((line) => line.replace(/#.*/, '').trim().split(/\s+/));
    return new Set(lines.filter(([address]) => /^(127\.|::1$)/.test(address)).flatMap(([, ...names]) => names));
  } catch {
    return new Set();
  }
}

/** The one text of an address. */
const canonical = (address) => (net.isIPv6(address) ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address);

/** The socket as if connecting, until `end`, if ever; the process waits for it. */
function pending(socket, end) {
  socket.connecting = true;
  const timer = setTimeout(() => socket.destroy(end.error), end.afterMs);
  socket.once('close', () => clearTimeout(timer));
  return socket;
}

function failure(code, syscall, host, port) {
  const error = Object.assign(new Error(`${syscall} ${code} ${port === undefined ? host : `${host}:${port}`}`), {
    code,
    syscall,
  });
  return port === undefined ? Object.assign(error, { hostname: host }) : Object.assign(error, { address: host, port });
}

function restrictNetwork(wayOut, endpointPort) {
  const names = localNames();
  const isLocal = (host) =>
    /^(127\.|0\.0\.0\.0$|::1$|::ffff:127\.)/.test(host) || /(^|\.)localhost$/.test(host) || names.has(host);
  const isLetOut = (address, port) =>
    wayOut.open.some(([cidr, from, to]) => {
      const [network, prefix] = cidr.split('/');
      const family = net.isIPv6(address) ? 'ipv6' : 'ipv4';
      if ((family === 'ipv6') !== net.isIPv6(network) || port < from || port > to) return false;
      const list = new net.BlockList();
      list.addSubnet(network, Number(prefix), family);
      return list.check(address, family);
    });
  const connect = net.Socket.prototype.connect;

  /** Where it leads, or how it ends. A server on this machine stands for one on the internet that listens on 443. */
  function destination(host, port) {
    const unreachable = (address) => ({ error: failure('ENETUNREACH', 'connect', address, port), afterMs: 0 });
    const silent = (address) => ({ error: failure('ETIMEDOUT', 'connect', address, port), afterMs: IMPATIENCE_MS });
    if (isLocal(host)) {
      if (!wayOut.source) return unreachable(host);
      return isLetOut('127.0.0.1', HTTPS) ? { host, port, localAddress: wayOut.source, family: 4 } : silent(host);
    }
    const address = net.isIP(host) ? canonical(host) : wayOut.names[host.toLowerCase()];
    if (!address) return { error: failure('ENOTFOUND', 'getaddrinfo', host), afterMs: 0 };
    if (net.isIPv6(address) ? !wayOut.ipv6 : !wayOut.source) return unreachable(address);
    const server = wayOut.servers[`${address} ${port}`];
    if (!server || !isLetOut(address, port)) return silent(address);
    const [own, ownPort] = server;
    return {
      host: own,
      port: ownPort,
      ...(net.isIPv6(own) ? { family: 6 } : { family: 4, localAddress: wayOut.source }),
    };
  }

  /** As the resolver of the VPC answers; addresses and names of this machine are left to the machine. */
  const resolved = (name, options) => {
    const address = wayOut.names[name.toLowerCase()];
    if (!address || options.family === 6) throw failure('ENOTFOUND', 'getaddrinfo', name);
    return options.all ? [{ address, family: 4 }] : { address, family: 4 };
  };
  const isOurs = (name) => !name || Boolean(net.isIP(name)) || isLocal(name);
  const given = (options) => (typeof options === 'object' && options) || { family: options };
  const { lookup } = dns;
  const lookupLater = dns.promises.lookup;
  dns.promises.lookup = async (name, options) =>
    isOurs(name) ? lookupLater(name, options) : resolved(name, given(options));
  dns.lookup = (name, options, callback = options) => {
    if (isOurs(name)) return lookup(name, options, callback);
    const answer = (found) =>
      Array.isArray(found) ? callback(null, found) : callback(null, found.address, found.family);
    dns.promises.lookup(name, callback === options ? {} : options).then(answer, callback);
  };
  syncBuiltinESMExports(); // for handlers that import { lookup }

  net.Socket.prototype.connect = function (...args) {
    // net.connect() passes one array that carries a mark of Node's own, so that array is changed in place.
    const normalized = Array.isArray(args[0]) ? args[0] : net._normalizeArgs(args);
    const options = normalized[0];
    const host = options.host ?? 'localhost';
    const port = Number(options.port);
    if (options.path || (isLocal(host) && port === endpointPort)) return connect.call(this, normalized);
    const found = destination(host, port);
    if (found.error) return pending(this, found);
    normalized[0] = { ...options, ...found, lookup: undefined, autoSelectFamily: false };
    return connect.call(this, normalized);
  };
}

// --- Custom resources answer by PUT to a pre-signed https URL; here the answer goes to a file.

function captureResponse(responseFile) {
  for (const name of ['https', 'http']) {
    const module = require(name);
    const request = module.request;
    module.request = function (options, ...rest) {
      const target = typeof options === 'string' || options instanceof URL ? new URL(options) : options;
      if ((target.hostname ?? target.host) !== RESPONSE_HOST) return request.call(this, options, ...rest);
      return capturedRequest(
        responseFile,
        rest.find((argument) => typeof argument === 'function'),
      );
    };
  }
  syncBuiltinESMExports(); // for handlers that import { request }
  const realFetch = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    if (!String(input?.url ?? input).includes(RESPONSE_HOST)) return realFetch(input, init);
    fs.writeFileSync(responseFile, String(init.body));
    return new Response('', { status: 200 });
  };
}

function capturedRequest(responseFile, callback) {
  const request = new EventEmitter();
  const chunks = [];
  request.write = (chunk) => {
    chunks.push(Buffer.from(chunk));
    return true;
  };
  request.setTimeout = request.destroy = request.setHeader = () => request;
  request.end = (chunk) => {
    if (chunk) chunks.push(Buffer.from(chunk));
    fs.writeFileSync(responseFile, Buffer.concat(chunks));
    const response = new EventEmitter();
    Object.assign(response, { statusCode: 200, statusMessage: 'OK', headers: {}, resume() {}, setEncoding() {} });
    setImmediate(() => {
      callback?.(response);
      request.emit('response', response);
      setImmediate(() => response.emit('end'));
    });
    return request;
  };
  return request;
}

// --- The invocation itself.

async function loadHandler() {
  const dot = process.env._HANDLER.lastIndexOf('.');
  const [file, exported] = [process.env._HANDLER.slice(0, dot), process.env._HANDLER.slice(dot + 1)];
  const base = path.join(process.env.LAMBDA_TASK_ROOT, file);
  const found = ['.js', '.mjs', '.cjs']
    .map((extension) => base + extension)
    .find((candidate) => fs.existsSync(candidate));
  if (!found) throw Object.assign(new Error(`Cannot find module '${file}'`), { name: 'Runtime.ImportModuleError' });
  const module = await import(pathToFileURL(found).href);
  const handler = module[exported] ?? module.default?.[exported];
  if (typeof handler !== 'function') {
    throw Object.assign(new Error(`${process.env._HANDLER} is undefined or not exported`), {
      name: 'Runtime.HandlerNotFound',
    });
  }
  return handler;
}

function context() {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    invokedFunctionArn: given.LOCAL_AWS_FUNCTION_ARN,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    awsRequestId: given.LOCAL_AWS_REQUEST_ID,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: 'local-aws',
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

function call(handler, event) {
  return new Promise((resolve, reject) => {
    const returned = handler(event, context(), (error, value) => (error ? reject(error) : resolve(value)));
    if (returned && typeof returned.then === 'function') returned.then(resolve, reject);
    else if (handler.length < 3) resolve(returned);
  });
}

async function main() {
  const event = JSON.parse(fs.readFileSync(0, 'utf8'));
  restrictNetwork(JSON.parse(given.LOCAL_AWS_WAY_OUT), Number(given.LOCAL_AWS_ENDPOINT_PORT));
  if (given.LOCAL_AWS_RESPONSE_FILE) captureResponse(given.LOCAL_AWS_RESPONSE_FILE);
  setTimeout(() => process.exit(TIMED_OUT), Math.max(0, deadline - Date.now())).unref();
  const value = await call(await loadHandler(), event);
  finish({ value: value === undefined ? null : value });
}

main().catch((error) => {
  console.error(JSON.stringify({ level: 'ERROR', ...errorOf(error) }));
  finish({ error: errorOf(error) });
});
