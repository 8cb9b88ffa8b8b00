import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { ATTR_COST, ATTR_USER_ID } from '@userspan/core/semconv';
import { type Registration, type RegisterOptions, register } from '@userspan/node';
import request from 'supertest';
import type { App } from 'supertest/types';

import { AssistantModule } from './assistant';

describe('the assistant', () => {
  const spans: { readonly name: string; readonly attributes: Record<string, unknown> }[] = [];
  const exporter: RegisterOptions['exporter'] = {
    export(finished, done) {
      spans.push(...finished);
      done({ code: 0 });
    },
    shutdown: () => Promise.resolve(),
  };
  let userspan: Registration;
  let app: INestApplication<App>;

  beforeAll(async () => {
    userspan = register({ exporter, flushOnExit: false });
    const module = await Test.createTestingModule({ imports: [AssistantModule] }).compile();
    app = module.createNestApplication();
    await app.init();
  });
  afterAll(async () => {
    await app.close();
    await userspan.shutdown();
  });

  it('answers its user, and records the call for them', async () => {
    await request(app.getHttpServer())
      .post('/ask')
      .set('x-user', 'u1')
      .send({ question: 'Hi' })
      .expect(201)
      .expect({ answer: 'Hello.', user: 'u1' });
    await userspan.flush();
    expect(
      spans.map(({ name, attributes }) => [name, attributes[ATTR_USER_ID], attributes[ATTR_COST]]),
    ).toEqual([['chat gpt-4o-mini', 'u1', 0.00000885]]);
  });
});
