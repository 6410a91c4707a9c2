// All the APIs, faked, in a process of their own. Every run of a node gets a stage for itself:
// POST /stages with a plan, then <origin>/stages/<number>/<dialect> is an API that keeps to it, and
// GET /stages/<number> tells what it has seen.
import { setTimeout as pause } from 'node:timers/promises';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { z } from 'zod';
import { DIALECTS, type Dialect } from './dialects';
import { Stage, type Sight } from './stage';
import { planSchema, type Fault } from './types';

const HOST = '127.0.0.1';
/** Above any gap between two looks, so that no idle connection is closed under a node's hands. */
const KEEP_ALIVE_MS = 120_000;

const paramsSchema = z.object({ stage: z.coerce.number(), id: z.string().optional() });
const querySchema = z.object({ task_id: z.string().optional(), file_id: z.string().optional() });
const stages: Stage[] = [];

function find({ params }: FastifyRequest): Stage {
	const stage = stages[paramsSchema.parse(params).stage];
	if (!stage) throw new Error('There is no such stage');
	return stage;
}

function idOf({ params, query }: FastifyRequest): string {
	const { task_id, file_id } = querySchema.parse(query);
	return paramsSchema.parse(params).id ?? task_id ?? file_id ?? '';
}

/** Does what a fault does. @returns whether there was one */
async function failed(reply: FastifyReply, fault: Fault['kind'] | undefined): Promise<boolean> {
	if (fault === undefined) return false;
	if (fault === 'reset') {
		reply.hijack();
		reply.raw.socket?.resetAndDestroy();
	} else {
		if (fault === '429') reply.header('retry-after', '2');
		await reply.code(Number(fault)).type('text/html').send('<h1>Not now</h1>');
	}
	return true;
}

function speak(app: FastifyInstance, name: string, dialect: Dialect): void {
	const base = `/stages/:stage/${name}`;
	app.post(base + dialect.submitUrl, async (request, reply) => {
		const stage = find(request);
		stage.called();
		const fault = stage.fault('submit');
		if (fault !== 'reset' && (await failed(reply, fault))) return reply;
		await pause(stage.submitMs);
		const job = stage.submit(String(request.body));
		if (await failed(reply, fault)) return reply;
		const { status, body } = dialect.refused;
		return job ? dialect.accepted(job) : await reply.code(status).send(body);
	});
	app.get(base + dialect.pollUrl, async (request, reply) => {
		const stage = find(request);
		stage.called();
		if (await failed(reply, stage.fault('poll'))) return reply;
		const job = stage.look(idOf(request));
		return job ? dialect.standing(job) : await reply.code(404).send();
	});
	const { after } = dialect;
	if (!after) return;
	app.get(base + after.url, async (request, reply) => {
		const stage = find(request);
		stage.called();
		const { origin } = new URL(request.url, `http://${request.host}`);
		const job: Sight = { id: idOf(request), done: true, estimate: {}, videoUrl: `${origin}/v.mp4` };
		return await reply.send(after.body(job));
	});
}

async function listen(): Promise<string> {
	const app = fastify({ keepAliveTimeout: KEEP_ALIVE_MS });
	// one of the APIs takes a form; nothing of a body matters but the words in it
	app.removeAllContentTypeParsers();
	app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
	app.post('/stages', async ({ body, host }) => {
		const plan = planSchema.parse(JSON.parse(String(body)));
		return { stage: stages.push(new Stage(plan, `http://${host}`)) - 1 };
	});
	app.get('/stages/:stage', async (request) => find(request).seen);
	for (const [name, dialect] of Object.entries(DIALECTS)) speak(app, name, dialect);
	return await app.listen({ host: HOST, port: 0 });
}

process.once('disconnect', () => process.exit(0));
void listen().then((origin) => process.send?.(origin));
