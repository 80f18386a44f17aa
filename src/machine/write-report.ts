import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Failure } from '../base/failure.ts';
import { errorCode } from '../sources/error-code.ts';

/** @throws {Failure} E_FILE */
export async function writeReport(folder: string, file: string, text: string): Promise<void> {
  await writeFile(resolve(folder, file), text).catch((cause: unknown) => {
    const why = errorCode(cause);
    throw new Failure('E_FILE', `${file} cannot be written: ${why}`, 'name a file in a folder that exists', {
      cause,
    });
  });
}
