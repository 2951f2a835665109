// Finds the watch of the ring: the document it leaves in its SSM parameter.
import { parseWatchDocument, type WatchDocument, watchParameterName } from '../../../contract/watch';
import { parameterText } from '../aws/parameter';
import type { Session } from '../command';
import { Failure } from '../failure';

/** @throws Failure `WATCH_NOT_FOUND`, `WATCH_OF_OTHER_PLACE`; InputError `WATCH_DOCUMENT_MALFORMED`. */
export async function findWatch({ aws, environment, ring: { region } }: Session): Promise<WatchDocument> {
  const name = watchParameterName(environment);
  const text = await parameterText(aws, name);
  if (text === undefined) {
    throw new Failure(
      'WATCH_NOT_FOUND',
      `the ring of environment '${environment}' in ${region} has no watch: SSM parameter ${name} does not exist; add a watch to the ring and deploy it`,
    );
  }
  const watch = parseWatchDocument(text);
  if (watch.environment === environment && watch.region === region) return watch;
  throw new Failure(
    'WATCH_OF_OTHER_PLACE',
    `SSM parameter ${name} in ${region} is about the watch of '${watch.environment}' in ${watch.region}; it was copied or edited, deploy the watch again`,
  );
}

/** A call about something that the watch's document names; that it is not there is the deployment's doing. */
export async function ofWatch<T>(what: string, { environment }: WatchDocument, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof Failure) || error.awsError !== 'ResourceNotFoundException') throw error;
    throw new Failure(
      'WATCH_INCOMPLETE',
      `${what} of the watch of '${environment}' does not exist, although its SSM parameter names it; deploy the watch again`,
    );
  }
}
