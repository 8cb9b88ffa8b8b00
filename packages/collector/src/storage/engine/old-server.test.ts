import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { waitFor } from '../../testing/wait-for.ts';
import { openClickHouse } from './clickhouse-store.ts';

/** Debian's server of 2018. It supports authentication and reports its version, but has nothing else that Userspan needs. */
const SERVER = '/usr/sbin/clickhouse-server';
const isThere = existsSync(SERVER);
if (!isThere)
  console.log('skipped: no clickhouse-server here (Debian has one: apt-get install clickhouse-server)');

const USERS = `<yandex><profiles><default/></profiles><quotas><default/></quotas><users><default>
  <password>right</password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota>
</default></users></yandex>`;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}

describe.skipIf(!isThere)('a server that is too old', () => {
  const directory = mkdtempSync(join(tmpdir(), 'userspan-old-server-'));
  let server: ChildProcess;
  let port = 0;

  beforeAll(async () => {
    port = await freePort();
    for (const name of ['data', 'tmp']) mkdirSync(join(directory, name));
    writeFileSync(join(directory, 'users.xml'), USERS);
    writeFileSync(
      join(directory, 'config.xml'),
      `<yandex><logger><level>error</level><log>${directory}/log</log><errorlog>${directory}/errors</errorlog></logger>
        <http_port>${port}</http_port><tcp_port>${await freePort()}</tcp_port><listen_host>127.0.0.1</listen_host>
        <path>${directory}/data/</path><tmp_path>${directory}/tmp/</tmp_path><mark_cache_size>5000000</mark_cache_size>
        <users_config>${directory}/users.xml</users_config>
        <default_profile>default</default_profile><default_database>default</default_database></yandex>`,
    );
    server = spawn(SERVER, [`--config-file=${directory}/config.xml`], { stdio: 'ignore' });
    await waitFor(
      () =>
        fetch(`http://127.0.0.1:${port}/ping`).then(
          ({ ok }) => ok,
          () => false,
        ),
      (isUp) => isUp,
    );
  }, 60_000);
  afterAll(async () => {
    await new Promise((resolve) => {
      server.once('exit', resolve);
      server.kill();
    });
    rmSync(directory, { recursive: true });
  });

  const open = (password: string): Promise<unknown> =>
    openClickHouse({ url: `clickhouse://default:${password}@127.0.0.1:${port}/userspan` });

  it('is rejected by its version, with a remedy', async () => {
    await expect(open('right')).rejects.toThrow(
      /it is ClickHouse 18\.\S+, and userspan needs 24\.3 or newer\. Update the server, or omit --store/,
    );
  });

  it('reports a wrong password, without the password', async () => {
    const error = await open('not-this-one').catch((cause: unknown) => cause as Error);
    expect(String(error)).toMatch(/Wrong password for user default/);
    expect(String(error)).not.toContain('not-this-one');
  });
});
