import { format, resolveConfig } from 'prettier';
import { markdownTable } from '../../support/table';
import type { Results } from '../results';
import { cpuTable, overheadTable, pollingTable, sameWorkTable, type Table } from './tables';
import { targetsTable } from './targets';

/** Path of the chart, relative to the document. */
export const CHART = 'benchmarks.svg';

const markdown = ({ headings, rows }: Table) => markdownTable(headings, rows);

/** @param path - of the document, which determines its format */
export async function documentOf(results: Results, path: string): Promise<string> {
	const { machine, date, timeFactor, overhead, polling } = results;
	const text = `# Benchmarks

This page compares the Veo node with n8n's own video nodes, which do the same work in the same engine. Date: ${date}.
\`npm run bench peers\` repeats all measurements and rewrites this page in about five minutes.

![Time for ten items, and the capabilities of each node](${CHART})

## The same work

Each job takes 60 s. In parentheses: ratio to this node. "~": ten times the time of 10 items, because nodes
that process one item after the other would take hours.

${markdown(sameWorkTable(results))}

- _Status check_ faults affect the second check (the last row also the third and fourth). "Video ID lost": the job
  has been paid for, but neither the error's message nor its description nor its context contains its ID.
- _Job never ends_: "never" means that the node hadn't failed after 20 minutes, when it was canceled.
- _Time to cancel_ is measured in real time with three items, at three different moments. The table shows the worst.
- _Retry On Fail_ (three tries) and _Retry Execution_ (once) process two valid items and one whose prompt the API
  rejects at no cost. At least two videos are paid.
- _Submit response lost_: the connection is reset after the API accepted the job, with Retry On Fail enabled.
  This node fails with an error that the video may have been accepted, and doesn't submit a second one.

## Polling

The table shows status checks per video and lag: the mean, and the maximum in parentheses. Lag is the time from
a job's end to the check that detects it. The last four columns are computed for the same jobs with a check every 5 s
and every 10 s and responses that take no time. Durations of jobs differ from the value in the table by up to about 20 %. Their
ends are evenly distributed between two checks of the fixed intervals. _long_ and _short_ estimates are off by a factor of three, _frozen_
estimates never change, and _jumping_ estimates are random.

${markdown(pollingTable(polling))}

## Overhead

Get Status processes 1,000 items, ten at a time, in real time with the sandbox. The table shows the best of several rounds.
The minimal n8n node only evaluates one expression per item and sends one signed request
(\`httpRequestWithAuthentication\`), so its time is n8n's own share.

${markdown(overheadTable(overhead))}

A CPU profile of one execution of this node, which slows it down, shows which code takes the time:

${markdown(cpuTable(overhead))}

For each item, n8n evaluates expressions in its isolated evaluator: one for the video ID, and one for the credential
if a rule signs the request. It also opens a new connection, while the loop reuses ten connections.

## Targets

${markdown(targetsTable(results))}

## Method

- n8n ${machine.n8n} as installed by users, Node.js ${machine.node}, ${machine.cores} CPU cores, ${machine.memoryGB} GB of memory.
- All nodes run in the \`n8n-core\` of this installation. Expressions are evaluated in n8n's default engine for the
  overhead, and otherwise in its older engine, which starts faster.
- The other nodes are part of the installed \`@n8n/n8n-nodes-langchain\`: Google Gemini (generate a video with Veo),
  OpenAI (generate a video with Sora) and MiniMax (generate a video from text), with default settings. This node is
  the built package. Each node runs in its own process.
- The APIs are mock servers on the same machine in another process: four dialects of one model of a job. They respond immediately.
- Unless stated otherwise, clocks and timers in all processes run ${timeFactor}× faster than real time, so a job of a
  minute takes ${60 / timeFactor} s. The last rows of the first table show the same in real time. A fast clock makes everything other than
  waiting appear ${timeFactor} times as long, for all nodes. The targets therefore allow an additional half second of lag.
- \`npm run bench memory\` measures the memory that large files use.
`;
	return await format(text, { ...(await resolveConfig(path)), parser: 'markdown' });
}
