// Where a row came from. Demo rows never enter a total unless the whole installation is a demo.
export const provenances = ['api', 'scrape', 'import', 'counted', 'estimated', 'demo'] as const;
export type Provenance = (typeof provenances)[number];
