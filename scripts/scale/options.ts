import { z } from 'zod';
import { count, flag, parseOptions } from '../lib/options';

/** How the node waits: the values of its "waitMode", and a durable wait that ends on the API's callback. */
export const MODES = ['inProcess', 'durable', 'callback'] as const;
export type Mode = (typeof MODES)[number];

const PARTS = ['load', 'faults', 'register'] as const;

const HELP = `Measures the node in n8n's queue mode with PostgreSQL and Redis, against the sandbox.

  npm run test:scale                   everything, about an hour and a half
  npm run test:scale -- --write        also writes docs/scaling.figures.md

  --mode inProcess|durable|callback|all     how the node waits (all)
  --part load|faults|register|all  many executions, killed processes, or equal requests with the video
                                 register (all)
  --executions <n>               executions in the load part (200)
  --fault-executions <n>         executions in each scenario of the faults part, and in the register
                                 part (20)
  --job-seconds <s>              duration of generating a video (90)
  --workers <n>                  n8n workers (2)
  --concurrency <n>              concurrent executions per worker (5)
  --write                        writes docs/scaling.figures.md and its data, the .json file beside it;
                                 results that aren't measured now are kept from the last --write
  --help                         shows this text
`;

const OPTIONS = {
	mode: z.enum([...MODES, 'all']).default('all'),
	part: z.enum([...PARTS, 'all']).default('all'),
	executions: count.default(200),
	'fault-executions': count.default(20),
	'job-seconds': count.default(90),
	workers: count.default(2),
	concurrency: count.default(5),
	write: flag,
};

/** Reads the command line. @returns undefined after `--help` was printed */
export function readOptions() {
	const options = parseOptions(OPTIONS, HELP);
	return (
		options && {
			...options,
			modes: options.mode === 'all' ? MODES : [options.mode],
			parts: options.part === 'all' ? PARTS : [options.part],
			faultExecutions: options['fault-executions'],
			/** Duration of generating a video. */
			jobSeconds: options['job-seconds'],
		}
	);
}

export type ScaleOptions = NonNullable<ReturnType<typeof readOptions>>;
