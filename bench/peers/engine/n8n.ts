// The modules of the installed n8n whose folder is in BENCH_N8N, so that the nodes and the engine
// share one copy of each, as in a running n8n.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as Common from '@n8n/backend-common';
import type * as Di from '@n8n/di';
import type * as Axios from 'axios';
import type * as Core from 'n8n-core';
import type * as N8nWorkflow from 'n8n-workflow';

/** The folder that holds all packages of that n8n. */
export const packages = join(process.env.BENCH_N8N ?? '', 'node_modules');
const load = createRequire(join(packages, 'n8n-core', 'package.json'));

load('reflect-metadata');
export const backend: typeof Common = load('@n8n/backend-common');
export const di: typeof Di = load('@n8n/di');
export const core: typeof Core = load('n8n-core');
export const workflow: typeof N8nWorkflow = load('n8n-workflow');
/** The copy of axios that n8n's own request helper uses. */
export const axios: typeof Axios = createRequire(load.resolve('@n8n/backend-network'))('axios');
