/** Real incidents of programs and scripts that the container starts: the rule, through the whole guard. */
import { describe, expect, test } from '@jest/globals';
import type { Tree } from '../support/image-builder.ts';
import { program } from '../support/surveyed.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { AMD64, ARM64, BASE, link, MAC, SHELL, type Story, storyTold } from './story.ts';

const folder = temporaryFolder();

function script(data: string): Tree[string] {
  return { data, mode: 0o755 };
}

describe('starts that one look at the entrypoint does not explain', () => {
  const TOOLS: Tree = { ...BASE, 'bin/sh': SHELL, 'usr/bin/env': SHELL, 'sbin/tini': SHELL };

  test.each<[string, Tree, readonly string[], string, Story?]>([
    [
      'aiometadata: a script behind tini',
      { 'e.sh': script('#!/bin/sh\r\nexec /app\r\n') },
      ['tini', '--', '/e.sh'],
      'crlf-script /e.sh',
    ],
    [
      'linuxgsm: Windows lines, read by a shell',
      { 'e.sh': script('#!/bin/sh\r\nset -e\r\n') },
      ['/bin/sh', '/e.sh'],
      'crlf-script /e.sh',
    ],
    [
      'unoserver: one Windows line in the body',
      { 'e.sh': script('#!/bin/sh\nset -e\r\nexec /app\n') },
      ['/e.sh'],
      'crlf-script /e.sh',
    ],
    [
      'docker-airflow: env looks for bash and a CR',
      { 'bin/bash': SHELL, 'e.sh': script('#!/usr/bin/env bash\r\n') },
      ['/e.sh'],
      'crlf-script /e.sh',
    ],
    [
      'an echo that wrote \\n',
      { 'e.sh': script('#!/bin/sh\\nexec /app\n') },
      ['/e.sh'],
      'interpreter-not-found /e.sh',
    ],
    [
      'willow: bash is not in Alpine',
      { 'e.sh': script('#!/usr/bin/env bash\n') },
      ['/e.sh'],
      'interpreter-not-found /e.sh',
    ],
    [
      'cashpilot: the path of the build stage',
      { 'venv/bin/uvicorn': script('#!/build/.venv/bin/python\n') },
      ['/venv/bin/uvicorn'],
      'interpreter-not-found /venv/bin/uvicorn',
    ],
    [
      'infrahub: a python of uv that stayed behind',
      {
        'venv/bin/uvicorn': script('#!/venv/bin/python\n'),
        'venv/bin/python': link('/root/.local/share/uv/python'),
      },
      ['/venv/bin/uvicorn'],
      'interpreter-not-found /venv/bin/uvicorn',
    ],
    [
      'busybox: Go’s source in place of the program',
      { e: script('package main\n') },
      ['/e'],
      'no-shebang /e',
    ],
    [
      'spark: the licence before #!',
      { 'e.sh': script('# Licensed\n#!/bin/sh\n') },
      ['/e.sh'],
      'no-shebang /e.sh',
    ],
    ['an empty line before #!', { 'e.sh': script('\n#!/bin/sh\n') }, ['/e.sh'], 'malformed-shebang /e.sh'],
    [
      'a byte order mark before #!',
      { 'e.sh': script('\ufeff#!/bin/sh\n') },
      ['/e.sh'],
      'malformed-shebang /e.sh',
    ],
    ['faktory: a program for macOS', { e: MAC }, ['/e'], 'unknown-format /e'],
    ['appdaemon: /init without a byte', { init: script('') }, ['/init'], 'unknown-format /init'],
    [
      'docuum: no x bit, behind tini',
      { docuum: { ...ARM64, mode: 0o644 } },
      ['tini', '--', '/docuum'],
      'not-executable /docuum',
    ],
    [
      'kuma: PATH passes over a file without x bit',
      { 'usr/bin/kuma-dp': { ...ARM64, mode: 0o644 } },
      ['kuma-dp'],
      'program-not-found kuma-dp',
    ],
    [
      'distroless: a file where the directory should be',
      { 'usr/local/bin': ARM64 },
      ['/usr/local/bin/app'],
      'program-not-found /usr/local/bin/app',
    ],
    [
      'graphik: a file that is named *',
      { 'usr/local/bin/*': ARM64 },
      ['/usr/local/bin/graphik'],
      'program-not-found /usr/local/bin/graphik',
    ],
    [
      'fabric8: a directory that only root may enter',
      { 'opt/x/': { mode: 0o700 }, 'opt/x/app': ARM64 },
      ['/opt/x/app'],
      'not-executable /opt/x/app',
      { config: { User: '1000' } },
    ],
    [
      'janusgraph: yq of another machine in the entrypoint script',
      { 'e.sh': script('#!/bin/sh\nset -e\nyq eval x\nexec /app\n'), 'usr/bin/yq': AMD64 },
      ['/e.sh'],
      'wrong-architecture /usr/bin/yq',
    ],
    [
      'buildbuddy: the right program on a foreign root',
      {
        app: program({ machine: 'arm64', interpreter: '/lib/ld-linux-aarch64.so.1' }),
        'bin/sh': AMD64,
        'bin/ls': AMD64,
        'lib64/ld-linux-x86-64.so.2': AMD64,
      },
      ['/app'],
      'loader-not-found /app',
      { layers: [] },
    ],
  ])('%s', async (_, tree, entrypoint, expected, story = {}) => {
    const { config, layers = [TOOLS] } = story;
    const found = await storyTold(folder, tree, { config: { ...config, Entrypoint: entrypoint }, layers });
    expect(found).toContain(`error ${expected}`);
  });
});
