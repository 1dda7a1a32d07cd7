import { pino, type Logger } from 'pino';

export type Log = Logger;

/** Structured logs on stdout; whatever could open a door is replaced before it is written. */
export function createLog(level: string): Log {
  return pino({
    level,
    base: null,
    redact: {
      paths: [
        'password',
        'token',
        'refreshToken',
        'accessToken',
        'deviceKey',
        'authorization',
        'cookie',
        'secret',
        '*.password',
        '*.token',
        '*.refreshToken',
        '*.accessToken',
        '*.deviceKey',
        '*.authorization',
        '*.cookie',
        '*.secret',
        'req.headers.authorization',
        'req.headers.cookie',
        'res.headers["set-cookie"]',
      ],
      censor: '(redacted)',
    },
  });
}
