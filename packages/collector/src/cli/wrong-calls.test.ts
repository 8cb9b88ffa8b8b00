import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { buildCommand, runCommand } from '../testing/spawn-collector.ts';
import type { RanCommand } from '../testing/spawn-collector.ts';

const userspan = (
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<RanCommand> => runCommand(args, environment, dir);

let dir: string;
beforeAll(async () => {
  await buildCommand();
  dir = await mkdtemp(join(tmpdir(), 'userspan-cli-'));
}, 60_000);
afterAll(() => rm(dir, { recursive: true, force: true }));

describe('prints the correct usage for', () => {
  test.each([
    ['an unknown flag', ['--prot', '1'], "Unknown option '--prot'. userspan --help lists the flags."],
    ['an unknown command', ['sing'], 'There is no command sing. userspan --help lists the commands.'],
    [
      'an invalid port',
      ['--port', '65536'],
      '--port takes PORT: port of OTLP/HTTP, API and dashboard; 0 chooses a free port; got "65536".',
    ],
    [
      'an invalid number of bytes',
      ['--log-limit', '4 potatoes'],
      '--log-limit takes BYTES, at least 1: maximum size of the write-ahead log on disk; got "4 potatoes".',
    ],
    [
      'a public address without a token',
      ['--host', '0.0.0.0'],
      'Other machines can reach 0.0.0.0: add --token SECRET (generate one with "userspan token"), or listen on 127.0.0.1.',
    ],
    ['a short token', ['--token', 'abc'], 'needs at least 16'],
    [
      'a TLS certificate without a key',
      ['--tls-cert', 'x'],
      'TLS needs both --tls-cert FILE and --tls-key FILE.',
    ],
    [
      'an origin with a path',
      ['--cors-origin', 'https://a.example/x'],
      'such as https://app.example.com; got https://a.example/x',
    ],
    ['an invalid receiver URL', ['--forward', 'collector:4318'], '--forward must be a base URL'],
    ['a header without a value', ['--forward-header', 'x'], '--forward-header must be NAME=VALUE.'],
    ['a missing config file', ['--config', '/nowhere.json'], '/nowhere.json cannot be read as JSON'],
    ['an erasure without a user', ['erase'], 'userspan erase needs the id of one user: userspan erase USER.'],
    ['an erasure that cannot be confirmed, without a terminal', ['erase', 'u1'], 'Pass --yes'],
    ['an erasure of a user with the name of a flag', ['erase', '--', '-h'], 'Pass --yes'],
    ['the same with the long flag', ['erase', '--', '--help'], 'Pass --yes'],
    ['a limit of 0', ['users', '--limit', '0'], '--limit must be a whole number of at least 1; got 0.'],
    ['an empty folder', ['--data', ''], '--data has an empty value: give it one, or leave the flag out.'],
    ['an empty token', ['--token', ''], '--token has an empty value'],
    ['an empty permission', ['token', '--permission', ''], '--permission has an empty value'],
    ['an empty URL of a collector', ['erase', 'u1', '--yes', '--url', ''], '--url has an empty value'],
    ['an empty id', ['erase', '', '--yes'], 'An argument is empty.'],
    ['0 days', ['--retention-days', '0'], '--retention-days takes N, at least 1: delete calls'],
    ['0 bytes', ['--retention-size', '0MB'], '--retention-size takes BYTES, at least 1'],
    ['0 spans', ['--max-spans', '0'], '--max-spans takes N, at least 1'],
    ['an unknown log level', ['--log-level', 'loud'], '--log-level must be one of trace, debug, info'],
    ['an unsupported store', ['--store', 'http://x'], '--store must be a URL such as clickhouse://user'],
    ['a cluster without a store', ['--cluster', 'c'], '--cluster needs --store'],
    [
      'an address of another machine',
      ['--port', '0', '--data', 'elsewhere', '--host', '203.0.113.9', '--token', 'admin=secret-of-a-test-1'],
      '--host must be an address of this machine',
    ],
    ['an address without a scheme', ['users', '--url', 'localhost:4318'], '--url must be the base URL'],
    [
      'credentials in an address',
      ['users', '--url', 'http://a:hidden@localhost:4318'],
      'such as http://127.0.0.1:4318; got "http://…@localhost:4318".',
    ],
    [
      'a token that is invalid as a header',
      ['users', '--token', 'a b\nc'],
      '--token must be the secret of a token',
    ],
    ['two files to apply', ['apply', 'a.json', 'b.json'], 'userspan apply takes one file'],
    ['two revenue files', ['revenue', 'a.csv', 'b.csv'], 'the path of one CSV file'],
    [
      'a dry run with a decision about uncertain events',
      ['meter', '--dry-run', '--uncertain', 'again'],
      'give one of --dry-run and --uncertain.',
    ],
    ['a range without a format', ['meter', '--from', '2026-01-01'], '--from needs --format'],
    [
      'a format together with an exporter',
      ['meter', '--format', 'csv', '--exporter', 'e'],
      'takes no --exporter',
    ],
  ])('%s', async (_name, args, message) => {
    const { code, out, err } = await userspan(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
    expect(err).not.toContain('    at ');
  });

  test('reports an invalid variable and an invalid file', async () => {
    expect(await userspan([], { USERSPAN_PORT: 'x' })).toMatchObject({
      code: 2,
      err: expect.stringContaining('USERSPAN_PORT takes PORT'),
    });
    await writeFile(join(dir, 'bad.json'), '{"prot": 1}');
    expect(await userspan(['--config', 'bad.json'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('there is no setting "prot"'),
    });
    for (const [value, message] of [
      [{ data: null }, 'bad.json: data must be a string, a number, true or false; got null.'],
      [{ data: ['a', 'b'] }, 'bad.json: data must be a string, a number, true or false; got a list.'],
      [{ data: '' }, 'bad.json: data takes DIR'],
      [{ token: { secret: 'x' } }, 'bad.json: token must be a string or a list of strings'],
      [{ token: [null] }, 'got a list with something else in it.'],
      [{ 'retention-days': 0 }, 'bad.json: retention-days takes N, at least 1'],
      [{ content: 'maybe' }, 'bad.json: content takes true or false'],
    ] as const) {
      await writeFile(join(dir, 'bad.json'), JSON.stringify(value));
      expect(await userspan(['--config', 'bad.json'])).toMatchObject({
        code: 2,
        err: expect.stringContaining(message),
      });
    }
  });

  test('prints help and version', async () => {
    const help = await userspan(['--help']);
    expect(help.code).toBe(0);
    for (const name of ['userspan doctor', '--forward URL', '--memory-budget BYTES', '(256 MiB)']) {
      expect(help.out).toContain(name);
    }
    expect(await userspan(['--version'])).toEqual({
      code: 0,
      out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
      err: '',
    });
  });

  test('reports that no collector is running', async () => {
    const ran = await userspan(['users', '--url', 'http://127.0.0.1:47999']);
    expect(ran).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('no collector answers at http://127.0.0.1:47999 (ECONNREFUSED)'),
    });
  });

  test.each([
    ['users'],
    ['erase', 'u1', '--yes'],
    ['apply', 'empty.json'],
    ['meter'],
    ['meter', '--reconcile'],
    ['revenue', 'empty.json'],
    ['alert', '--usd', '1', '--slack', 'https://hooks.slack.com/x'],
  ])('reports that the server is not a collector: userspan %s', async (...args) => {
    const server = createServer((_request, response) => response.end('<!doctype html>hello'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    await writeFile(join(dir, 'empty.json'), '{}');
    const { port } = server.address() as AddressInfo;
    const ran = await userspan([...args, '--url', `http://127.0.0.1:${port}`]);
    server.close();
    expect(ran).toMatchObject({
      code: 1,
      out: '',
      err: `userspan: what answers at http://127.0.0.1:${port} is no collector: its answer is not JSON. Set the address of a collector with --url\n`,
    });
  });
});
