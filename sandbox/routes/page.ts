import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { FastifyInstance } from 'fastify';

import { PACKAGE_FOLDER } from '../paths';

const ownFile = (name: string) => join(PACKAGE_FOLDER, 'page', name);

/** The files of the status page. It loads nothing from other hosts. */
const FILES: Array<[url: string, contentType: string, file: string]> = [
	['/', 'text/html; charset=utf-8', ownFile('index.html')],
	['/page/status.js', 'text/javascript; charset=utf-8', ownFile('status.js')],
	[
		'/page/alpine.js',
		'text/javascript; charset=utf-8',
		require.resolve('alpinejs/dist/cdn.min.js'),
	],
	['/page/pico.css', 'text/css; charset=utf-8', require.resolve('@picocss/pico/css/pico.min.css')],
];

/** The status page. It uses the control API. */
export function pageRoutes(app: FastifyInstance): void {
	for (const [url, contentType, file] of FILES) {
		app.get(url, { schema: { hide: true } }, (_request, reply) =>
			reply.type(contentType).send(readFileSync(file)),
		);
	}
}
