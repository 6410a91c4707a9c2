import type { FastifyInstance } from 'fastify';

import { faultsSchema, jobSchema, settingsSchema } from './controlSchemas';
import { jobByHand } from './jobs';
import type { FaultOrder, NewJob, Settings } from './types';
import type { World } from './world';

/** The control plane: what a test or a curious user does behind the API's back. */
export function controlRoutes(app: FastifyInstance, world: World): void {
	// It is no part of the contract, and takes JSON whatever it is declared as, or nothing at all.
	app.addHook('onRoute', (route) => {
		route.schema = { ...route.schema, hide: true };
	});
	app.removeAllContentTypeParsers();
	app.addContentTypeParser('*', { parseAs: 'string' }, async (_request: unknown, body: string) =>
		body === '' ? {} : parsed(body),
	);

	app.get('/journal', async () => ({ requests: world.journal.all() }));
	app.delete('/journal', async () => {
		world.journal.clear();
		return { requests: world.journal.all() };
	});

	app.post<{ Body: FaultOrder | FaultOrder[] }>(
		'/faults',
		{ schema: { body: faultsSchema } },
		async ({ body }) => {
			world.faults.add(Array.isArray(body) ? body : [body]);
			return { faults: world.faults.left() };
		},
	);
	app.get('/faults', async () => ({ faults: world.faults.left() }));
	app.delete('/faults', async () => {
		world.faults.clear();
		return { faults: world.faults.left() };
	});

	app.get('/state', async (request) => world.state(world.originFor(request), Date.now()));

	app.patch<{ Body: Partial<Settings> }>(
		'/settings',
		{ schema: { body: settingsSchema } },
		async ({ body }) => {
			Object.assign(world.settings, body);
			return { settings: world.settings };
		},
	);

	app.post<{ Body: NewJob }>('/jobs', { schema: { body: jobSchema } }, async ({ body }) => {
		const job = jobByHand(body, Date.now(), world.settings.jobSeconds);
		world.addJob(job);
		return { uuid: job.uuid };
	});

	app.post('/reset', async () => {
		world.reset();
		return { settings: world.settings };
	});
}

/** @throws Error that is answered with HTTP 400 for text that is no JSON */
function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		throw Object.assign(new Error('the body is no JSON'), { statusCode: 400 });
	}
}
