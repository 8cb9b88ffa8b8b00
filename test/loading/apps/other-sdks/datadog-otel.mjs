// Datadog as the tracer provider of OpenTelemetry.
import tracer from 'dd-trace';

tracer.init();
new tracer.TracerProvider().register();
