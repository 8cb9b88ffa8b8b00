import {
  Body,
  Controller,
  Injectable,
  type MiddlewareConsumer,
  Module,
  type NestModule,
  Post,
} from '@nestjs/common';
import { currentUser } from '@userspan/core';
import { identifyRequest } from '@userspan/node/express';
import { observeOpenAI } from '@userspan/openai';
import type { Request } from 'express';
import OpenAI from 'openai';

const completion = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1_767_225_600,
  model: 'gpt-4o-mini-2024-07-18',
  choices: [
    { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Hello.', refusal: null } },
  ],
  usage: { prompt_tokens: 19, completion_tokens: 10, total_tokens: 29 },
};

@Injectable()
export class AssistantService {
  readonly #client = observeOpenAI(
    new OpenAI({
      apiKey: 'sk-test',
      fetch: () =>
        Promise.resolve(
          new Response(JSON.stringify(completion), { headers: { 'content-type': 'application/json' } }),
        ),
    }),
  );

  async answer(
    question: string,
  ): Promise<{ readonly answer: string | null; readonly user: string | undefined }> {
    const { choices } = await this.#client.chat.completions.create({
      model: 'gpt-4o-mini',
      messages: [{ role: 'user', content: question }],
    });
    return { answer: choices[0]?.message.content ?? null, user: currentUser()?.id };
  }
}

@Controller('ask')
export class AssistantController {
  constructor(private readonly assistant: AssistantService) {}

  @Post()
  ask(@Body() body: { readonly question: string }): ReturnType<AssistantService['answer']> {
    return this.assistant.answer(body.question);
  }
}

@Module({ controllers: [AssistantController], providers: [AssistantService] })
export class AssistantModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer
      .apply(identifyRequest((request: Request) => ({ id: request.headers['x-user'] as string })))
      .forRoutes('{*path}');
  }
}
