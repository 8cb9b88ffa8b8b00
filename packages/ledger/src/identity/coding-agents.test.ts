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
  otherIds?: readonly string[];
}>([
  {
    name: 'the address takes precedence over the installation and the account',
    attributes: { 'user.id': 'i', 'user.email': 'dev@b.c', 'user.account_uuid': 'u' },
    id: 'dev@b.c',
    otherIds: ['i', 'u'],
  },
  { name: 'the installation if nothing else is known', attributes: { 'user.id': 'i' }, id: 'i' },
  {
    name: 'the address of the resource takes precedence over the installation',
    attributes: { 'user.id': 'i' },
    resource: { 'service.name': 'claude-code', 'user.email': 'Dev@B.c' },
    id: 'dev@b.c',
    otherIds: ['i'],
  },
  {
    name: 'the address of the span takes precedence over that of the resource',
    attributes: { 'user.id': 'i', 'user.email': 'dev@b.c' },
    resource: { 'service.name': 'claude-code', 'user.email': 'team@b.c' },
    id: 'dev@b.c',
    otherIds: ['i'],
  },
  {
    name: 'an id of the resource takes precedence over the installation',
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
    otherIds: ['i'],
  },
  {
    name: 'the resource takes precedence over Copilot’s pseudonym',
    attributes: { 'enduser.pseudo.id': 'p' },
    resource: { 'service.name': 'github-copilot', 'user.email': 'dev@b.c' },
    id: 'dev@b.c',
    otherIds: ['p'],
  },
  {
    name: 'a pseudonym of another service takes precedence over the resource',
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
  {
    name: 'the installation of Gemini CLI if no address is known',
    attributes: { 'installation.id': 'i' },
    resource: { 'service.name': 'gemini-cli' },
    id: 'i',
  },
  {
    name: 'the address of Gemini CLI takes precedence over its installation',
    attributes: { 'installation.id': 'i', 'user.email': 'dev@b.c' },
    resource: { 'service.name': 'gemini-cli' },
    id: 'dev@b.c',
    otherIds: ['i'],
  },
  {
    name: 'two addresses, which are never the same person',
    attributes: { 'user.id': 'boss@b.c', 'user.email': 'dev@b.c' },
    id: 'dev@b.c',
  },
  {
    name: 'an id that is not an address beside an installation, which several people may share',
    attributes: { 'user.id': 'i', 'user.email': 'unknown user' },
    id: 'unknown user',
  },
])(
  'the user is a person: $name',
  ({ attributes, resource = { 'service.name': 'claude-code' }, scope = '', id, otherIds }) => {
    const found = userOf(attributes, { resource, scope });
    expect([found.user?.id, found.otherIds]).toEqual([id, otherIds]);
  },
);

test('the user is an installation if it is configured so', () => {
  const rules = identityRules({ services: { 'claude-code': ['user.id'] } });
  const resource = { 'service.name': 'claude-code', 'user.email': 'dev@b.c' };
  const { user: found, otherIds } = userOf({ 'user.id': 'i' }, { resource, rules });
  expect([found?.id, otherIds]).toEqual(['i', undefined]);
});
