import { describe, expect, test } from '@jest/globals';
import { parseImageConfig } from '../../src/oci/image-config.ts';

const DIFF_ID = `sha256:${'cd'.repeat(32)}`;

function parse(config: object | string): unknown {
  return parseImageConfig(
    Buffer.from(typeof config === 'string' ? config : JSON.stringify(config)),
    'config',
  );
}

describe('parseImageConfig', () => {
  test('reads what decides how a container starts', () => {
    const config = {
      architecture: 'arm',
      variant: 'v7',
      os: 'linux',
      config: {
        User: '65532',
        WorkingDir: '/app',
        Entrypoint: ['/a'],
        Cmd: ['b'],
        Env: ['PATH=/bin'],
        Labels: { x: 'y' },
        Healthcheck: { Test: ['CMD', 'true'], Interval: 30_000_000_000 },
        Shell: ['/bin/bash', '-c'],
        ExposedPorts: { '80/tcp': {} },
        Volumes: { '/data': {}, logs: null },
      },
      rootfs: { type: 'layers', diff_ids: [DIFF_ID] },
      history: [
        { created_by: 'COPY a /', empty_layer: false },
        { comment: 'c', empty_layer: true },
      ],
    };
    expect(parse(config)).toEqual({
      platform: { os: 'linux', architecture: 'arm', variant: 'v7' },
      diffIds: [DIFF_ID],
      history: [
        { createdBy: 'COPY a /', comment: '', emptyLayer: false },
        { createdBy: '', comment: 'c', emptyLayer: true },
      ],
      process: {
        user: '65532',
        workingDir: '/app',
        entrypoint: ['/a'],
        cmd: ['b'],
        env: ['PATH=/bin'],
        healthcheck: ['CMD', 'true'],
        volumes: ['/data', 'logs'],
      },
      labels: Object.assign(Object.create(null), { x: 'y' }),
    });
  });

  test('what is absent or null is empty', () => {
    expect(parse({ config: { Entrypoint: null, Env: null, Healthcheck: null } })).toMatchObject({
      platform: { os: '', architecture: '' },
      diffIds: [],
      process: {
        user: '',
        entrypoint: null,
        cmd: null,
        env: [],
        healthcheck: null,
        volumes: [],
      },
    });
    expect(parse({})).toMatchObject({ process: { entrypoint: null, cmd: null }, labels: {} });
  });

  test.each([
    ['rootfs', `{"rootfs":{"diff_ids":[],"DIFF_IDS":["${DIFF_ID}"]}}`],
    ['config', '{"config":{"Cmd":["a"],"cmd":["b"]}}'],
    ['the two configs', '{"config":{},"Config":{}}'],
    ['architecture', '{"architecture":"amd64","Architecture":"arm64"}'],
  ])('C01 keys of %s that differ by case are E_JSON_AMBIGUOUS', (_, text) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'E_JSON_AMBIGUOUS' }));
  });

  test.each([
    ['a diffID that is no digest', { rootfs: { diff_ids: ['sha256:../x'] } }],
    ['an entrypoint that is a text', { config: { Entrypoint: '/bin/sh -c x' } }],
    ['an architecture that is a number', { architecture: 386 }],
    ['a list', []],
  ])('%s is E_JSON', (_, config) => {
    expect(() => parse(config)).toThrow(expect.objectContaining({ code: 'E_JSON' }));
  });
});
