import { boardOf, boardSize, type Shape } from '#catalogue/covers/index.ts';

/** The board of an id as SVG. Pigments do not change with the theme: a board is an object, not a surface. */
export function imigongo(id: string): string {
  const { ground, shapes } = boardOf(id);
  const all = `M0 0h${boardSize}v${boardSize}H0z`;
  // Neighbours along the axes must not show a seam.
  const edges = shapes.every(isUpright) ? ' shape-rendering="crispEdges"' : '';
  return `<svg viewBox="0 0 ${boardSize} ${boardSize}" preserveAspectRatio="xMidYMid slice" aria-hidden="true"${edges}><path fill="${ground}" d="${all}"/>${shapes.map(paint).join('')}</svg>`;
}

function paint({ corners, colour, radius }: Shape): string {
  if (radius !== undefined) {
    const [[x, y]] = corners as [Shape['corners'][number]];
    return `<circle cx="${x}" cy="${y}" r="${radius}" fill="${colour}"/>`;
  }
  const line = corners.map(([x, y]) => `${short(x)} ${short(y)}`).join('L');
  return `<path fill="${colour}" d="M${line}z"/>`;
}

const short = (units: number): number => Number(units.toFixed(1));

function isUpright({ corners, radius }: Shape): boolean {
  return (
    radius === undefined &&
    corners.every(([x, y], i) => {
      const [toX, toY] = corners[(i + 1) % corners.length]!;
      return x === toX || y === toY;
    })
  );
}
