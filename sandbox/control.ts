import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';

import {
	AdvanceSchema,
	CallbackRequestSchema,
	JobParametersSchema,
	NewJobSchema,
	SettingsPatchSchema,
} from './controlContract';
import { FaultRulesSchema } from './faultContract';
import { createJobAt } from './jobs';
import { MAGIC_PROMPTS } from './magicPrompts';
import { restoreSnapshot, saveSnapshot, SnapshotSchema } from './snapshot';
import type { SandboxState } from './state';

/** A saved image can be 50 MB, and base64 needs a third more. */
const MAX_SNAPSHOT_BYTES = 1024 ** 3;

/** The control API: prepares and inspects the state of the sandbox. */
export function controlRoutes(instance: FastifyInstance, state: SandboxState): void {
	const app = instance.withTypeProvider<TypeBoxTypeProvider>();
	// Not part of the contract, so /openapi.json omits it.
	app.addHook('onRoute', (route) => {
		route.schema = { ...route.schema, hide: true };
	});
	// Accepts JSON with any content type, and an empty body.
	app.removeAllContentTypeParsers();
	app.addContentTypeParser('*', { parseAs: 'string' }, async (_request: unknown, body: string) =>
		body === '' ? {} : parseBody(body),
	);

	app.get('/journal', async () => ({ requests: state.journal.all() }));
	app.delete('/journal', async () => {
		state.journal.clear();
		return { requests: state.journal.all() };
	});

	app.post('/faults', { schema: { body: FaultRulesSchema } }, async ({ body }) => {
		state.faults.add(Array.isArray(body) ? body : [body]);
		return { faults: state.faults.pending() };
	});
	app.get('/faults', async () => ({ faults: state.faults.pending() }));
	app.delete('/faults', async () => {
		state.faults.clear();
		return { faults: state.faults.pending() };
	});

	app.get('/state', async (request) => state.describe(state.originFor(request)));

	app.patch('/settings', { schema: { body: SettingsPatchSchema } }, async ({ body }) => {
		Object.assign(state.settings, body);
		return { settings: state.settings };
	});

	app.post('/jobs', { schema: { body: NewJobSchema } }, async ({ body }) => {
		const job = createJobAt(body, state.clock.now(), state.settings.jobSeconds);
		state.addJob(job);
		return { uuid: job.uuid };
	});

	app.post(
		'/jobs/:uuid/callback',
		{ schema: { params: JobParametersSchema, body: CallbackRequestSchema } },
		async ({ params, body }) => {
			const job = state.jobs.find(params.uuid);
			if (job === undefined) throw rejection(404, `no such job: ${params.uuid}`);
			const url = body.url ?? state.callbacks.urlOf(job);
			if (url === null) throw rejection(400, 'neither the job nor the settings have a callbackUrl');
			return { callback: await state.callbacks.send(job, url) };
		},
	);

	app.get('/magic-prompts', async () => ({
		prompts: MAGIC_PROMPTS.map(({ word, effect }) => ({ word, effect })),
	}));

	app.get('/clock', async () => state.clock.state());
	app.post('/clock/advance', { schema: { body: AdvanceSchema } }, async ({ body }) => {
		state.clock.advance(body.seconds);
		return state.clock.state();
	});
	app.post('/clock/freeze', async () => {
		state.clock.freeze();
		return state.clock.state();
	});
	app.post('/clock/resume', async () => {
		state.clock.resume();
		return state.clock.state();
	});

	app.get('/snapshot', async () => saveSnapshot(state));
	app.put(
		'/snapshot',
		{ schema: { body: SnapshotSchema }, bodyLimit: MAX_SNAPSHOT_BYTES },
		async ({ body }) => {
			restoreSnapshot(state, body);
			return { settings: state.settings };
		},
	);

	app.post('/reset', async () => {
		state.reset();
		return { settings: state.settings };
	});
}

/** @throws Error with HTTP status 400 for invalid JSON */
function parseBody(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		throw rejection(400, 'the body must be JSON');
	}
}

const rejection = (statusCode: number, message: string) =>
	Object.assign(new Error(message), { statusCode });
