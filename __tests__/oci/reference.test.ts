import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { Failure } from '../../src/base/failure.ts';
import { parseReference } from '../../src/oci/reference.ts';

const DIGEST = `sha256:${'ab'.repeat(32)}`;

function partsOf(text: string): unknown {
  const { text: _, ...parts } = parseReference(text);
  return parts;
}

describe('parseReference', () => {
  test.each([
    ['debian', 'docker.io', 'library/debian', { tag: 'latest' }],
    ['acme/shop:1.4', 'docker.io', 'acme/shop', { tag: '1.4' }],
    ['docker.io/debian:12', 'docker.io', 'library/debian', { tag: '12' }],
    ['index.docker.io/acme/shop', 'docker.io', 'acme/shop', { tag: 'latest' }],
    ['registry-1.docker.io/acme/shop', 'docker.io', 'acme/shop', { tag: 'latest' }],
    ['GHCR.io/acme/shop:1.4', 'ghcr.io', 'acme/shop', { tag: '1.4' }],
    ['localhost/shop', 'localhost', 'shop', { tag: 'latest' }],
    ['localhost:5000/shop:A_b.c-d', 'localhost:5000', 'shop', { tag: 'A_b.c-d' }],
    ['[::1]:5000/a/b', '[::1]:5000', 'a/b', { tag: 'latest' }],
    [`ghcr.io/acme/shop@${DIGEST}`, 'ghcr.io', 'acme/shop', { digest: DIGEST }],
    [`ghcr.io/acme/shop:1@${DIGEST}`, 'ghcr.io', 'acme/shop', { tag: '1', digest: DIGEST }],
    ['docker://quay.io/a/b__c/d--e:1', 'quay.io', 'a/b__c/d--e', { tag: '1' }],
    ['registry://quay.io/a/b', 'quay.io', 'a/b', { tag: 'latest' }],
  ])('reads %s as docker does', (text, registry, repository, choice) => {
    expect(partsOf(text)).toEqual({ scheme: 'registry', registry, repository, ...choice });
  });

  test.each([
    ['oci:build/image', { scheme: 'oci', path: 'build/image' }],
    ['oci:build/image:1.4', { scheme: 'oci', path: 'build/image', tag: '1.4' }],
    ['oci:/a b:docker.io/acme/shop:1', { scheme: 'oci', path: '/a b', tag: 'docker.io/acme/shop:1' }],
    [`oci-layout://out@${DIGEST}`, { scheme: 'oci', path: 'out', digest: DIGEST }],
    ['oci-layout:///out:1', { scheme: 'oci', path: '/out', tag: '1' }],
    ['oci-layout:/out:1', { scheme: 'oci', path: '/out', tag: '1' }],
    ['oci-dir:out', { scheme: 'oci', path: 'out' }],
    ['oci-dir://out', { scheme: 'oci', path: 'out' }],
    ['oci-archive:x.tar:1', { scheme: 'oci-archive', path: 'x.tar', tag: '1' }],
    ['docker-archive:x.tar:acme/shop:1', { scheme: 'docker-archive', path: 'x.tar', tag: 'acme/shop:1' }],
    ['archive://x.tar', { scheme: 'docker-archive', path: 'x.tar' }],
    ['docker-daemon:shop:1', { scheme: 'docker-daemon', name: 'shop:1' }],
    ['local://shop', { scheme: 'docker-daemon', name: 'shop' }],
  ])('reads %s', (text, parts) => {
    expect(partsOf(text)).toEqual(parts);
  });

  test.each([
    ['', 'empty'],
    ['   ', 'empty'],
    ['Debian', 'upper-case'],
    ['ghcr.io/Acme/shop', 'upper-case'],
    ['ghcr.io/acme/shop:', 'tag'],
    ['ghcr.io/acme/shop:.x', 'tag'],
    [`ghcr.io/acme/shop:${'a'.repeat(129)}`, 'tag'],
    ['ghcr.io/acme/shop@sha256:abc', 'digest'],
    [`ghcr.io/acme/shop@${DIGEST.toUpperCase()}`, 'digest'],
    [`ghcr.io/acme/shop@${DIGEST}@${DIGEST}`, 'digest'],
    ['ghcr.io/acme/../shop', 'not an image name'],
    ['ghcr.io//shop', 'not an image name'],
    ['-bad-/x.y/z', 'not an image name'],
    ['gh_cr.io/a', 'host'],
    ['ghcr.io:99999/a', 'host'],
    ['ghcr.io/acme/shop\n::set-output name=verdict::pass', 'control character'],
    ['ab'.repeat(32), 'image ID'],
    [`ghcr.io/${'a'.repeat(250)}`, 'longer'],
    ['https://ghcr.io/acme/shop', 'https:'],
    ['containers-storage:shop', 'containers-storage:'],
    ['oci:', 'no file or folder'],
    ['oci:dir:-x', 'image name after the path'],
    ['docker-daemon:--output=x', 'not an image name'],
  ])('C22 refuses %j because of: %s', (text, why) => {
    expect(() => parseReference(text)).toThrow(expect.objectContaining({ code: 'E_REFERENCE' }));
    expect(() => parseReference(text)).toThrow(why);
  });

  test('C22 whatever the text, it is refused with E_REFERENCE or keeps to the grammar', () => {
    const pieces = fc.array(
      fc.constantFrom(
        'a',
        'B',
        '0',
        '.',
        ':',
        '/',
        '@',
        '-',
        '_',
        '[',
        ']',
        '%',
        ' ',
        'é',
        '..',
        'oci:',
        DIGEST,
      ),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          pieces.map((list) => list.join('')),
        ),
        (text) => {
          try {
            const reference = parseReference(text);
            if (reference.scheme !== 'registry') return true;
            const url = new URL(
              `https://${reference.registry}/v2/${reference.repository}/manifests/${reference.tag ?? ''}`,
            );
            return (
              url.pathname.startsWith(`/v2/${reference.repository}/`) &&
              url.username === '' &&
              url.search === ''
            );
          } catch (failure) {
            return failure instanceof Failure && failure.code === 'E_REFERENCE';
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
