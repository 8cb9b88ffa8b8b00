import { startOpenAIServer } from '@userspan-test/openai-server';
import { visitors } from '@userspan-examples/chat/visitors.js';
import { describe, expect, it } from 'vitest';
import { startChat, startCollector, until } from './processes.ts';

describe('a collector that becomes unreachable', () => {
  it('does not affect the app, which finishes and reports once', async () => {
    const api = await startOpenAIServer();
    const collector = await startCollector();
    const chat = await startChat(collector.url, api.url, { OTEL_EXPORTER_OTLP_TIMEOUT: '1500' });
    try {
      const statuses: number[] = [];
      for (const [index, { act }] of visitors.entries()) {
        if (index === 2) await collector.stop('SIGKILL');
        statuses.push((await act(chat.url)).status);
      }
      expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
      await until(
        () => Promise.resolve(chat.output()),
        (output) => output.includes('spans cannot be sent'),
      );
      // The same outage is not reported again.
      for (const { act } of visitors.slice(0, 2)) await act(chat.url);
      expect(await chat.stop()).not.toBe(1);
      const reports = chat.output().match(/spans cannot be sent/g);
      expect({ reports: reports?.length, output: chat.output() }).toMatchObject({ reports: 1 });
    } finally {
      await chat.stop();
      await collector.stop('SIGKILL');
      await api.close();
    }
  });

  it('does not affect the app if it never was reachable: it runs and exits normally, with one report', async () => {
    const api = await startOpenAIServer();
    const chat = await startChat('http://127.0.0.1:9', api.url, { OTEL_EXPORTER_OTLP_TIMEOUT: '1500' });
    try {
      const result = await visitors[0]?.act(chat.url);
      expect(result?.status).toBe(200);
      await chat.stop();
      expect(chat.output().match(/spans cannot be sent/g)).toHaveLength(1);
    } finally {
      await chat.stop();
      await api.close();
    }
  });
});
