/**
 * Debian's docker-registry behind the proxy of faults: every scenario on twenty seeds, judged by guard() as a user
 * sees it. Waits cost nothing here: the clock is the test's.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { guard } from '../../src/guard.ts';
import { startDockerRegistry, type DockerRegistry } from '../support/docker-registry.ts';
import { startFaultProxy, type FaultProxy } from '../support/fault-proxy.ts';
import { FAULT_SCENARIOS, type FaultScenario, patienceFor } from '../support/fault-scenarios.ts';
import { guardHost, guardRequest } from '../support/guard-host.ts';

const SEEDS = Array.from({ length: 20 }, (_, at) => at + 1);
const run = promisify(execFile);
let registry: DockerRegistry;
/** Runs of one scenario wait side by side, each before a proxy of its own. */
const LANES = 4;
let proxies: readonly FaultProxy[] = [];
let outcomes = 0;

beforeAll(async () => {
  registry = await startDockerRegistry('anonymous');
  proxies = await Promise.all(Array.from({ length: LANES }, () => startFaultProxy(registry.host)));
  const target = `docker://${registry.host}/acme/shop:1`;
  await run('skopeo', ['copy', '-q', '--all', '--dest-tls-verify=false', 'oci:examples/good', target]);
});
afterAll(async () => {
  process.stdout.write(
    `agreement: ${outcomes} runs over ${FAULT_SCENARIOS.length} faults ended as they must\n`,
  );
  await Promise.all(proxies.map((proxy) => proxy.close()));
  await registry.stop();
});

async function end(scenario: FaultScenario, proxy: FaultProxy, seed: number): Promise<void> {
  const { fault, ends } = scenario;
  proxy.use(fault, seed);
  const host = guardHost({ waitForImage: 20_000, patience: patienceFor(scenario) });
  const report = await guard(guardRequest([`${proxy.host}/acme/shop:1`]), host);
  const codes = report.images
    .flatMap(({ failure, platforms }) => [failure, ...platforms.map((one) => one.failure)])
    .flatMap((failure) => failure?.code ?? []);
  expect([seed, report.verdict]).toEqual([seed, ends === 'image' ? 'pass' : 'unverified']);
  for (const code of codes) expect(code).toMatch(ends);
  expect(codes.length > 0).toBe(ends !== 'image');
  outcomes++;
}

describe('N8 every fault on twenty seeds ends with the right verdict', () => {
  test.each(FAULT_SCENARIOS.map((scenario) => [scenario.name, scenario] as const))(
    '%s',
    async (_, scenario) => {
      const runs = proxies.map(async (proxy, lane) => {
        for (const seed of SEEDS.filter((one) => one % LANES === lane)) await end(scenario, proxy, seed);
      });
      await Promise.all(runs);
    },
  );
});
