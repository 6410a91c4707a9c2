/** What operators see of each video: log, custom data, stored attributes and OpenTelemetry spans. */
import { createServer, type Server as HttpServer } from 'node:http';
import { z } from 'zod';
import { waitFor } from '../../scripts/lib/waitFor';
import { promptsWorkflow, VEO } from './support/promptsWorkflow';
import { startServer, type Server } from './support/server';
import { nextExecutionOf } from './support/errorWorkflow';
import { isSince } from './support/version';

// n8n starts in seconds, but the first run installs it.
jest.setTimeout(15 * 60_000);

const PROMPTS = ['A secret kite over the sea', 'A secret boat on a lake'];

/** Receives OTLP traces. Their strings are readable in the Protobuf messages. */
class Collector {
	private constructor(
		private readonly http: HttpServer,
		private readonly messages: string[],
	) {}

	static async start(): Promise<Collector> {
		const messages: string[] = [];
		const http = createServer((request, response) => {
			const chunks: Buffer[] = [];
			request.on('data', (chunk: Buffer) => chunks.push(chunk));
			request.on('end', () => {
				messages.push(Buffer.concat(chunks).toString('latin1'));
				response.end();
			});
		});
		await new Promise<void>((resolve) => void http.listen(0, '127.0.0.1', resolve));
		return new Collector(http, messages);
	}

	get url(): string {
		const address = z.object({ port: z.number() }).parse(this.http.address());
		return `http://127.0.0.1:${address.port}`;
	}

	/** All spans so far. */
	get text(): string {
		return this.messages.join('\n');
	}

	async close(): Promise<void> {
		await new Promise((resolve) => this.http.close(resolve));
	}
}

let collector: Collector;
let server: Server;
let id: string;

beforeAll(async () => {
	collector = await Collector.start();
	server = await startServer(
		{},
		{
			N8N_LOG_LEVEL: 'debug',
			N8N_OTEL_ENABLED: 'true',
			N8N_OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
			OTEL_BSP_SCHEDULE_DELAY: '200',
		},
	);
	const parameters = { options: { pollInterval: 1 } };
	const workflow = promptsWorkflow({ name: 'observed', prompts: PROMPTS, parameters });
	id = await server.n8n.importWorkflow(workflow);
	await server.n8n.publish(id);
	await fetch(`${server.n8n.url}/webhook/observed`, { method: 'POST' });
	const { problem } = await nextExecutionOf(server, id, []);
	expect(problem).toMatch(/success$/);
});

afterAll(async () => {
	await server?.end();
	await collector?.close();
});

const uuids = async () => (await server.sandbox.state()).jobs.map(({ uuid }) => uuid).sort();

async function execution() {
	const [newest = ''] = await server.n8n.executionsOf(id);
	return await server.n8n.execution(newest);
}

test('the log has the life of each video, but neither the prompt nor the key', async () => {
	const log = server.n8n.log();
	for (const uuid of await uuids()) {
		expect(log).toMatch(new RegExp(`info.*Veo video ${uuid} \\(item \\d\\) submitted`));
		expect(log).toMatch(new RegExp(`debug.*Veo video ${uuid}: completed`));
		expect(log).toMatch(new RegExp(`info.*Veo video ${uuid} \\(item \\d\\) completed after`));
	}
	const ours = log.split('\n').filter((line) => /veo/i.test(line));
	expect(ours.join('\n')).not.toContain('secret');
	expect(log).not.toContain(server.sandbox.key);
});

test('the custom data of the execution lists the videos, also in the public API', async () => {
	const { id: executionId, customData } = await execution();
	expect(customData.veo_videos?.split(', ').sort()).toEqual(await uuids());
	const key = await server.n8n.createApiKey('Read', ['execution:read']);
	const url = `${server.n8n.url}/api/v1/executions/${executionId}?includeData=true`;
	const response = await fetch(url, { headers: { 'X-N8N-API-KEY': key } });
	expect(await response.json()).toMatchObject({ customData });
});

test('the stored execution has the attributes for tracing', async () => {
	const [run] = (await execution()).runsOf(VEO);
	const attributes = run?.metadata?.tracing ?? {};
	expect(String(attributes['veo.uuid']).split(', ').sort()).toEqual(await uuids());
	expect(attributes).toMatchObject({
		'veo.videos': 2,
		'veo.reused': 0,
		'veo.polls': (await server.sandbox.journal({ endpoint: 'status' })).length,
	});
	console.log(attributes);
});

if (isSince(2, 41)) {
	test('n8n sends a span of the node to a collector, with these attributes if it has a license', async () => {
		const spans = await waitFor(
			async () => collector.text,
			(text) => text.includes('n8n-nodes-veo.veo'),
		);
		expect(spans).toContain('node.execute');
		expect(spans).toContain(VEO);
		expect(spans).not.toContain(server.sandbox.key);
		expect(spans).not.toContain('secret kite');
		const at = spans.indexOf('node.execute', spans.indexOf('n8n-nodes-veo.veo') - 400);
		console.log(spans.slice(at, at + 420).replace(/[^ -~]+/g, ' '));
	});
}
