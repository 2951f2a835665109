// Loaded before a program of the tests: it leaves for the exchange from the address of its zone, as behind a NAT gateway.
const net = require('node:net');

const source = process.env.TEST_SOURCE_ADDRESS;
const endpoint = process.env.AWS_ENDPOINT_URL;
const awsPort = endpoint === undefined ? undefined : Number(new URL(endpoint).port);
const { connect } = net.Socket.prototype;

net.Socket.prototype.connect = function (...given) {
  // net.connect() passes one array that carries a mark of Node's own, so that array is changed in place
  const normalized = Array.isArray(given[0]) ? given[0] : net._normalizeArgs(given);
  const [options] = normalized;
  if (source && !options.path && Number(options.port) !== awsPort) {
    normalized[0] = { ...options, localAddress: source, family: 4, autoSelectFamily: false };
  }
  return connect.call(this, normalized);
};
