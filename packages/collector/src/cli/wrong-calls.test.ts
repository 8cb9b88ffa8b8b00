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

describe('a wrong call prints the correct one', () => {
  test.each([
    ['a flag there is none', ['--prot', '1'], "Unknown option '--prot'. userspan --help lists the flags."],
    ['a command there is none', ['sing'], 'There is no command sing. userspan --help lists the commands.'],
    [
      'a port that is none',
      ['--port', '65536'],
      '--port takes PORT: port of OTLP/HTTP, API and dashboard; 0 chooses a free port; got "65536".',
    ],
    [
      'bytes that are none',
      ['--log-limit', '4 potatoes'],
      '--log-limit takes BYTES, at least 1: maximum size of the write-ahead log on disk; got "4 potatoes".',
    ],
    [
      'an open door',
      ['--host', '0.0.0.0'],
      'Other machines can reach 0.0.0.0: add --token SECRET (generate one with "userspan token"), or listen on 127.0.0.1.',
    ],
    ['a short token', ['--token', 'abc'], 'needs at least 16'],
    ['half of TLS', ['--tls-cert', 'x'], 'TLS needs both --tls-cert FILE and --tls-key FILE.'],
    [
      'an origin with a path',
      ['--cors-origin', 'https://a.example/x'],
      'such as https://app.example.com; got https://a.example/x',
    ],
    ['a receiver that is no URL', ['--forward', 'collector:4318'], '--forward must be a base URL'],
    ['a header without a value', ['--forward-header', 'x'], '--forward-header must be NAME=VALUE.'],
    [
      'a config file that is not there',
      ['--config', '/nowhere.json'],
      '/nowhere.json cannot be read as JSON',
    ],
    ['erasing nobody', ['erase'], 'userspan erase needs the id of one user: userspan erase USER.'],
    ['erasing where no question can be asked', ['erase', 'u1'], 'Pass --yes'],
    ['a limit of nothing', ['users', '--limit', '0'], '--limit must be a whole number of at least 1; got 0.'],
    ['an empty folder', ['--data', ''], '--data has an empty value: give it one, or leave the flag out.'],
    ['an empty token', ['--token', ''], '--token has an empty value'],
    ['an empty permission', ['token', '--permission', ''], '--permission has an empty value'],
    ['an empty address of a collector', ['erase', 'u1', '--yes', '--url', ''], '--url has an empty value'],
    ['an empty id', ['erase', '', '--yes'], 'An argument is empty.'],
    ['no days', ['--retention-days', '0'], '--retention-days takes N, at least 1: delete calls'],
    ['no bytes', ['--retention-size', '0MB'], '--retention-size takes BYTES, at least 1'],
    ['no spans', ['--max-spans', '0'], '--max-spans takes N, at least 1'],
    ['an unknown log level', ['--log-level', 'loud'], '--log-level must be one of trace, debug, info'],
    ['a store of another kind', ['--store', 'http://x'], '--store must be a URL such as clickhouse://user'],
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
    ['a token that is no header', ['users', '--token', 'a b\nc'], '--token must be the secret of a token'],
    ['two files to apply', ['apply', 'a.json', 'b.json'], 'userspan apply takes one file'],
    ['two files of revenue', ['revenue', 'a.csv', 'b.csv'], 'the path of one CSV file'],
    [
      'a dry run that decides',
      ['meter', '--dry-run', '--uncertain', 'again'],
      'give one of --dry-run and --uncertain.',
    ],
    ['a range of what is sent', ['meter', '--from', '2026-01-01'], '--from needs --format'],
    ['a format of one exporter', ['meter', '--format', 'csv', '--exporter', 'e'], 'takes no --exporter'],
  ])('%s', async (_name, args, message) => {
    const { code, out, err } = await userspan(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
    expect(err).not.toContain('    at ');
  });

  test('an invalid variable and an invalid file', async () => {
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

  test('help and version', async () => {
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

  test('no collector is running', async () => {
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
  ])('a server that is no collector answers: userspan %s', async (...args) => {
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
