// What a subscription delivers, unpacked or refused with a reason; nothing in it throws.
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { BadRecordReason } from '../../../contract/watch';
import { isLine, unpack } from '../../../runtime/watch/log-batch';
import { delivery, entry } from './support/records';

const { NOT_A_RECORD, NOT_JSON, TOO_LONG } = BadRecordReason;
const packed = (text: string | Buffer) => ({ awslogs: { data: gzipSync(text).toString('base64') } });
const LIMIT = 32 * 1024 * 1024;

test('the lines as they are', () => {
  const lines = [entry('a'), entry('b'), null];
  expect(unpack(delivery(lines))).toEqual(lines);
  expect(unpack(delivery([]))).toEqual([]);
});

test('a control message has no lines, even when it has some', () => {
  expect(unpack(delivery([entry('a')], { messageType: 'CONTROL_MESSAGE' }))).toEqual([]);
});

test.each<[string, unknown, BadRecordReason]>([
  ['nothing', undefined, NOT_A_RECORD],
  ['null', null, NOT_A_RECORD],
  ['a text', 'awslogs', NOT_A_RECORD],
  ['no logs', {}, NOT_A_RECORD],
  ['logs that are null', { awslogs: null }, NOT_A_RECORD],
  ['logs without data', { awslogs: {} }, NOT_A_RECORD],
  ['data that is no text', { awslogs: { data: 7 } }, NOT_A_RECORD],
  ['data that is not packed', { awslogs: { data: 'e30=' } }, NOT_JSON],
  ['no data', { awslogs: { data: '' } }, NOT_JSON],
  ['no JSON', packed('{'), NOT_JSON],
  ['JSON that is no object', packed('7'), NOT_A_RECORD],
  ['JSON that is null', packed('null'), NOT_A_RECORD],
  ['another type of message', delivery([], { messageType: 'DATA' }), NOT_A_RECORD],
  ['no type of message', delivery([], { messageType: undefined }), NOT_A_RECORD],
  ['no lines', delivery([], { logEvents: undefined }), NOT_A_RECORD],
  ['lines that are no list', delivery([], { logEvents: { length: 1 } }), NOT_A_RECORD],
])('%s', (_, event, reason) => {
  expect(unpack(event)).toBe(reason);
});

test('32 MiB are unpacked, and not a byte more', () => {
  const blank = Buffer.alloc(LIMIT, ' ');
  expect(unpack(packed(blank))).toBe(NOT_JSON);
  expect(unpack(packed(Buffer.concat([blank, Buffer.from(' ')])))).toBe(TOO_LONG);
});

test('text is UTF-8', () => {
  const one = entry('ключ 鍵');
  expect(unpack(delivery([one]))).toEqual([one]);
});

test('an entry is a line when it has an id and a message', () => {
  expect(isLine(entry('a'))).toBe(true);
  expect(isLine({ id: '', message: '' })).toBe(true);
  // ids are kept in the table, and whoever calls the function chooses them
  expect([128, 129].map((length) => isLine({ id: '1'.repeat(length), message: '' }))).toEqual([true, false]);
  for (const entry of [undefined, null, 'a', 7, [], {}, { id: 'a' }, { message: 'a' }, { id: 7, message: 'a' }]) {
    expect(isLine(entry as never)).toBe(false);
  }
  expect(isLine({ id: 'a', message: {} } as never)).toBe(false);
  expect(isLine(Object.assign(() => undefined, { id: 'a', message: 'a' }) as never)).toBe(false);
});

test('whatever is packed, the answer is a list or a reason', () => {
  fc.assert(
    fc.property(fc.oneof(fc.anything(), fc.json().map(packed), fc.string().map(packed)), (event) => {
      const lines = unpack(event);
      if (typeof lines === 'string') expect(Object.values(BadRecordReason)).toContain(lines);
      else expect(Array.isArray(lines)).toBe(true);
    }),
    { numRuns: 100 },
  );
});
