import { queryOptions } from '@tanstack/react-query';
import type { Answer } from '../answer.ts';
import { apiPath, getJson, sendJson } from '../request.ts';

/** Services whose calls without a user count as system. */
export function systemServicesQuery() {
  return queryOptions({
    queryKey: ['live', 'system-services'],
    queryFn: ({ signal }) => getJson<Answer<'listSystemServices'>>(apiPath(['system-services']), signal),
  });
}

export function addSystemService(service: string): Promise<unknown> {
  return sendJson('PUT', apiPath(['system-services', service]));
}

export function removeSystemService(service: string): Promise<unknown> {
  return sendJson('DELETE', apiPath(['system-services', service]));
}
