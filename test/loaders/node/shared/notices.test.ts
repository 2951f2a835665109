// What a workload gives the loader to be called with, a logger and a listener of warnings, ends nothing, synchronous or not.
import { Notices } from '../../../../loaders/node/shared/notices';

const rejected = () => {
  const result = Promise.reject(new Error('the log collector died'));
  return { result, handled: jest.spyOn(result, 'then') };
};

test('asynchronous ones whose promise is rejected', async () => {
  const [info, warn, warning] = [rejected(), rejected(), rejected()];
  const notices = new Notices({ info: () => info.result, warn: () => warn.result }, () => warning.result);
  notices.info('CODE', 'words');
  notices.warn('CODE', 'words');
  for (const { handled } of [info, warn, warning]) {
    expect(handled).toHaveBeenCalledWith(expect.any(Function), expect.any(Function));
  }
});

test('such that throw', () => {
  const fail = () => {
    throw new Error('the log collector died');
  };
  const notices = new Notices({ info: fail, warn: fail }, fail);
  notices.info('CODE', 'words');
  notices.warn('CODE', 'words');
});
