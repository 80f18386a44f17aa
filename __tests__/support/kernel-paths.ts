/** Asks the kernel where paths lead: stat(2) and lstat(2) in a chroot, with the errno or the file that was reached. */
import { execFileSync } from 'node:child_process';

const PROGRAM = `
import errno, json, os, sys
root, directory, paths = json.load(sys.stdin)
names = {}
for parent, _, files in os.walk(os.fsencode(root)):
    for name in [b"."] + [entry.name for entry in os.scandir(parent)]:
        path = os.path.normpath(os.path.join(parent, name))
        stat = os.lstat(path)
        names[(stat.st_dev, stat.st_ino)] = os.fsdecode(path)[len(root):] or "/"
os.chroot(root)
os.chdir(directory)
def ask(path, call):
    try:
        stat = call(os.fsencode(path))
        return names.get((stat.st_dev, stat.st_ino), "?")
    except OSError as error:
        return errno.errorcode[error.errno]
json.dump([[ask(path, os.stat), ask(path, os.lstat)] for path in paths], sys.stdout)
`;

export interface KernelAnswer {
  /** The path of the file that stat(2) reaches, or the name of the error: `ENOENT`. */
  readonly followed: string;
  /** The same for lstat(2). */
  readonly unfollowed: string;
}

/** `directory` is where relative paths start. Needs root and python3. */
export function askKernel(root: string, directory: string, paths: readonly string[]): KernelAnswer[] {
  const input = JSON.stringify([root, directory, paths]);
  const answers: unknown = JSON.parse(execFileSync('python3', ['-c', PROGRAM], { input, encoding: 'utf8' }));
  if (!Array.isArray(answers)) throw new TypeError('the kernel gave no list');
  return answers.map((answer: unknown) => {
    if (!Array.isArray(answer)) throw new TypeError('the kernel gave no pair');
    return { followed: String(answer[0]), unfollowed: String(answer[1]) };
  });
}
