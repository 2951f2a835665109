// The waiting times a deployed function uses leave room inside its Lambda timeout.
import { createEc2Client, PATIENCE } from '../../../runtime/shared/ec2-client';

const LAMBDA_TIMEOUT = 60_000;

test('one event takes less than the Lambda timeout, and one call less than the event', () => {
  expect(PATIENCE.total + 10_000).toBeLessThan(LAMBDA_TIMEOUT);
  const call = PATIENCE.maxAttempts * (PATIENCE.connectionTimeout + PATIENCE.requestTimeout);
  expect(call).toBeLessThan(PATIENCE.total);
});

test('the client is of the region and tries as often as stated', async () => {
  const client = createEc2Client('eu-central-1', PATIENCE);
  await expect(client.config.region()).resolves.toBe('eu-central-1');
  await expect(client.config.maxAttempts()).resolves.toBe(PATIENCE.maxAttempts);
});
