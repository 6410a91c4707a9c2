import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';

import { NewJobSchema, SettingsPatchSchema } from './controlContract';
import { FaultRulesSchema } from './faultContract';
import { createJobAt } from './jobs';
import type { SandboxState } from './state';

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

	app.get('/state', async (request) => state.snapshot(state.originFor(request), Date.now()));

	app.patch('/settings', { schema: { body: SettingsPatchSchema } }, async ({ body }) => {
		Object.assign(state.settings, body);
		return { settings: state.settings };
	});

	app.post('/jobs', { schema: { body: NewJobSchema } }, async ({ body }) => {
		const job = createJobAt(body, Date.now(), state.settings.jobSeconds);
		state.addJob(job);
		return { uuid: job.uuid };
	});

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
		throw Object.assign(new Error('the body must be JSON'), { statusCode: 400 });
	}
}
