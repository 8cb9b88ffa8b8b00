import type { Attributes } from '@opentelemetry/api';
import {
  ATTR_AGENT_NAME,
  ATTR_GUARDRAIL_TRIGGERED,
  ATTR_HANDOFF_FROM,
  ATTR_HANDOFF_TO,
  ATTR_OPERATION_NAME,
  ATTR_TOOL_CALL_ARGUMENTS,
  ATTR_TOOL_CALL_RESULT,
  ATTR_TOOL_NAME,
  ATTR_TOOL_TYPE,
  ATTR_WORKFLOW_NAME,
} from '@userspan/core/semconv';
import { boundedJson } from '@userspan/core/internal';

import { asText } from '../call/record.ts';
import { fieldsOf } from './traced.ts';
import type { StepData, TracedRun } from './traced.ts';

/** Name and attributes of a span. */
export interface SpanDescription {
  readonly name: string;
  readonly attributes: Attributes;
}

/** A run: an `invoke_workflow` span. */
export function describeRun({ name }: TracedRun): SpanDescription {
  return describe('invoke_workflow', name, { [ATTR_WORKFLOW_NAME]: name });
}

/** The span of a step; undefined if its work is recorded elsewhere or belongs to the step above. */
export function describeStep(data: StepData): SpanDescription | undefined {
  const fields = fieldsOf(data);
  const name = asText(fields['name']) ?? data.type;
  switch (data.type) {
    case 'agent':
      return describe('invoke_agent', name, { [ATTR_AGENT_NAME]: name });
    case 'function':
      return describe('execute_tool', name, { [ATTR_TOOL_NAME]: name, [ATTR_TOOL_TYPE]: 'function' });
    case 'mcp_tools':
      return { name: `mcp_tools ${asText(fields['server']) ?? ''}`.trimEnd(), attributes: {} };
    case 'handoff':
    case 'guardrail':
    case 'custom':
      return { name: `${data.type} ${name}`, attributes: {} };
    default:
      return undefined;
  }
}

/** The attributes that are only known at the end of a step. */
export function endOfStep(data: StepData, capturesContent: boolean): Partial<SpanDescription> {
  const fields = fieldsOf(data);
  if (data.type === 'handoff') {
    const from = asText(fields['from_agent']) ?? 'an agent';
    const to = asText(fields['to_agent']) ?? 'another';
    return {
      name: `handoff ${from} to ${to}`,
      attributes: { [ATTR_HANDOFF_FROM]: from, [ATTR_HANDOFF_TO]: to },
    };
  }
  if (data.type === 'guardrail') {
    return { attributes: { [ATTR_GUARDRAIL_TRIGGERED]: fields['triggered'] === true } };
  }
  if (data.type !== 'function' || !capturesContent) return {};
  return {
    attributes: {
      ...content(ATTR_TOOL_CALL_ARGUMENTS, fields['input']),
      ...content(ATTR_TOOL_CALL_RESULT, fields['output']),
    },
  };
}

function describe(operation: string, name: string, attributes: Attributes): SpanDescription {
  return { name: `${operation} ${name}`, attributes: { [ATTR_OPERATION_NAME]: operation, ...attributes } };
}

function content(name: string, value: unknown): Attributes {
  const json = boundedJson(value);
  if (json === undefined) return {};
  return { [name]: typeof value === 'string' ? (JSON.parse(json) as string) : json };
}
