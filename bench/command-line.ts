// What all commands of bench/ do alike: progress on stderr, and wrong usage told as such.
import { UsageError } from './options';

export const progress = (text: string) => console.error(`[${process.uptime().toFixed(1).padStart(5)} s] ${text}`);

export async function commandLine(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\nTry --help.`);
    process.exitCode = 2;
  }
}
