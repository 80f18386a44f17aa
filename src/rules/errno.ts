/** strerror(3), as glibc words it. */
export const ERRNO_TEXTS = {
  ENOENT: 'No such file or directory',
  ENOTDIR: 'Not a directory',
  ELOOP: 'Too many levels of symbolic links',
  ENAMETOOLONG: 'File name too long',
  EACCES: 'Permission denied',
  EPERM: 'Operation not permitted',
  EISDIR: 'Is a directory',
  ENOEXEC: 'Exec format error',
  EINVAL: 'Invalid argument',
  EIO: 'Input/output error',
  ENOMEM: 'Cannot allocate memory',
  ELIBBAD: 'Accessing a corrupted shared library',
} as const;

export type Errno = keyof typeof ERRNO_TEXTS;
