// Checks that the source of each client's newest release still contains the paths, variables and names that the collector
// relies on. Prints versions that are newer than the tested one, and fails if a name is missing. Needs npm and PyPI.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const LUNARY = [
  'LUNARY_API_URL',
  '/v1/runs/ingest',
  'runId',
  'parentRunId',
  'userId',
  'userProps',
  'tokensUsage',
  'prompt',
];
const POSTHOG = [
  '$ai_generation',
  '$ai_embedding',
  '$ai_model',
  '$ai_provider',
  '$ai_trace_id',
  '$ai_input_tokens',
  '$ai_output_tokens',
  '$ai_cache_read_input_tokens',
  '$ai_cache_creation_input_tokens',
  '$ai_is_error',
  '$ai_http_status',
  '$ai_latency',
];

const GEMINI = [
  'gemini_cli.api_response',
  'gemini_cli.api_error',
  'input_token_count',
  'cached_content_token_count',
  'thoughts_token_count',
];

/** Client, the version that the tests run, and the names that the collector reads. */
const CLIENTS = [
  ['npm', 'lunary', '1.0.18', [...LUNARY, 'threadTags', 'isRetry', 'completion']],
  ['pypi', 'lunary', '1.4.41', [...LUNARY, 'promptCached', 'is_retry', 'appId']],
  [
    'npm',
    '@posthog/ai',
    '8.13.1',
    [...POSTHOG, '$ai_cache_reporting_exclusive', '$ai_usage', '$ai_tokens_source'],
  ],
  [
    'pypi',
    'langfuse',
    '5.0.4',
    ['langfuse.observation.usage_details', 'user.id', 'session.id', 'LANGFUSE_BASE_URL'],
  ],
  [
    'pypi',
    'openlit',
    '1.45.0',
    ['gen_ai.usage.input_tokens', 'using_attributes', 'OTEL_EXPORTER_OTLP_ENDPOINT'],
  ],
  ['pypi', 'traceloop-sdk', '0.62.4', ['TRACELOOP_BASE_URL', 'association_properties']],
  ['npm', '@posthog/core', undefined, ['/batch/', 'api_key', 'distinct_id']],
  ['pypi', 'posthog', undefined, [...POSTHOG, '/batch/', '/i/v0/ai/batch/', 'api_key']],
  ['npm', 'ai', '7.0.173', ['sessionId', 'retry']],
  ['pypi', 'logfire-sdk', '5.4.0', ['streaming response from', 'Scrubbed due to']],
  ['pypi', 'litellm', '1.110.2', ['usage_object', 'user_api_key_end_user_id', 'response_cost']],
  ['npm', '@ai-sdk/otel', '1.0.173', ['ai.settings.context.', 'gen_ai.usage.input_tokens']],
  ['npm', '@google/gemini-cli', '0.61.0', GEMINI],
  ['npm', '@mastra/otel-exporter', '1.4.0', ['mastra.metadata', 'mastra.span.type']],
  ['npm', '@traceloop/node-server-sdk', '0.27.0', ['withAssociationProperties', 'TRACELOOP_BASE_URL']],
  ['npm', 'langsmith', '0.12.0', ['langsmith.metadata', 'langsmith.usage_metadata', 'langsmith.span.tags']],
  ['npm', 'openlit', '1.15.0', ['usingAttributes', 'gen_ai.usage.input_tokens']],
  ['pypi', 'openinference-semantic-conventions', undefined, ['session.id', 'user.id', 'llm.token_count.']],
  ['pypi', 'opentelemetry-util-genai', '1.3b0', ['cache_write.input_tokens', 'GEN_AI_CONVERSATION_ID']],
  ['pypi', 'pydantic-ai-slim', '2.68.0', ['operation.cost', 'gen_ai.conversation.id']],
  ['pypi', 'langsmith', '0.15.1', ['langsmith.metadata', 'usage_metadata', 'langsmith.span.tags']],
];

/** Unpacks the newest release below a folder, and returns its version. */
const UNPACK = {
  npm(name, folder) {
    const [{ filename, version }] = JSON.parse(
      execFileSync('npm', ['pack', `${name}@latest`, '--json', '--silent'], {
        cwd: folder,
        encoding: 'utf8',
      }),
    );
    execFileSync('tar', ['-xzf', filename], { cwd: folder });
    return version;
  },
  pypi(name, folder) {
    execFileSync(
      'python3',
      ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary', ':all:', name],
      {
        cwd: folder,
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    );
    const [wheel = ''] = readdirSync(folder).filter((file) => file.endsWith('.whl'));
    execFileSync('python3', ['-m', 'zipfile', '-e', wheel, '.'], { cwd: folder });
    return wheel.split('-')[1];
  },
};

let isDrifted = false;
for (const [registry, name, tested, names] of CLIENTS) {
  const folder = mkdtempSync(join(tmpdir(), 'userspan-drift-'));
  try {
    const version = UNPACK[registry](name, folder);
    const gone = new Set(names);
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (!/\.(?:[cm]?js|d\.[cm]?ts|py)$/.test(file)) {
        continue;
      }
      const text = readFileSync(join(folder, file), 'utf8');
      for (const wanted of gone) {
        if (text.includes(wanted)) {
          gone.delete(wanted);
        }
      }
    }
    const newer = tested === undefined || tested === version ? '' : `; the tests run ${tested}`;
    console.log(
      `${registry} ${name} ${version}${newer}${gone.size === 0 ? '' : `; GONE: ${[...gone].join(', ')}`}`,
    );
    isDrifted ||= gone.size > 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
process.exitCode = isDrifted ? 1 : 0;
