// Starts the scripted EC2 server for a test file and stops it afterwards.
import { Ec2Server } from './ec2-server';

/** Call once at the top of a test file; the server is ready in every test and forgets its scripts between them. */
export function useEc2Server(): { readonly current: Ec2Server } {
  let server: Ec2Server | undefined;
  beforeAll(async () => {
    process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
    server = await Ec2Server.start();
  });
  beforeEach(() => server?.clear());
  afterAll(() => server?.stop());
  return {
    get current() {
      if (server === undefined) throw new Error('the server is not started yet');
      return server;
    },
  };
}
