import { isLoopbackEndpoint } from '../../contract/loopback';

test.each(['http://127.0.0.1:4566', 'http://127.1.2.3', 'https://localhost/', 'http://LOCALHOST:5000/path'])(
  '%s is this machine',
  (endpoint) => {
    expect(isLoopbackEndpoint(endpoint)).toBe(true);
  },
);

test.each([
  undefined,
  '',
  'localhost:4566',
  'https://ec2.eu-west-1.amazonaws.com',
  'http://127.0.0.1.example.com',
  'http://localhost.example.com',
  'http://localhost@example.com',
  'http://10.127.0.0.1',
  'http://example.com/127.0.0.1',
])('%s is not', (endpoint) => {
  expect(isLoopbackEndpoint(endpoint)).toBe(false);
});
