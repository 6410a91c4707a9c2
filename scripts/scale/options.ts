import { parseArgs } from 'node:util';
import { Failure, messageOf } from '../lib/failure';

export const MODES = ['inProcess', 'durable'] as const;
/** The node's "waitMode". */
export type Mode = (typeof MODES)[number];

export const PARTS = ['load', 'faults'] as const;
export type Part = (typeof PARTS)[number];

export interface ScaleOptions {
	modes: readonly Mode[];
	parts: readonly Part[];
	/** Of the load part: how many are started at once. */
	executions: number;
	/** Likewise, in each scene of the faults part. */
	faultExecutions: number;
	/** How long a video takes. */
	jobSeconds: number;
	workers: number;
	/** Executions that a worker runs at once. */
	concurrency: number;
	/** Whether docs/scaling.figures.md is written. */
	write: boolean;
}

const DEFAULTS = {
	mode: 'both',
	part: 'both',
	executions: '200',
	'fault-executions': '20',
	'job-seconds': '90',
	workers: '2',
	concurrency: '5',
} as const;

export const HELP = `Measures the node in n8n's queue mode, on PostgreSQL and Redis, against the sandbox.

  npm run test:scale                   everything, about an hour and a half
  npm run test:scale -- --write        and writes docs/scaling.figures.md

  --mode inProcess|durable|both  how the node waits (${DEFAULTS.mode})
  --part load|faults|both        many executions, or a process killed among a few (${DEFAULTS.part})
  --executions <n>               of the load (${DEFAULTS.executions}): fewer are a shorter run
  --fault-executions <n>         of each fault (${DEFAULTS['fault-executions']})
  --job-seconds <s>              how long a video takes (${DEFAULTS['job-seconds']})
  --workers <n>                  n8n workers (${DEFAULTS.workers})
  --concurrency <n>              executions a worker runs at once (${DEFAULTS.concurrency})
  --write                        writes docs/scaling.figures.md and its data, the .json beside it;
                                 what is not measured this time keeps the figures of its last --write
  --help                         this text
`;

function whole(text: string, option: string): number {
	const value = Number(text);
	if (Number.isInteger(value) && value > 0) return value;
	throw new Failure(`--${option} takes a whole number from 1, not "${text}".`);
}

function oneOrBoth<T extends string>(
	text: string,
	option: string,
	all: readonly T[],
): readonly T[] {
	if (text === 'both') return all;
	const chosen = all.filter((candidate) => candidate === text);
	if (chosen.length > 0) return chosen;
	throw new Failure(`--${option} takes ${all.join(', ')} or both, not "${text}".`);
}

function parse(args: string[]) {
	const text = (name: keyof typeof DEFAULTS) =>
		({ type: 'string', default: DEFAULTS[name] }) as const;
	const flag = { type: 'boolean', default: false } as const;
	try {
		return parseArgs({
			args,
			options: {
				mode: text('mode'),
				part: text('part'),
				executions: text('executions'),
				'fault-executions': text('fault-executions'),
				'job-seconds': text('job-seconds'),
				workers: text('workers'),
				concurrency: text('concurrency'),
				write: flag,
				help: flag,
			},
		}).values;
	} catch (error) {
		throw new Failure(messageOf(error), HELP);
	}
}

/** Reads the command line. @returns 'help' if that was asked for @throws Failure */
export function readOptions(args: string[]): ScaleOptions | 'help' {
	const given = parse(args);
	if (given.help) return 'help';
	return {
		modes: oneOrBoth(given.mode, 'mode', MODES),
		parts: oneOrBoth(given.part, 'part', PARTS),
		executions: whole(given.executions, 'executions'),
		faultExecutions: whole(given['fault-executions'], 'fault-executions'),
		jobSeconds: whole(given['job-seconds'], 'job-seconds'),
		workers: whole(given.workers, 'workers'),
		concurrency: whole(given.concurrency, 'concurrency'),
		write: given.write,
	};
}
