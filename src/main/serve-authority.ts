import type { FastifyInstance } from 'fastify';
import { isIP } from 'node:net';
import { renderSVG } from 'uqr';

// The page that a phone opens once: it says what installing the authority means, hands it over, and shows a code
// for the next phone. Plain HTML, because it must work in a browser that does not trust us yet.

export type AuthorityContext = {
  readonly caCert: string;
  readonly names: readonly string[];
  readonly port: number;
};

export function serveAuthority(app: FastifyInstance, ctx: AuthorityContext): void {
  const hidden = { schema: { hide: true } } as const;
  app.get('/tls/authority.crt', hidden, async (_request, reply) =>
    reply
      .type('application/x-x509-ca-cert')
      .header('content-disposition', 'attachment; filename="ngoma-authority.crt"')
      .send(ctx.caCert),
  );
  app.get('/tls', hidden, async (request, reply) => {
    const french = /^fr\b/.test(request.headers['accept-language'] ?? '');
    return reply
      .type('text/html; charset=utf-8')
      .send(page(french ? fr : en, addressForPhones(ctx)));
  });
}

/** A name resolves on few phones; the first address of the local network does on all. */
export function addressForPhones(ctx: Pick<AuthorityContext, 'names' | 'port'>): string {
  const host =
    ctx.names.find((name) => isIP(name) === 4 && !name.startsWith('127.')) ??
    ctx.names[0] ??
    'localhost';
  return `https://${host}:${ctx.port}`;
}

type Words = {
  readonly lang: string;
  readonly title: string;
  readonly why: string;
  readonly limit: string;
  readonly get: string;
  readonly android: string;
  readonly ios: string;
  readonly scan: string;
};

const en: Words = {
  lang: 'en',
  title: 'Let this phone trust Ngoma',
  why: 'Microphone, offline music and notifications work only over a connection that the phone trusts. This Ngoma made an authority of its own; install it once.',
  limit:
    'It can vouch only for this machine and for private addresses, never for a site on the internet. You can remove it in the same settings.',
  get: 'Get the authority',
  android:
    'Android: open Settings, Security, Encryption and credentials, Install a certificate, CA certificate, and choose the file.',
  ios: 'iPhone: allow the download, open Settings, Profile Downloaded, Install; then General, About, Certificate Trust Settings, and switch Ngoma on.',
  scan: 'For another phone, scan this:',
};

const fr: Words = {
  lang: 'fr',
  title: 'Que ce téléphone fasse confiance à Ngoma',
  why: 'Le micro, la musique hors ligne et les notifications ne marchent qu’avec une connexion de confiance. Ce Ngoma a créé sa propre autorité ; installez-la une fois.',
  limit:
    'Elle ne vaut que pour cette machine et les adresses privées, jamais pour un site d’Internet. Les mêmes réglages permettent de la retirer.',
  get: 'Télécharger l’autorité',
  android:
    'Android : Paramètres, Sécurité, Chiffrement et identifiants, Installer un certificat, Certificat CA, puis choisissez le fichier.',
  ios: 'iPhone : autorisez le téléchargement, ouvrez Réglages, Profil téléchargé, Installer ; puis Général, Informations, Réglages de confiance des certificats, et activez Ngoma.',
  scan: 'Pour un autre téléphone, scannez ceci :',
};

function page(words: Words, address: string): string {
  return `<!doctype html>
<html lang="${words.lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${words.title}</title>
<style>
body { font: 1.0625rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 0 auto; padding: 1.5rem; }
.get { display: inline-block; padding: .75rem 1.25rem; border: 2px solid; border-radius: .5rem; font-weight: 600; color: inherit; }
.code { background: #fff; width: 14rem; max-width: 100%; padding: .5rem; }
</style>
</head>
<body>
<main>
<h1>${words.title}</h1>
<p>${words.why}</p>
<p>${words.limit}</p>
<p><a class="get" href="/tls/authority.crt">${words.get}</a></p>
<p>${words.android}</p>
<p>${words.ios}</p>
<p>${words.scan} <a href="${address}/tls">${address}/tls</a></p>
<div class="code" role="img" aria-label="${address}/tls">${renderSVG(`${address}/tls`, { border: 2 })}</div>
</main>
</body>
</html>
`;
}
