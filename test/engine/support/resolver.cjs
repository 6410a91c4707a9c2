/* global exports */
/** What n8n and its nodes must share one copy of, or `instanceof NodeApiError` fails. */
const SHARED = /^(n8n-core|n8n-workflow|@n8n\/[\w-]+|reflect-metadata)(\/|$)/;

/** Folder of an installed n8n, whose engine is to be used in place of the development dependency. */
const { VEO_ENGINE_N8N } = process.env;

/** jest's way to find a module; n8n's own are those of VEO_ENGINE_N8N, where it is set. */
exports.sync = (request, options) => {
	const elsewhere = VEO_ENGINE_N8N && SHARED.test(request);
	const basedir = `${VEO_ENGINE_N8N}/node_modules/n8n-core`;
	return options.defaultResolver(request, elsewhere ? { ...options, basedir } : options);
};
