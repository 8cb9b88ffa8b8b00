import type { Attributes } from '@opentelemetry/api';
import { diag } from '@opentelemetry/api';
import { isContentCaptured } from '@userspan/core';
import { boundedJson, warnOnce } from '@userspan/core/internal';
import {
  ATTR_INPUT_MESSAGES,
  ATTR_OUTPUT_MESSAGES,
  ATTR_SYSTEM_INSTRUCTIONS,
  ATTR_TOOL_DEFINITIONS,
} from '@userspan/core/semconv';

import type { Api } from '../endpoints/endpoint.ts';
import type { ContentAttribute, ResolvedOptions } from '../options.ts';
import type { Message } from './message.ts';
import { inputMessages, systemInstructions } from './request-content.ts';

/** Whether prompts and answers are recorded: by the option or environment, otherwise by the setting of the process. */
export function capturesContent(options: ResolvedOptions): boolean {
  return options.capturesContent ?? isContentCaptured();
}

/** Attributes with the content of the request. */
export function requestContent(
  api: Api,
  fields: Readonly<Record<string, unknown>>,
  options: ResolvedOptions,
): Attributes {
  const attributes: Attributes = {};
  const instructions = systemInstructions(fields);
  if (instructions.length > 0) add(attributes, ATTR_SYSTEM_INSTRUCTIONS, instructions, options);
  const messages = inputMessages(api, fields);
  if (messages.length > 0) add(attributes, ATTR_INPUT_MESSAGES, messages, options);
  const tools = fields['tools'];
  if (Array.isArray(tools) && tools.length > 0) add(attributes, ATTR_TOOL_DEFINITIONS, tools, options);
  return attributes;
}

/** Attributes with the content of the answer. */
export function answerContent(messages: readonly Message[], options: ResolvedOptions): Attributes {
  const attributes: Attributes = {};
  if (messages.length > 0) add(attributes, ATTR_OUTPUT_MESSAGES, messages, options);
  return attributes;
}

function add(
  attributes: Attributes,
  name: ContentAttribute,
  content: unknown,
  options: ResolvedOptions,
): void {
  let seen = content;
  if (options.redact !== undefined) {
    try {
      seen = options.redact(content, name);
    } catch (error) {
      // Does not log the error, which may quote the content to be redacted.
      warnOnce('redact', 'the redact hook threw; the content is not recorded.');
      diag.debug('@userspan/openai: redact', error instanceof Error ? error.name : typeof error);
      return;
    }
    if (seen === undefined || seen === null) return;
  }
  const json =
    typeof seen === 'string' && options.redact !== undefined
      ? boundedText(seen, options)
      : boundedJson(seen, options.maxContentBytes);
  if (json !== undefined) attributes[name] = json;
}

/** The text that a hook returned for the attribute, shortened to the limit. */
function boundedText(text: string, options: ResolvedOptions): string | undefined {
  return Buffer.byteLength(text) <= options.maxContentBytes
    ? text
    : boundedJson(text, options.maxContentBytes);
}
