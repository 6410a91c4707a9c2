import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as BackendCommon from '@n8n/backend-common';
import type * as Di from '@n8n/di';
import type * as Core from 'n8n-core';
import type * as Workflow from 'n8n-workflow';

/** The modules of one n8n. Nodes and engine must share them, or `instanceof NodeApiError` fails. */
export interface N8n {
	backendCommon: typeof BackendCommon;
	di: typeof Di;
	core: typeof Core;
	workflow: typeof Workflow;
	userFolder: string;
}

/**
 * Loads n8n's modules. n8n reads its settings while they load, so these are set first.
 * @param load - `require` of a file beside the n8n to load
 * @param userFolder - where n8n keeps its files; by default a new temporary folder
 */
export function loadN8n(
	load: NodeJS.Require,
	userFolder = mkdtempSync(join(tmpdir(), 'veo-n8n-')),
): N8n {
	Object.assign(process.env, {
		N8N_USER_FOLDER: userFolder,
		N8N_ENCRYPTION_KEY: 'veo-harness',
		N8N_DEFAULT_BINARY_DATA_MODE: process.env.N8N_DEFAULT_BINARY_DATA_MODE ?? 'filesystem',
		N8N_DIAGNOSTICS_ENABLED: 'false',
		N8N_LOG_LEVEL: 'silent',
	});
	load('reflect-metadata');
	return {
		backendCommon: load('@n8n/backend-common'),
		di: load('@n8n/di'),
		core: load('n8n-core'),
		workflow: load('n8n-workflow'),
		userFolder,
	};
}

/** Creates what n8n's server creates at its start and the engine needs. */
export async function initialize({ core, di }: N8n): Promise<void> {
	di.Container.get(core.InstanceSettings);
	await di.Container.get(core.BinaryDataService).init();
}
