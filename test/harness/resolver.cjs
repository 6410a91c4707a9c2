/* global exports */
/** n8n and its nodes must share one copy of these, or `instanceof NodeApiError` fails. */
const SHARED = /^(n8n-core|n8n-workflow|@n8n\/[\w-]+|reflect-metadata)(\/|$)/;

/** Folder of an installed n8n whose engine replaces the development dependencies. */
const { VEO_ENGINE_N8N } = process.env;

/** Resolves modules for jest; if VEO_ENGINE_N8N is set, n8n's modules come from there. */
exports.sync = (request, options) => {
	const replaced = VEO_ENGINE_N8N && SHARED.test(request);
	const basedir = `${VEO_ENGINE_N8N}/node_modules/n8n-core`;
	return options.defaultResolver(request, replaced ? { ...options, basedir } : options);
};
