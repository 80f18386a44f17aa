/** Certificates by openssl, as files in a folder: an authority of its own, and what it signs. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Pair {
  readonly cert: string;
  readonly key: string;
}

const NEW_KEY = 'req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes'.split(' ');

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: 'pipe' });
}

/** Signed by itself, for these names (`DNS:reg.test,IP:127.0.0.1`). */
export function makeSelfSigned(folder: string, name: string, names: string): Pair {
  const [cert, key] = [join(folder, `${name}.pem`), join(folder, `${name}.key.pem`)];
  const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=${names}`];
  openssl(...NEW_KEY, '-x509', '-days', '2', ...subject, '-keyout', key, '-out', cert);
  return { cert, key };
}

/** Signed by the authority; `when` is a pair of openssl's dates, `20200101000000Z`. */
export function makeSigned(
  folder: string,
  name: string,
  names: string,
  authority: Pair,
  when: readonly [from: string, to: string] = ['20200101000000Z', '20990101000000Z'],
): Pair {
  const [cert, key, request] = ['pem', 'key.pem', 'csr'].map((end) => join(folder, `${name}.${end}`));
  const pair = { cert: cert ?? '', key: key ?? '' };
  openssl(...NEW_KEY, '-subj', `/CN=${name}`, '-keyout', pair.key, '-out', request ?? '');
  const config = join(folder, `${name}.cnf`);
  const lines = [
    '[ca]',
    'default_ca=own',
    '[own]',
    `database=${folder}/${name}.db`,
    `new_certs_dir=${folder}`,
  ];
  lines.push('default_md=sha256', 'policy=any', 'rand_serial=yes', '[any]', 'commonName=supplied');
  writeFileSync(config, `${[...lines, '[names]', `subjectAltName=${names}`].join('\n')}\n`);
  writeFileSync(join(folder, `${name}.db`), '');
  const [from, to] = when;
  const dates = ['-startdate', from, '-enddate', to, '-extensions', 'names', '-notext', '-batch'];
  const signer = ['-config', config, '-cert', authority.cert, '-keyfile', authority.key];
  openssl('ca', ...signer, '-in', request ?? '', '-out', pair.cert, ...dates);
  return pair;
}
