// Writes a line whole to a stream of the process; that nobody reads it any more, because a log collector died, ends nothing.

const ignore = () => {};

/** As `console` does it: an error of the stream that nobody listens to would otherwise end the process. */
export function writeLine(stream: NodeJS.WriteStream, line: string): void {
  stream.write(`${line}\n`, (error) => {
    if (error && stream.listenerCount('error') === 0) stream.once('error', ignore);
  });
}
