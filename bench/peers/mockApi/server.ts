import { setTimeout as sleep } from 'node:timers/promises';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Clock } from '../../child/clock';
import type { Behavior, Fault } from './behavior';
import { DIALECTS, type Dialect } from './dialects';
import { MockApi } from './mockApi';

/** Longer than any delay between two polls, so that no idle connection is closed in between. */
const KEEP_ALIVE_MS = 120_000;

const paramsSchema = z.object({ api: z.coerce.number(), id: z.string().optional() });
const querySchema = z.object({ task_id: z.string().optional(), file_id: z.string().optional() });

function idOf({ params, query }: FastifyRequest): string {
	const { task_id, file_id } = querySchema.parse(query);
	return paramsSchema.parse(params).id ?? task_id ?? file_id ?? '';
}

async function fail(reply: FastifyReply, fault: Fault['kind']): Promise<FastifyReply> {
	if (fault === 'reset') {
		reply.hijack();
		reply.raw.socket?.resetAndDestroy();
		return reply;
	}
	if (fault === '429') reply.header('retry-after', '2');
	return await reply.code(Number(fault)).type('text/html').send('<h1>Try again later</h1>');
}

/** Serves the APIs of all subjects. Each execution has its own API. */
export class MockServer {
	private readonly app: FastifyInstance = fastify({
		keepAliveTimeout: KEEP_ALIVE_MS,
		forceCloseConnections: true,
	});
	private readonly apis: MockApi[] = [];
	private origin = '';

	private constructor(private readonly clock: Clock) {
		// one of the APIs accepts a form; only the words in a body matter
		this.app.removeAllContentTypeParsers();
		this.app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) =>
			done(null, body),
		);
		for (const [name, dialect] of Object.entries(DIALECTS)) this.route(`/:api/${name}`, dialect);
	}

	static async start(clock: Clock): Promise<MockServer> {
		const server = new MockServer(clock);
		server.origin = await server.app.listen({ host: '127.0.0.1', port: 0 });
		return server;
	}

	/** @param behavior - by default jobs of 60 s and no faults */
	api(behavior: Partial<Behavior> = {}): MockApi {
		const api = new MockApi(behavior, this.clock, this.origin, `/${this.apis.length}`);
		this.apis.push(api);
		return api;
	}

	async close(): Promise<void> {
		await this.app.close();
	}

	private find({ params }: FastifyRequest): MockApi {
		const api = this.apis[paramsSchema.parse(params).api];
		if (!api) throw new Error('No such API');
		return api;
	}

	private route(base: string, { submitUrl, pollUrl, result, ...dialect }: Dialect): void {
		this.app.post(base + submitUrl, async (request, reply) => {
			const api = this.find(request);
			const fault = api.request('submit');
			if (fault && fault !== 'reset') return await fail(reply, fault);
			await sleep(api.submitDelayMs());
			const job = api.submit(String(request.body));
			if (fault) return await fail(reply, fault);
			const { status, body } = dialect.rejection;
			return job ? dialect.submitted(job) : await reply.code(status).send(body);
		});
		this.app.get(base + pollUrl, async (request, reply) => {
			const api = this.find(request);
			const fault = api.request('poll');
			if (fault) return await fail(reply, fault);
			const job = api.poll(idOf(request));
			return job ? dialect.status(job) : await reply.code(404).send();
		});
		if (!result) return;
		this.app.get(base + result.url, async (request, reply) => {
			const api = this.find(request);
			api.request();
			const job = api.history.jobs.find(({ id }) => id === idOf(request));
			return job ? await reply.send(result.body(api.stateOf(job))) : await reply.code(404).send();
		});
	}
}
