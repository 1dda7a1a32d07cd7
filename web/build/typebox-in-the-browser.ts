// Contracts describe shapes with TypeBox. The browser needs only their method and path, and the static
// types, which cost nothing; so here every schema is one inert value instead of 40 kB of library.
const inert: unknown = new Proxy(() => inert, { get: () => inert, apply: () => inert });
export const Type = inert;
