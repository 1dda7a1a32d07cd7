import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, MarkAreaComponent, TooltipComponent } from 'echarts/components';
import { type EChartsType, init, use } from 'echarts/core';
import { LabelLayout } from 'echarts/features';
import { CanvasRenderer } from 'echarts/renderers';
import { type ReactNode, useEffect, useRef } from 'react';
import type { ChartProps, Series } from './chart.tsx';

use([
  LineChart,
  BarChart,
  GridComponent,
  MarkAreaComponent,
  TooltipComponent,
  LabelLayout, // labels of lines that end at one height stand below each other
  CanvasRenderer,
]);

/** Room for the label at the end of a line. */
const endLabelPx = { wide: 96, narrow: 72 };
const narrowPx = 560;

export function ChartCanvas(props: ChartProps): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const latest = useRef(props);
  latest.current = props;
  const redraw = useRef<(() => void) | null>(null);

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const chart = init(element, null, { renderer: 'canvas' });
    const draw = () => render(chart, element, latest.current);
    redraw.current = draw;
    const size = new ResizeObserver(() => {
      chart.resize();
      draw();
    });
    size.observe(element);
    // Colours come from tokens, so a change of theme is a redraw.
    const theme = new MutationObserver(draw);
    theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    const system = matchMedia('(prefers-color-scheme: dark)');
    system.addEventListener('change', draw);
    void document.fonts.ready.then(draw);
    return () => {
      size.disconnect();
      theme.disconnect();
      system.removeEventListener('change', draw);
      chart.dispose();
    };
  }, []);
  useEffect(() => {
    redraw.current?.();
  }, [props]);

  return <div ref={box} className="chart-canvas" />;
}

function render(
  chart: EChartsType,
  element: HTMLElement,
  { kind, x, series, format, formatX }: ChartProps,
): void {
  const token = tokensOf(element);
  const narrow = element.clientWidth < narrowPx;
  const labelled = kind === 'line' && series.length > 1;
  const text = { color: token('--ink-3'), fontSize: 12, fontFamily: token('--font') };
  chart.setOption(
    {
      animation: false,
      aria: { enabled: false }, // the figure around the canvas carries the sentence and the table
      textStyle: text,
      grid: {
        left: 4,
        right: labelled ? endLabelPx[narrow ? 'narrow' : 'wide'] : 12,
        top: 12,
        bottom: 0,
        containLabel: true,
      },
      tooltip: {
        trigger: 'axis',
        confine: true,
        renderMode: 'richText', // drawn on the canvas: nothing a content policy could refuse
        backgroundColor: token('--ink'),
        borderWidth: 0,
        padding: [6, 10],
        textStyle: { ...text, color: token('--canvas') },
        axisPointer: {
          type: kind === 'line' ? 'line' : 'shadow',
          lineStyle: { color: token('--line-strong') },
        },
        formatter: (points: { dataIndex: number; seriesName: string; value: number | null }[]) =>
          [
            formatX(x[points[0]?.dataIndex ?? 0] ?? ''),
            ...points
              .filter((p) => p.value !== null)
              .map((p) => `${p.seriesName}  ${format(p.value ?? 0)}`),
          ].join('\n'),
      },
      xAxis: {
        type: 'category',
        data: [...x],
        boundaryGap: kind !== 'line',
        axisLine: { lineStyle: { color: token('--line-strong') } },
        axisTick: { show: false },
        axisLabel: { ...text, hideOverlap: true, formatter: formatX },
      },
      yAxis: {
        type: 'value',
        splitNumber: 3,
        minInterval: 1, // what is drawn is counted; there is no third of a play
        axisLabel: { ...text, formatter: format },
        splitLine: { lineStyle: { color: token('--grid') } },
      },
      series: series.map((one, index) =>
        seriesOption(one, index, { kind, x, token, narrow, labelled, text }),
      ),
    },
    { notMerge: true },
  );
}

type Look = {
  readonly kind: ChartProps['kind'];
  readonly x: readonly string[];
  readonly token: (name: string) => string;
  readonly narrow: boolean;
  readonly labelled: boolean;
  readonly text: { readonly color: string; readonly fontSize: number; readonly fontFamily: string };
};

function seriesOption(one: Series, index: number, look: Look) {
  const color = look.token(index < 6 ? `--s${index + 1}` : '--s-other');
  const gaps = index === 0 ? gapsOf(one.values) : [];
  const shared = {
    name: one.name,
    data: [...one.values],
    itemStyle: {
      color,
      borderColor: look.token('--surface'),
      borderWidth: look.kind === 'stacked' ? 1 : 0,
    },
    markArea: {
      silent: true,
      itemStyle: { color: { image: hatch(look.token('--ink-3')), repeat: 'repeat' } },
      data: gaps.map(([from, to]) => [{ xAxis: look.x[from] }, { xAxis: look.x[to] }]),
    },
  };
  if (look.kind === 'stacked')
    return { ...shared, type: 'bar', stack: 'all', barCategoryGap: '25%' };
  return {
    ...shared,
    type: 'line',
    connectNulls: false,
    showSymbol: one.values.length < 2,
    lineStyle: { color, width: 2 },
    endLabel: {
      ...look.text,
      show: look.labelled,
      color: look.token('--ink-2'),
      formatter: '{a}',
    },
    labelLayout: { moveOverlap: 'shiftY' },
  };
}

/** Runs of unknown values, widened to their known neighbours so that the hatch meets the line. */
function gapsOf(values: readonly (number | null)[]): readonly (readonly [number, number])[] {
  const gaps: [number, number][] = [];
  for (let i = 0; i < values.length; i++) {
    if (values[i] !== null) continue;
    const from = Math.max(0, i - 1);
    while (i < values.length && values[i] === null) i++;
    gaps.push([from, Math.min(values.length - 1, i)]);
  }
  return gaps;
}

function tokensOf(element: HTMLElement): (name: string) => string {
  const style = getComputedStyle(element);
  return (name) => style.getPropertyValue(name).trim();
}

function hatch(color: string): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 6;
  const pen = canvas.getContext('2d');
  if (pen === null) return canvas;
  pen.strokeStyle = color;
  pen.globalAlpha = 0.55;
  for (const shift of [-6, 0, 6]) {
    pen.moveTo(shift, 6);
    pen.lineTo(shift + 6, 0);
  }
  pen.stroke();
  return canvas;
}
