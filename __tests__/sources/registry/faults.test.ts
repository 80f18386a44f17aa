import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { codeOfPromise } from '../../support/failure-code.ts';
import { startFaultProxy, type FaultProxy } from '../../support/fault-proxy.ts';
import { FAULT_SCENARIOS, patienceFor } from '../../support/fault-scenarios.ts';
import { startRegistry, type TestRegistry } from '../../support/in-memory-registry.ts';
import { layerBytes, pull, SMALL_IMAGE } from '../../support/registry-bench.ts';
import { testHost } from '../../support/source-host.ts';

let registry: TestRegistry;
let proxy: FaultProxy;

beforeAll(async () => {
  registry = await startRegistry();
  registry.push('acme/shop:1', SMALL_IMAGE);
  proxy = await startFaultProxy(registry.host);
});
afterAll(async () => {
  await proxy.close();
  await registry.close();
});

describe('N8 every fault ends with the image or with its failure, on one seed (the end-to-end tests take twenty)', () => {
  test('there are sixty of them', () => {
    expect(FAULT_SCENARIOS.length).toBeGreaterThanOrEqual(60);
  });

  test.each(FAULT_SCENARIOS.map((scenario) => [scenario.name, scenario] as const))(
    '%s',
    async (_, scenario) => {
      const { fault, ends } = scenario;
      proxy.use(fault, 1);
      const host = testHost({ waitForImage: 20_000, patience: patienceFor(scenario) });
      const work = pull(`${proxy.host}/acme/shop:1`, host);
      if (ends === 'image') expect(await work).toEqual(layerBytes(SMALL_IMAGE));
      else expect(await codeOfPromise(work)).toMatch(ends);
    },
  );
});
