import 'reflect-metadata';
import {
  Body,
  Controller,
  Injectable,
  type MiddlewareConsumer,
  Module,
  type NestModule,
  Post,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { identifyRequest } from '@userspan/node/express';
import type { Request } from 'express';
import OpenAI from 'openai';

@Injectable()
class GuideService {
  readonly #openai = new OpenAI();

  async ask(question: string): Promise<string | null> {
    const { choices } = await this.#openai.chat.completions.create({
      model: 'gpt-4o-mini',
      messages: [{ role: 'user', content: question }],
    });
    return choices[0]?.message.content ?? null;
  }
}

@Controller()
class GuideController {
  constructor(private readonly guide: GuideService) {}

  @Post(['/', 'ask'])
  async ask(@Body() body: { readonly question: string }): Promise<object> {
    return { answer: await this.guide.ask(body.question) };
  }
}

@Module({ controllers: [GuideController], providers: [GuideService] })
class AppModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    // In your app: the user of the session. An earlier middleware must set it, because guards run after all middleware.
    consumer
      .apply(
        identifyRequest((request: Request) => {
          const id = request.get('x-user');
          return id === undefined ? undefined : { id, props: { plan: 'pro' } };
        }),
      )
      .forRoutes('{*path}');
  }
}

async function main(): Promise<void> {
  const app = await NestFactory.create(AppModule, { logger: ['error'] });
  app.enableShutdownHooks();
  await app.listen(process.env['PORT'] ?? 3000, '127.0.0.1');
}

void main();
