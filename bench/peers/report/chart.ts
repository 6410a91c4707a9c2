import { init, type EChartsOption } from 'echarts';
import type { Figures, Results } from '../results';

/** Capabilities beside the bars, and the figures that show them. */
const CAPABILITIES: Array<[label: string, isShown: (figures: Figures) => boolean]> = [
	['survives\n503', ({ faults }) => faults['503'] === 'survives'],
	['survives\n429', ({ faults }) => faults['429'] === 'survives'],
	['survives\nreset', ({ faults }) => faults.reset === 'survives'],
	['never pays\ntwice', ({ retryOnFail, lostResponse }) => retryOnFail === 2 && lostResponse === 1],
	['video ID\nat timeout', ({ never }) => never.idKept],
	['cancels\nin 1 s', ({ cancel }) => cancel.seconds <= 1],
];
const OURS = '#0969da';
const OTHERS = '#8c959f';
const YES = '#1a7f37';
const NO = '#cf222e';

/** An SVG: the time for ten items as bars, and the capabilities of each subject. */
export function chart({ subjects }: Results): string {
	const names = subjects.map(({ label }) => label);
	const marks = subjects.flatMap((figures) =>
		CAPABILITIES.map(([label, isShown]) => {
			const shown = isShown(figures);
			return {
				value: [label, figures.label],
				// distinguished by shape as well as by color
				label: { show: true, formatter: shown ? '✓' : '✗', color: shown ? YES : NO, fontSize: 20 },
			};
		}),
	);
	const hidden = { axisLine: { show: false }, axisTick: { show: false } };
	const option: EChartsOption = {
		animation: false,
		backgroundColor: '#fff',
		title: { text: 'Time for ten jobs of 60 s each in one node (s)', textStyle: { fontSize: 15 } },
		grid: [
			{ left: 150, width: 250, top: 80, bottom: 20 },
			{ left: 460, right: 20, top: 80, bottom: 20 },
		],
		xAxis: [
			{ type: 'value', show: false },
			{
				type: 'category',
				gridIndex: 1,
				position: 'top',
				data: CAPABILITIES.map(([label]) => label),
				axisLabel: { interval: 0, fontSize: 11 },
				...hidden,
			},
		],
		yAxis: [
			{ type: 'category', inverse: true, data: names, ...hidden },
			{ type: 'category', inverse: true, data: names, gridIndex: 1, show: false },
		],
		series: [
			{
				type: 'bar',
				barWidth: 20,
				label: {
					show: true,
					position: 'right',
					formatter: ({ value }) => Number(value).toFixed(0),
				},
				data: subjects.map(({ ten }, index) => ({
					value: ten,
					itemStyle: { color: index === 0 ? OURS : OTHERS },
				})),
			},
			{ type: 'scatter', xAxisIndex: 1, yAxisIndex: 1, symbolSize: 0, data: marks },
		],
	};
	const canvas = init(null, null, { renderer: 'svg', ssr: true, width: 880, height: 290 });
	canvas.setOption(option);
	return `${canvas.renderToSVGString()}\n`;
}
