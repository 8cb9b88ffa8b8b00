import { expect, test } from 'vitest';

import type { Attributes } from '../span.ts';
import { identityRules } from './identity-rules.ts';
import { userOf } from './user-of.ts';

test.each<{
  name: string;
  attributes: Attributes;
  resource?: Attributes;
  scope?: string;
  id: string;
}>([
  {
    name: 'the address before the installation and the account',
    attributes: { 'user.id': 'i', 'user.email': 'dev@b.c', 'user.account_uuid': 'u' },
    id: 'dev@b.c',
  },
  { name: 'the installation where nothing else is known', attributes: { 'user.id': 'i' }, id: 'i' },
  {
    name: 'the address of the resource before the installation',
    attributes: { 'user.id': 'i' },
    resource: { 'service.name': 'claude-code', 'user.email': 'Dev@B.c' },
    id: 'dev@b.c',
  },
  {
    name: 'the address of the span before that of the resource',
    attributes: { 'user.id': 'i', 'user.email': 'dev@b.c' },
    resource: { 'service.name': 'claude-code', 'user.email': 'team@b.c' },
    id: 'dev@b.c',
  },
  {
    name: 'an id of the resource before the installation',
    attributes: { 'user.id': 'i' },
    resource: { 'service.name': 'claude-code', 'user.id': 'dev' },
    id: 'dev',
  },
  {
    name: 'Claude Code under another name',
    attributes: { 'user.id': 'i', 'user.email': 'dev@b.c' },
    resource: { 'service.name': 'mine' },
    scope: 'com.anthropic.claude_code.tracing',
    id: 'dev@b.c',
  },
  {
    name: 'Copilot’s pseudonym after the resource',
    attributes: { 'enduser.pseudo.id': 'p' },
    resource: { 'service.name': 'github-copilot', 'user.email': 'dev@b.c' },
    id: 'dev@b.c',
  },
  {
    name: 'a pseudonym of any other service before the resource',
    attributes: { 'enduser.pseudo.id': 'p' },
    resource: { 'service.name': 'app', 'user.email': 'owner@b.c' },
    id: 'p',
  },
  {
    name: 'the address of Codex CLI, whose account several developers share',
    attributes: { 'user.account_id': 'workspace', 'user.email': 'dev@b.c' },
    resource: { 'service.name': 'codex_cli_rs' },
    id: 'dev@b.c',
  },
])(
  'the user is a person: $name',
  ({ attributes, resource = { 'service.name': 'claude-code' }, scope = '', id }) => {
    const found = userOf(attributes, { resource, scope });
    expect(found.user?.id).toBe(id);
  },
);

test('the user is an installation where that is what somebody configured', () => {
  const rules = identityRules({ services: { 'claude-code': ['user.id'] } });
  const resource = { 'service.name': 'claude-code', 'user.email': 'dev@b.c' };
  const { user: found } = userOf({ 'user.id': 'i' }, { resource, rules });
  expect(found?.id).toBe('i');
});
