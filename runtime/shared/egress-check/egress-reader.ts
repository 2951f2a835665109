// Makes the reader of EC2 whose failures say that nothing was compared.
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { Patience } from '../ec2-client';
import { Ec2Reader } from '../ec2-reader';

/** The EC2 API of one region for one check; close it afterwards, and with it the client, if one is given. */
export function egressReader(region: string, patience: Patience, client?: EC2Client): Ec2Reader {
  return new Ec2Reader(region, patience, 'nothing was compared, try again', client);
}
