import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';

/**
 * Adds headers to every answer that prevent other sites from reading or framing it, and browsers from guessing its
 * type.
 */
export async function securityHeaders(
  app: FastifyInstance,
  options: { readonly isTls: boolean },
): Promise<void> {
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('permissions-policy', 'camera=(), geolocation=(), microphone=()');
  });
  await app.register(helmet, {
    // The dashboard has one origin and no inline scripts; all other answers are data and load nothing.
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:', 'https:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    frameguard: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    hsts: options.isTls ? { maxAge: 31_536_000, includeSubDomains: false } : false,
  });
}
