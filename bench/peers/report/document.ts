import { format, resolveConfig } from 'prettier';
import { markdownTable } from '../../support/table';
import type { Results } from '../scenes/results';
import { busyTable, looksTable, overheadTable, workTable, type Table } from './tables';
import { targets, verdict } from './targets';

/** Where the chart lies, seen from the document. */
export const CHART = 'benchmarks.svg';

const markdown = ({ headings, rows }: Table) => markdownTable(headings, rows);

/** @param path - where the document will lie, for the project's format */
export async function documentOf(results: Results, path: string): Promise<string> {
	const { machine, date, timeFactor, overhead, quick } = results;
	const verdicts = targets(results).map((target) => [
		target.target,
		target.measured,
		verdict(target),
	]);
	const text = `# Benchmarks

What this node does with the work that n8n's own video nodes do, in the same engine, on ${date}${quick ? ' (a reduced run)' : ''}.
\`npm run bench peers\` measures all of it anew and writes this page; it takes about five minutes.

![Ten items: seconds, and what each node comes through](${CHART})

## The same work

One job takes 60 s. In brackets: how many times this node's figure. "~": ten times the time of 10
items, since nodes that work on one item after the other would take hours.

${markdown(workTable(results))}

- _looks_ are status requests. The faults meet the second look (and the third and fourth); "id lost"
  means that neither the error's message nor its description nor its context names the job, which has
  been paid for.
- _Job never ends_: "never" had not given up after 20 minutes, when it was stopped.
- _Stop_ is measured in real time, three items in work, at three moments; the worst counts.
- _Retry On Fail_ (three tries) and _Retry Execution_ (once): two items that can be made, then one
  whose prompt the API refuses at no cost. Only two videos can come of it.
- _Submit's answer lost_: the connection is reset after the API accepted the job; Retry On Fail is
  on. This node ends in an error that says that the video may have been accepted; it does not order
  a second one.

## When to look

Looks per video and lag (seconds from a job's end to the look that sees it): the mean and, in
brackets, the most. Beside it what looking every 5 s and every 10 s would have needed for the very
same jobs (computed, answers taking no time). The jobs last about 20 % more or less than the length
given, and end at all points between two looks of those pollers alike.
_long_ and _short_ estimates are off by a factor of three, _frozen_ ones never change, _jumping_ ones
are random.

${markdown(looksTable(results.looks))}

## Overhead

Get Status on 1,000 items, ten at a time, in real time on the sandbox; the best of several rounds.
"The plainest node" reads one expression for each item and sends one signed request
(\`httpRequestWithAuthentication\`), and nothing else: what it takes is n8n's own share.

${markdown(overheadTable(overhead))}

Where the time of a run of this node goes, by a profile of the processor (which slows it down):

${markdown(busyTable(overhead))}

For each item n8n evaluates expressions in its isolated evaluator (the ID's, and the credential's
where a rule signs the request) and opens a new connection, where the bare loop keeps ten open.

## Targets

${markdown({ headings: ['target', 'measured', ''], rows: verdicts })}

## How it was measured

- n8n ${machine.n8n} as its users install it, Node.js ${machine.node}, ${machine.cores} processor cores, ${machine.memoryGB} GB of memory.
- All nodes run in that installation's \`n8n-core\`. Expressions are evaluated in n8n's default way to
  measure the overhead, and else in its older way, which starts faster.
- The others are those of the installation's \`@n8n/n8n-nodes-langchain\`: Google Gemini (generate a
  video with Veo), OpenAI (generate a video with Sora) and MiniMax (generate a video from text), with
  their defaults. This node is the built package. Each has a process of its own.
- The APIs are fakes on the same machine with one model of a job behind four dialects, in another
  process. They answer at once.
- Where nothing else is said, the clock and the timers of all these processes run ${timeFactor} times as fast
  as the world's, so that a job of a minute takes ${60 / timeFactor} s; the last lines of the first table are runs
  on the real clock, to compare. A fast clock makes everything that is no waiting look ${timeFactor} times as
  long, for all nodes alike; the targets allow half a second of a
  lag for that.
- The memory that large files take is measured by \`npm run bench memory\`.
`;
	return await format(text, { ...(await resolveConfig(path)), parser: 'markdown' });
}
