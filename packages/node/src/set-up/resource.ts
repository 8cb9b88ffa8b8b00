import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import type { Resource } from '@opentelemetry/resources';

/**
 * What the spans say of this service: `OTEL_RESOURCE_ATTRIBUTES`, `service.name` and the SDK.
 *
 * No host or process detector: they would send the owner's name and the command line.
 */
export function detectResource(serviceName: string | undefined): Resource {
  const detected = defaultResource().merge(detectResources({ detectors: [envDetector] }));
  const own = { 'telemetry.distro.name': '@userspan/node' };
  return detected.merge(
    resourceFromAttributes(serviceName === undefined ? own : { ...own, 'service.name': serviceName }),
  );
}
