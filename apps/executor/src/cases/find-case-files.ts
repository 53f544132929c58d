import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ExecutorError, systemErrorCode } from '../errors.ts';

const caseFile = /\.case\.(?:ya?ml|json)$/;

/**
 * The case files in a folder and the folders in it, in the order of their names; or the one that is named. Folders of
 * packages and hidden ones are left out, and links are not followed. Rejects with FILE_NOT_FOUND or CASES_NOT_FOUND.
 */
export async function findCaseFiles(place: string): Promise<readonly string[]> {
  const files = (await isFolder(place)) ? await filesIn(place) : [place];
  const cases = files.filter((file) => caseFile.test(file));
  if (cases.length > 0) return cases;
  throw new ExecutorError(`${place}: there is no test here`, {
    code: 'CASES_NOT_FOUND',
    hint: 'tests are files such as order.case.yaml or order.case.json, beside the workflow that they name',
  });
}

async function isFolder(place: string): Promise<boolean> {
  try {
    return (await stat(place)).isDirectory();
  } catch (error) {
    const missing = ['ENOENT', 'ENOTDIR'].includes(systemErrorCode(error) ?? '');
    const message = missing ? `${place}: there is no such file or folder` : `cannot look for tests in ${place}`;
    throw new ExecutorError(message, { code: missing ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE', cause: error });
  }
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const files: string[] = [];
  for (const entry of entries.sort((left, right) => (left.name < right.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isFile()) files.push(path);
    else if (entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.')) {
      files.push(...(await filesIn(path)));
    }
  }
  return files;
}
