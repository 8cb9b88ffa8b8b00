import { contentCases } from './content-cases.ts';
import { identityCases } from './identity-cases.ts';
import type { OpenAIModule } from './majors.ts';
import { recordingCases } from './recording-cases.ts';
import { telemetryGround } from './telemetry-ground.ts';
import type { Telemetry } from './telemetry-ground.ts';

/** The telemetry of the instrumentation, with any SDK and any copy of openai. */
export function telemetryCases(telemetry: Telemetry, OpenAI: OpenAIModule['OpenAI']): void {
  const ground = telemetryGround(telemetry, OpenAI);
  recordingCases(ground);
  identityCases(ground);
  contentCases(ground);
}
