// Only the allowed fields reach the log, whatever an event carries.
import { onEvent } from '../../../runtime/egress/on-event';
import { PATIENCE } from '../../../runtime/shared/ec2-client';
import { allowed, type LogFields } from '../../../runtime/shared/logger';

test('a field that is not allowed, or not a short plain value, is left out', () => {
  const fields = { outcome: 'done', milliseconds: 1, apiKey: 'k', code: { secret: 's' }, resourceId: 'x'.repeat(500) };
  expect(allowed(fields as unknown as LogFields)).toEqual({
    outcome: 'done',
    milliseconds: 1,
    resourceId: 'x'.repeat(100),
  });
});

test('a sentence may be longer than a name', () => {
  expect(allowed({ detail: 'x'.repeat(500), subject: 'x'.repeat(500) })).toEqual({
    detail: 'x'.repeat(300),
    subject: 'x'.repeat(100),
  });
});

test('an event with a secret in every place leaves no trace of it', async () => {
  const lines: string[] = [];
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  process.env.POWERTOOLS_LOG_LEVEL = 'DEBUG';
  const secret = 'S3cr3t';
  const properties = { Lookup: secret, [secret]: secret, ResponseURL: secret };
  const context = { region: 'eu-west-1', patience: PATIENCE };
  try {
    for (const RequestType of ['Create', 'Delete', secret]) {
      const event = {
        RequestType,
        ResourceProperties: properties,
        ResponseURL: secret,
        OldResourceProperties: properties,
      };
      await onEvent(event, context).catch(() => undefined);
    }
  } finally {
    write.mockRestore();
  }
  expect(lines).toHaveLength(3);
  expect(lines.join()).toContain('PROPERTY_INVALID');
  expect(lines.join()).not.toContain(secret);
});
