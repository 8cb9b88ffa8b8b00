/** Languages of instrumentations that are not JavaScript's, by what their scopes begin with. */
const PYTHON =
  /^(opentelemetry\.instrumentation|openinference\.instrumentation\.|langfuse-sdk|openlit|pydantic)/;
const VERCEL = /^ai$/;

/** One line of code that gives the calls of an instrumentation their user. */
export function identifySnippet(scope: string): string {
  if (PYTHON.test(scope)) return 'trace.get_current_span().set_attribute("user.id", user_id)';
  if (VERCEL.test(scope)) return 'experimental_telemetry: { isEnabled: true, metadata: { userId } }';
  if (
    scope.startsWith('@userspan') ||
    scope.startsWith('@opentelemetry/') ||
    scope.startsWith('@arizeai/') ||
    scope === ''
  ) {
    return 'identify(userId, { name, email }, () => handle(request))';
  }
  return 'span.setAttribute("user.id", userId)';
}
